// Where bytes come from: a file, a gzip stream, standard input, and the files of a folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/units/result.h"

namespace assay {

// A forward stream of bytes. gzip is unpacked on the way; offsets count unpacked bytes.
class Source {
  public:
    virtual ~Source() = default;
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;

    // Fills the front of `into`; 0 = the end. May give fewer bytes than asked. An error comes after
    // all bytes before it were delivered, names the source and the offset, and repeats.
    Result<std::size_t> read(std::span<char> into);

    // The next bytes, up to `most` of them, without consuming any. Fewer only at the end of the
    // input or before an error. The view holds until the next call.
    Result<std::string_view> peek(std::size_t most);

    // True: at the end of what is there more may come, so that 0 from read() is not the end.
    virtual bool growing() const { return false; }

    // As given by the user; "standard input" for `-`.
    const std::string& name() const { return name_; }
    // Bytes delivered by read(): the offset of the next one.
    std::uint64_t bytes_read() const { return bytes_read_; }
    // For progress: bytes taken from the disk (packed ones), of `size_hint()` where that is known.
    virtual std::uint64_t raw_bytes_read() const = 0;
    virtual std::optional<std::uint64_t> size_hint() const = 0;
    // "gzip", or empty: how the bytes were packed.
    virtual std::string_view packing() const { return {}; }

  protected:
    explicit Source(std::string name) : name_(std::move(name)) {}
    // Where the next pulled byte stands.
    std::uint64_t pulled() const { return pulled_; }

  private:
    virtual Result<std::size_t> pull(std::span<char> into) = 0;
    Result<std::size_t> pull_counted(std::span<char> into);

    std::string name_;
    std::vector<char> ahead_;  // peeked at, not yet read
    std::size_t ahead_begin_{};
    std::uint64_t bytes_read_{};
    std::uint64_t pulled_{};
};

// How much is taken from the disk at a time.
inline constexpr std::size_t kReadChunk = std::size_t{1} << 20;

// Opens a file, or standard input for "-". What starts with the gzip magic is unpacked, whatever
// its name. Errors: not there, no rights, a folder; the text says which and what to do.
Result<std::unique_ptr<Source>> open_source(const std::string& path);

// Bytes already in memory, under a name: for tests and fuzzing.
std::unique_ptr<Source> memory_source(std::string name, std::string bytes);
// The same, unpacked where the bytes are gzip.
Result<std::unique_ptr<Source>> unpacked(std::unique_ptr<Source> packed);

struct Unreadable {
    std::string path, why;
};
struct InputFiles {
    std::vector<std::string> files;      // in the order given; those of a folder sorted by name
    std::vector<Unreadable> unreadable;  // entries of folders, and arguments, that cannot be read
};
// Arguments of a command line to files. Folders are walked to the bottom; links to folders are not
// followed (they could go round), hidden files (.name) are left out.
InputFiles list_inputs(std::span<const std::string> arguments);

}  // namespace assay
