// What could not be used, kept with its place and the reason, so that nothing is lost.
#pragma once

#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <string_view>

#include "core/units/result.h"

namespace assay {

// One line a letter: file:offset, length, reason, and the bytes with everything unprintable as
// \xNN, separated by tabs. Passwords are masked. The file is made with the first letter.
class DeadLetters {
  public:
    // An empty path: they are only counted.
    explicit DeadLetters(std::string path) : path_(std::move(path)) {}
    ~DeadLetters();
    DeadLetters(const DeadLetters&) = delete;
    DeadLetters& operator=(const DeadLetters&) = delete;

    // Whether the file may be written: it is not there yet, is empty, or holds letters of an
    // earlier run. Else why not, and what to do.
    static Result<void> may_write(const std::string& path);
    // Those of an earlier run are not this one's: the file is removed.
    void forget_earlier() const;

    // Bytes beyond 64 KiB are cut, and the line says so. `what`: the reason with its details;
    // `kind`: the reason it is counted under.
    void add(std::string_view file, std::uint64_t offset, std::string_view kind,
             std::string_view what, std::string_view bytes, char delimiter);

    const std::map<std::string, std::uint64_t, std::less<>>& by_reason() const {
        return by_reason_;
    }
    std::uint64_t count() const { return count_; }
    // Empty while there is none; else the path, or why the file could not be written.
    const std::string& where() const { return where_; }

  private:
    std::string path_, where_;
    std::FILE* file_{};
    std::uint64_t count_{};
    std::map<std::string, std::uint64_t, std::less<>> by_reason_;
};

}  // namespace assay
