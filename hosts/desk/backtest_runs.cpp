#include "hosts/desk/backtest_runs.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <spawn.h>
#include <sstream>
#include <sys/wait.h>

#include "hosts/cli/iso_time.h"
#include "hosts/cli/profile_toml.h"
#include "hosts/desk/asking.h"

extern char** environ;

namespace assay::desk {

using http::Answer;
using http::Refused;
using Json = nlohmann::json;

namespace {

constexpr std::uintmax_t kMostResult = 16 << 20;
constexpr std::size_t kTail = 4'096;  // of what it said

// $1 the program, $2 the journal, $3 and $4 the time, $5 the folder of the run.
constexpr const char* kScript =
    R"("$1" journal export "$2" --since "$3" --until "$4" --out "$5/part.log" &&
exec "$1" backtest "$5/part.log" --profile "$5/first.toml" --against "$5/second.toml" \
  --format json --out "$5/result.json")";

std::string content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

// The last lines of it, without control characters but line ends.
std::string tail_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file) return {};
    const auto size = static_cast<std::size_t>(file.tellg());
    std::string text(std::min(size, kTail), '\0');
    file.seekg(static_cast<std::streamoff>(size - text.size()));
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
}

std::string last_line(const std::string& text) {
    const std::size_t line = text.rfind('\n');
    return line == text.npos ? text : text.substr(line + 1);
}

// "assay: reading twice   7.4 MB  ..." of a file that is read twice.
std::optional<double> progress_of(const std::string& line, std::uintmax_t bytes) {
    constexpr std::string_view kReading = "reading twice";
    const std::size_t at = line.find(kReading);
    if (at == line.npos || bytes == 0) return std::nullopt;
    std::string_view rest = std::string_view(line).substr(at + kReading.size());
    while (rest.starts_with(' ')) rest.remove_prefix(1);
    double read = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), read);
    if (error != std::errc{}) return std::nullopt;
    const std::string_view unit(end, static_cast<std::size_t>(rest.data() + rest.size() - end));
    const double scale = unit.starts_with(" GB")   ? 1e9
                         : unit.starts_with(" MB") ? 1e6
                         : unit.starts_with(" kB") ? 1e3
                                                   : 1;
    return std::clamp(read * scale / (2 * static_cast<double>(bytes)), 0.0, 1.0);
}

std::uintmax_t size_of(const std::string& path) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    return error ? 0 : size;
}

Result<pid_t> spawned(const std::vector<std::string>& words, const std::string& said) {
    std::vector<char*> argv;
    for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, said.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0640);
    posix_spawn_file_actions_adddup2(&files, 1, 2);
    // Sockets and the journal of the desk are none of its business.
    posix_spawn_file_actions_addclosefrom_np(&files, 3);
    posix_spawnattr_t how;
    posix_spawnattr_init(&how);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP);
    posix_spawnattr_setpgroup(&how, 0);
    pid_t pid = -1;
    const int code = ::posix_spawnp(&pid, argv[0], &files, &how, argv.data(), environ);
    posix_spawnattr_destroy(&how);
    posix_spawn_file_actions_destroy(&files);
    if (code != 0) return fail(fmt::format("{}: {}", words[0], std::strerror(code)));
    return pid;
}

}  // namespace

BacktestRuns::BacktestRuns(Service& service, std::string state, std::string program)
    : service_(&service), state_(std::move(state)), program_(std::move(program)) {
    load();
}

BacktestRuns::~BacktestRuns() {
    for (auto& [id, run] : runs_) {
        if (run.pid < 0) continue;
        ::kill(-run.pid, SIGKILL);
        ::waitpid(run.pid, nullptr, 0);
        end(run, "failed", "the desk stopped while it ran");
    }
}

std::string BacktestRuns::folder_of(std::uint64_t id) const {
    return fmt::format("{}/backtests/{}", state_, id);
}

