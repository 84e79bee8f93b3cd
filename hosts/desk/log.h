// What a running desk says of itself, a line of each thing, for people or for programs:
//
//     2026-03-02T14:30:00.123Z [paper] session LP_A is up
//     {"time":"2026-03-02T14:30:00.123456789Z","level":"info","mode":"paper",
//      "component":"sessions","session":"LP_A","message":"session LP_A is up","fields":{}}
//
// Any thread. What the configuration holds of passwords never stands in a line, nor does a FIX
// password (554, 925), whoever's it is.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/units/nanos.h"

namespace assay::desk {

enum class LogFormat : std::uint8_t { text, json };
enum class LogLevel : std::uint8_t { info, warning, error };
const char* text(LogLevel level);

struct LogLine {
    LogLevel level{};
    std::string_view component;  // desk, sessions, http, config, journal
    std::string message{};
    std::string_view session{};  // its name; empty: of none
    std::vector<std::pair<std::string_view, std::string>> fields{};
};

class Log {
  public:
    // A line with its end; one at a time.
    using Out = std::function<void(std::string_view line)>;

    // `mode` stands in every line. `secrets`: passwords that must not.
    Log(std::string mode, LogFormat format, LogLevel least, std::vector<std::string> secrets,
        Out out);

    void write(const LogLine& line);
    void info(std::string_view component, std::string message);
    void warning(std::string_view component, std::string message);
    // Lines below it are not written, from now on.
    void least(LogLevel level) { least_ = level; }

    // The line as it is written at that moment.
    std::string line_of(const LogLine& line, Nanos at) const;

  private:
    std::string without_secrets(std::string text) const;

    std::string mode_;
    LogFormat format_;
    std::atomic<LogLevel> least_;
    std::vector<std::string> secrets_;
    Out out_;
    std::mutex one_at_a_time_;
};

// A desk.toml with *** in the place of its passwords and the hashes of its tokens.
std::string toml_without_secrets(std::string_view toml);

}  // namespace assay::desk
