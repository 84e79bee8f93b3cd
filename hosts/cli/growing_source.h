// A source that is still being written to: a file at whose end one waits for more, or a pipe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "hosts/cli/source.h"

namespace assay {

// At the end of what is there read() gives 0 and growing() is true: more may come. After stop(),
// and at the end of a pipe, growing() is false and 0 means the end.
class GrowingSource final : public Source {
  public:
    // A path, or "-". `again`: bytes of it that were read before, to be read once more; only for
    // what cannot be opened a second time. Errors as open_source().
    static Result<std::unique_ptr<GrowingSource>> open(const std::string& path,
                                                       std::string again = {});
    ~GrowingSource() override;

    bool growing() const override { return growing_; }
    // What is there is all there is.
    void stop() { growing_ = false; }

    // What became of the file under this path, to be asked when it gives no more. A file that is
    // gone may yet come back, so that it is `same`.
    enum class Fate : std::uint8_t { same, replaced, truncated };
    Fate fate() const;

    // More has come since it was opened; a pipe always may. False: it may well be complete.
    bool has_grown() const;

    // The bytes from its start, as long as they are kept: from the beginning until forget_front().
    const std::string& front() const { return front_; }
    void forget_front();
    bool keeps_front() const { return keeps_front_; }
    bool is_file() const { return is_file_; }

    std::uint64_t raw_bytes_read() const override { return pulled(); }
    std::optional<std::uint64_t> size_hint() const override { return std::nullopt; }

  private:
    GrowingSource(std::string name, std::string path, int fd, std::string again);
    Result<std::size_t> pull(std::span<char> into) override;

    std::string path_;
    int fd_;
    bool is_file_{}, growing_{true}, keeps_front_{true};
    std::int64_t size_at_open_{};
    std::string again_, front_;
    std::size_t again_read_{};
};

}  // namespace assay