void BacktestRuns::load() {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(state_ + "/backtests", error)) {
        const Json kept =
            Json::parse(content_of((entry.path() / "run.json").string()), nullptr, false);
        if (!kept.is_object()) continue;
        try {
            Run run;
            run.told.id = kept.at("id");
            run.told.state = kept.at("state");
            run.told.at = {kept.at("at_ns").get<std::int64_t>()};
            if (!kept.at("ended_ns").is_null())
                run.told.ended = Nanos{kept.at("ended_ns").get<std::int64_t>()};
            run.told.who = kept.at("who");
            run.told.why = kept.at("why");
            run.told.first = kept.at("first");
            run.told.second = kept.at("second");
            run.told.from = {kept.at("from_ns").get<std::int64_t>()};
            run.told.to = {kept.at("to_ns").get<std::int64_t>()};
            run.told.error = kept.at("error");
            Run& taken = runs_[run.told.id] = std::move(run);
            if (taken.told.state == "running")
                end(taken, "failed", "the desk stopped while it ran");
        } catch (const std::exception&) {
            continue;  // a folder that is none of ours, or was cut short: nothing rests on it
        }
    }
}

void BacktestRuns::keep(const Run& run) const {
    const http::BacktestView& v = run.told;
    const Json kept = {
        {"id", v.id},           {"state", v.state},
        {"at_ns", v.at.ns},     {"ended_ns", v.ended ? Json(v.ended->ns) : Json(nullptr)},
        {"who", v.who},         {"why", v.why},
        {"first", v.first},     {"second", v.second},
        {"from_ns", v.from.ns}, {"to_ns", v.to.ns},
        {"error", v.error}};
    std::ofstream(folder_of(v.id) + "/run.json", std::ios::binary)
        << kept.dump(1, ' ', false, Json::error_handler_t::replace) << '\n';
}

void BacktestRuns::end(Run& run, std::string state, std::string error) {
    run.pid = -1;
    run.told.state = std::move(state);
    run.told.error = std::move(error);
    run.told.ended = service_->clock().now();
    std::error_code ignored;
    std::filesystem::remove(folder_of(run.told.id) + "/part.log", ignored);
    keep(run);
}

// Which have ended since, without waiting for any.
void BacktestRuns::look() {
    for (auto& [id, run] : runs_) {
        if (run.pid < 0) continue;
        int status = 0;
        if (::waitpid(run.pid, &status, WNOHANG) != run.pid) continue;
        const bool done = WIFEXITED(status) && WEXITSTATUS(status) == 0 &&
                          size_of(folder_of(id) + "/result.json") > 0;
        const std::string said = tail_of(folder_of(id) + "/words.txt");
        end(run, done ? "done" : "failed",
            done           ? std::string()
            : said.empty() ? "it ended without a word"
                           : said);
    }
}

