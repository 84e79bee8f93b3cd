#include "hosts/desk/log.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "hosts/cli/iso_time.h"

namespace assay::desk {

namespace {

constexpr std::string_view kMask = "***";
// A shorter one would blot out what is no password at all.
constexpr std::size_t kShortestSecret = 4;

void replace_all(std::string& text, std::string_view what, std::string_view by) {
    for (std::size_t at = text.find(what); at != std::string::npos;
         at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
}

// Password(554) and NewPassword(925), in bytes of FIX as they are or as they are shown.
void mask_fix_passwords(std::string& text) {
    for (const std::string_view tag : {"554=", "925="})
        for (std::size_t at = text.find(tag); at != std::string::npos; at = text.find(tag, at)) {
            const bool field = at == 0 || text[at - 1] == '\x01' || text[at - 1] == '|';
            at += tag.size();
            if (!field) continue;
            const std::size_t end = std::min(text.find_first_of("\x01|", at), text.size());
            text.replace(at, end - at, kMask);
        }
}

// With so many digits of its second's fraction: columns stay under each other.
std::string stamp(Nanos at, int digits) {
    const std::int64_t second = at.ns / kSecond.ns, ns = at.ns % kSecond.ns;
    const std::string whole = cli::iso_time(Nanos{second * kSecond.ns});
    return fmt::format("{}.{}Z", std::string_view(whole).substr(0, whole.size() - 1),
                       fmt::format("{:09d}", ns).substr(0, static_cast<std::size_t>(digits)));
}

}  // namespace

const char* text(LogLevel level) {
    constexpr const char* kNames[] = {"info", "warning", "error"};
    return kNames[static_cast<std::size_t>(level)];
}

Log::Log(std::string mode, LogFormat format, LogLevel least, std::vector<std::string> secrets,
         Out out)
    : mode_(std::move(mode)),
      format_(format),
      least_(least),
      secrets_(std::move(secrets)),
      out_(std::move(out)) {
    std::erase_if(secrets_, [](const std::string& s) { return s.size() < kShortestSecret; });
}

std::string Log::without_secrets(std::string text) const {
    for (const std::string& secret : secrets_) replace_all(text, secret, kMask);
    mask_fix_passwords(text);
    return text;
}

std::string Log::line_of(const LogLine& line, Nanos at) const {
    std::string message = without_secrets(line.message);
    if (format_ == LogFormat::text) {
        // A line is a line.
        for (char& c : message)
            if (c == '\n' || c == '\r') c = ' ';
        return fmt::format("{} [{}] {}\n", stamp(at, 3), mode_, message);
    }
    // An object a line. Bytes that are no UTF-8 stand as U+FFFD: what wrote them is in the journal.
    nlohmann::ordered_json j{{"time", stamp(at, 9)},
                             {"level", text(line.level)},
                             {"mode", mode_},
                             {"component", line.component}};
    if (!line.session.empty()) j["session"] = line.session;
    j["message"] = message;
    j["fields"] = nlohmann::ordered_json::object();
    for (const auto& [name, value] : line.fields) j["fields"][name] = without_secrets(value);
    return j.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

void Log::write(const LogLine& line) {
    if (line.level < least_.load() || !out_) return;
    const auto now = std::chrono::duration_cast<std::chrono::nanoseconds>(
                         std::chrono::system_clock::now().time_since_epoch())
                         .count();
    const std::string written = line_of(line, Nanos{now});
    const std::lock_guard lock(one_at_a_time_);
    out_(written);
}

void Log::info(std::string_view component, std::string message) {
    write({LogLevel::info, component, std::move(message), {}, {}});
}

void Log::warning(std::string_view component, std::string message) {
    write({LogLevel::warning, component, std::move(message), {}, {}});
}

std::string toml_without_secrets(std::string_view toml) {
    constexpr std::string_view kKeys[] = {"password", "token_sha256"};
    std::string out;
    std::size_t at = 0;
    for (;;) {
        std::size_t found = std::string_view::npos, behind = found;
        for (const std::string_view key : kKeys)
            if (const std::size_t here = toml.find(key, at); here < found)
                found = here, behind = here + key.size();
        if (found == std::string_view::npos) break;
        out += toml.substr(at, behind - at);
        at = behind;
        // The key may stand in quotes itself; what stands in quotes behind the = is secret.
        const std::size_t equals = toml.find_first_not_of(" \t\"'", at);
        if (equals == std::string_view::npos || toml[equals] != '=') continue;
        const std::size_t opens = toml.find_first_not_of(" \t", equals + 1);
        if (opens == std::string_view::npos) continue;
        const char quote = toml[opens];
        if (quote != '"' && quote != '\'') continue;
        const std::string three(3, quote);
        const std::string closes = toml.substr(opens).starts_with(three) ? three : three.substr(2);
        std::size_t end = opens + closes.size();
        while (end < toml.size() && !toml.substr(end).starts_with(closes))
            end += quote == '"' && toml[end] == '\\' ? 2 : 1;
        out += toml.substr(at, opens - at);
        out += "\"***\"";
        at = std::min(end + closes.size(), toml.size());
    }
    return out + std::string(toml.substr(at));
}

}  // namespace assay::desk