Answer<http::BacktestView> BacktestRuns::start(const http::BacktestWish& wish) {
    look();
    const auto running =
        std::ranges::count_if(runs_, [](const auto& r) { return r.second.pid > 0; });
    if (running >= static_cast<std::ptrdiff_t>(kMostRunning))
        return no(Refused::Why::conflict,
                  fmt::format("{} back-tests run already; wait for one, or cancel it", running));
    const auto ranked = asked(*service_, [](SessionDesk& d) { return d.config().desk.ranked; });
    if (!ranked) return busy();
    std::vector<http::FieldError> wrong;
    const auto named = [&](const char* field, const std::string& name) -> score::Profile {
        const auto found = std::ranges::find(*ranked, name, &score::Profile::name);
        if (found != ranked->end()) return *found;
        wrong.push_back({field, fmt::format("no profile \"{}\" is ranked here", name)});
        return {};
    };
    const score::Profile first = named("first", wish.first);
    score::Profile second;
    if (wish.second_toml.empty()) {
        second = named("second", wish.second);
        if (wrong.empty() && second.name == first.name)
            wrong.push_back({"second", "it is the first; a profile is held against another one"});
    } else {
        const auto file = TomlFile::parse("draft", wish.second_toml);
        const auto read = file ? read_profile(*file) : std::unexpected(file.error());
        if (read)
            second = read->profile;
        else
            wrong.push_back({"second_toml", read.error().text()});
        second.name += " (draft)";  // may be a draft of the first
    }
    if (!wrong.empty()) {
        std::string words;
        for (const http::FieldError& e : wrong)
            words += fmt::format("{}{}: {}", words.empty() ? "" : "; ", e.field, e.message);
        return std::unexpected(Refused{Refused::Why::wrong, words, std::move(wrong)});
    }
    Run run;
    http::BacktestView& v = run.told;
    v.id = runs_.empty() ? 1 : runs_.rbegin()->first + 1;
    v.state = "running";
    v.at = service_->clock().now();
    v.who = wish.who;
    v.why = wish.why;
    v.first = first.name;
    v.second = second.name;
    v.from = wish.from;
    v.to = wish.to;
    const std::string folder = folder_of(v.id);
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return no(Refused::Why::unavailable, fmt::format("{}: {}", folder, error.message()));
    std::ofstream(folder + "/first.toml", std::ios::binary) << print_profile(first);
    std::ofstream(folder + "/second.toml", std::ios::binary) << print_profile(second);
    const auto pid =
        spawned({"nice", "-n", "10", "/bin/sh", "-c", kScript, "backtest", program_,
                 state_ + "/journal", cli::iso_time(wish.from), cli::iso_time(wish.to), folder},
                folder + "/words.txt");
    if (!pid) return no(Refused::Why::unavailable, pid.error().text());
    run.pid = *pid;
    keep(run);
    const http::BacktestView told = v;
    runs_[told.id] = std::move(run);
    forget_oldest();
    return told;
}

void BacktestRuns::forget_oldest() {
    for (auto oldest = runs_.begin(); runs_.size() > kMostKept && oldest != runs_.end();) {
        if (oldest->second.pid > 0) {
            ++oldest;
            continue;
        }
        std::error_code ignored;
        std::filesystem::remove_all(folder_of(oldest->first), ignored);
        oldest = runs_.erase(oldest);
    }
}

http::Rows<http::BacktestView> BacktestRuns::all() {
    look();
    http::Rows<http::BacktestView> rows;
    for (auto run = runs_.rbegin(); run != runs_.rend(); ++run) {
        http::BacktestView v = run->second.told;
        if (run->second.pid > 0) {
            const std::string folder = folder_of(v.id);
            v.words = last_line(tail_of(folder + "/words.txt"));
            v.progress = progress_of(v.words, size_of(folder + "/part.log"));
        }
        rows.rows.push_back(std::move(v));
    }
    return rows;
}

Answer<http::BacktestView> BacktestRuns::one(std::uint64_t id) {
    for (http::BacktestView& v : all().rows) {
        if (v.id != id) continue;
        const std::string result = folder_of(id) + "/result.json";
        if (v.state == "done" && size_of(result) <= kMostResult) v.result = content_of(result);
        if (v.state == "done") v.progress = 1;
        return std::move(v);
    }
    return no(Refused::Why::not_found, fmt::format("no back-test {} is known", id));
}

Answer<http::BacktestView> BacktestRuns::cancel(std::uint64_t id) {
    look();
    const auto found = runs_.find(id);
    if (found == runs_.end())
        return no(Refused::Why::not_found, fmt::format("no back-test {} is known", id));
    Run& run = found->second;
    if (run.pid < 0) return no(Refused::Why::conflict, fmt::format("it is {}", run.told.state));
    ::kill(-run.pid, SIGKILL);
    ::waitpid(run.pid, nullptr, 0);  // it cannot refuse
    end(run, "canceled", {});
    return run.told;
}

}  // namespace assay::desk
