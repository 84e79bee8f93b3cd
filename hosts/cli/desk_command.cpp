// assay desk, and what people say to a running one: status, kill, release, settle, reload.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <httplib.h>
#include <nlohmann/json.hpp>
#include <thread>
#include <tuple>
#include <unistd.h>

#include "core/units/decimal.h"
#include "hosts/cli/commands.h"
#include "hosts/cli/complain.h"
#include "hosts/cli/config_toml.h"
#include "hosts/cli/desk_access.h"
#include "hosts/cli/desk_file.h"
#include "hosts/cli/stop_signals.h"
#include "hosts/cli/text_table.h"
#include "hosts/cli/write_file.h"
#include "hosts/desk/program.h"
#include "hosts/desk/startable.h"

namespace assay::cli {
namespace {

using Json = nlohmann::json;

void to_stderr(std::string_view line) {
    std::fwrite(line.data(), 1, line.size(), stderr);
    std::fflush(stderr);
}

std::string ports_json(const desk::Program& program, const desk::DeskSettings& settings) {
    Json j{{"http", program.url()}, {"pid", ::getpid()}, {"sessions", Json::object()}};
    for (const auto& s : settings.sessions)
        if (s.accepts) j["sessions"][s.info.name] = program.fix_port(s.info.name);
    return j.dump(2) + "\n";
}

// --- a running desk, asked over HTTP -------------------------------------------------------------

class Running {
  public:
    explicit Running(const Arguments& args) : access_(desk_access(args)), client_(url()) {
        client_.set_connection_timeout(2);
        // A reload takes as long as the desk's state takes to be written and read.
        client_.set_read_timeout(90);
        if (access_) access_->prepare(client_);
        if (!args.has("--second-token")) return;
        if (auto token = token_in(args, "--second-token"))
            headers_.emplace("Assay-Second-Token", *token);
        else
            access_ = std::unexpected(token.error());
    }
    Result<Json> get(const std::string& path) {
        if (!access_) return std::unexpected(access_.error());
        return answer(client_.Get(path, headers_));
    }
    Result<Json> post(const std::string& path, const Json& body) { return post(path, body.dump()); }
    Result<Json> post(const std::string& path, const std::string& body) {
        if (!access_) return std::unexpected(access_.error());
        return answer(client_.Post(path, headers_, body, "application/json"));
    }

  private:
    Result<Json> answer(const httplib::Result& got) {
        if (!got) return fail(access_->nobody(got.error()));
        const Json body = Json::parse(got->body, nullptr, false);
        if (got->status >= 400) {
            std::string why = body.is_object() ? body.value("detail", got->body) : got->body;
            if (body.is_object() && body.contains("errors"))
                for (const Json& e : body["errors"])
                    if (const std::string more = e.value("message", "");
                        why.find(more) == std::string::npos)
                        why += "; " + more;
            return fail(fmt::format("{} ({})", why, got->status));
        }
        if (body.is_discarded()) return fail(fmt::format("{} answers no JSON", url()));
        return body;
    }
    std::string url() const { return access_ ? access_->url : "http://127.0.0.1:8080"; }

    Result<DeskAccess> access_;
    httplib::Headers headers_;
    httplib::Client client_;
};

std::string text_of(const Json& j, const char* key) {
    if (!j.contains(key) || j[key].is_null()) return "-";
    return j[key].is_string() ? j[key].get<std::string>() : j[key].dump();
}

// An RFC 3339 time to the millisecond.
std::string moment_of(const Json& j, const char* key) {
    std::string text = text_of(j, key);
    const std::size_t point = text.find('.');
    if (point != std::string::npos && text.ends_with('Z') && text.size() > point + 5)
        text.erase(point + 4, text.size() - point - 5);
    return text;
}

// "1 parent", "2 parents"
std::string number_of(const Json& j, const char* key, const char* one, const char* more) {
    const std::string n = text_of(j, key);
    return fmt::format("{} {}", n, n == "1" ? one : more);
}

// What is killed or released: one of the four, said outright. An error says what was meant perhaps.
Result<Json> scope_of(const Arguments& args, std::string_view command) {
    std::vector<std::string> given;
    Json j;
    for (const char* scope : {"all", "lp", "symbol", "parent"}) {
        const std::string option = std::string("--") + scope;
        if (!args.has(option)) continue;
        given.push_back(option);
        j["scope"] = scope;
        if (option != "--all") j["value"] = args.value(option);
    }
    if (given.empty())
        return fail(
            fmt::format("{0} what? `assay {0} --all` is everything; --lp LP, --symbol SYMBOL{1} "
                        "are one",
                        command, command == "kill" ? " and --parent ID" : ""));
    if (given.size() > 1)
        return fail(fmt::format("{} do not go together: {} is of one of them; say it once for each",
                                fmt::join(given, " and "), command));
    const std::string value = j.value("value", "x");
    if (value.empty()) return fail(fmt::format("{} is empty", given.front()));
    if (given.front() == "--parent" &&
        (value.size() > 20 || value.find_first_not_of("0123456789") != std::string::npos))
        return fail(
            fmt::format("--parent: \"{}\" is no id of an order; expected digits, as `assay "
                        "watch` and /api/v1/parents show them",
                        value));
    return j;
}

std::string words_of(const Json& scope) {
    const std::string kind = text_of(scope, "scope");
    if (kind == "all") return "everything";
    return (kind == "lp" ? "" : kind == "parent" ? "order " : "symbol ") + text_of(scope, "value");
}

bool shows_token(const Arguments& args) {
    const auto access = desk_access(args);
    return access && !access->token.empty();
}

// Where the desk has accounts the token says who it is.
void add_who(Json& body, const Arguments& args, std::string_view option) {
    if (args.has(option) || !shows_token(args)) body["who"] = args.value(option, "operator");
}

}  // namespace

// The state against the journal; nothing is started.
int verify_desk(desk::DeskSettings settings) {
    const auto verified = desk::Program::verify(std::move(settings));
    if (!verified) return complain(verified.error().text(), kNothingDone);
    if (!verified->equal)
        return complain(
            fmt::format(
                "the state up to entry {} with the journal behind it is not what the whole "
                "journal ({} entries) leads to. Remove the state-*.bin files: the desk then "
                "reads its whole journal. And please report it",
                verified->from_state, verified->entries),
            kNothingDone);
    fmt::print(
        "{} entries of the journal lead to the state that a start would take, byte for byte ({} "
        "of them from state-*.bin)\n",
        verified->entries, verified->from_state);
    return kDone;
}

int desk(const Arguments& args) {
    auto file = read_desk_file(args);
    if (!file) return complain(file.error().text(), kUsage);
    if (args.has("--verify")) return verify_desk(std::move(file->settings));
    desk::Log log(desk::text(file->settings.mode), file->settings.log_format,
                  file->settings.log_least, desk::secrets_of(file->settings), to_stderr);
    const bool people = file->settings.log_format == desk::LogFormat::text;
    const auto ends = [&](const std::string& why, int code = kNothingDone) {
        if (people) return complain(why, code);
        log.write({desk::LogLevel::error, "desk", why, {}, {}});
        return code;
    };
    // What no new try would mend: a supervisor starts it again after 1, and not after 2.
    if (auto ok = desk::may_start(file->settings, args.has("--live")); !ok)
        return ends(ok.error().text(), kUsage);
    desk::ProgramOptions options;
    options.live = args.has("--live");
    options.version = version_number().substr(0, version_number().find(' '));
    options.commit = version_number();
    options.toml = file->toml;
    options.log = &log;
    options.tell_once = [](std::string_view line) {
        if (::isatty(STDERR_FILENO) == 0) return false;
        to_stderr(fmt::format("\n    {}\n\n", line));
        return true;
    };
    options.read_again = [args] { return read_desk_file(args); };
    listen_for_stop();
    listen_for_reload();
    ::signal(SIGPIPE, SIG_IGN);
    const std::string banner = fmt::format(
        "assay desk {}: {} mode{}, state in {}", options.commit, desk::text(file->settings.mode),
        file->settings.mode == desk::Mode::live ? " (ORDERS ARE SENT)" : "", file->settings.folder);
    if (people)
        fmt::print(stderr, "{}\n", banner);
    else
        log.info("desk", banner);
    const desk::DeskSettings settings = file->settings;
    auto program = desk::Program::start(std::move(file->settings), std::move(options));
    if (!program) return ends(program.error().text());
    if (args.has("--ports"))
        if (const auto ok = write_file(args.value("--ports"), ports_json(**program, settings)); !ok)
            return ends("--ports: " + ok.error().text());
    fmt::print("{}\n", (*program)->url());
    std::fflush(stdout);
    std::string failed;
    while (!stop_asked && failed.empty()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        // What came of it is in the log.
        if (reload_asked.exchange(false)) (void)(*program)->reload({"SIGHUP", "the signal"});
        failed = (*program)->failed();
    }
    (*program)->stop(failed.empty() ? "it was told to" : failed);
    return failed.empty() ? kDone : ends(failed);
}

int status(const Arguments& args) {
    const std::string format = args.value("--format", "table");
    if (format != "table" && format != "json")
        return complain(fmt::format("--format: \"{}\" is none of table, json", format), kUsage);
    Running running(args);
    const auto version = running.get("/version"), status = running.get("/api/v1/status"),
               lps = running.get("/api/v1/lps"), open = running.get("/api/v1/unsettled");
    for (const auto* got : {&version, &status, &lps, &open})
        if (!*got) return complain(got->error().text(), kNothingDone);
    if (format == "json") {
        fmt::print("{}\n", Json{{"version", *version},
                                {"status", *status},
                                {"lps", *lps},
                                {"unsettled", (*open)["rows"]}}
                               .dump(2));
        return kDone;
    }
    fmt::print("assay {} in {} mode, run {}; {} open, {} out, {} UNKNOWN{}\n\n",
               text_of(*version, "version"), text_of(*status, "mode"), text_of(*version, "run"),
               number_of(*status, "parents_open", "parent", "parents"),
               number_of(*status, "children_open", "child", "children"),
               text_of(*status, "children_unknown"),
               status->value("killed", false) ? "; EVERYTHING IS KILLED" : "");
    // Before everything else: why nothing goes out.
    for (const Json& s : status->value("stops", Json::array()))
        fmt::print("KILLED: {} by {} at {}: {}\n", words_of(s), text_of(s, "who"),
                   moment_of(s, "at"), text_of(s, "why"));
    for (const Json& c : (*open)["rows"])
        fmt::print("{}: child {} of order {} at {}: {} {} {}, {} filled, {} open, since {}\n",
                   c.value("owed", false) ? "OWED" : "UNKNOWN", text_of(c, "child"),
                   text_of(c, "parent"), text_of(c, "lp"), text_of(c, "side"), text_of(c, "qty"),
                   text_of(c, "symbol"), text_of(c, "cum_qty"), text_of(c, "open_qty"),
                   moment_of(c, "since"));
    if (!(*open)["rows"].empty())
        fmt::print("What its LP never answers two people settle: `assay settle --child ID`\n");
    if (!status->value("stops", Json::array()).empty() || !(*open)["rows"].empty())
        fmt::print("\n");
    fmt::print("{:<12} {:<12} {:<11} {:>8} {:>8}\n", "session", "LP", "state", "next in",
               "next out");
    for (const Json& s : (*status)["sessions"])
        fmt::print("{:<12} {:<12} {:<11} {:>8} {:>8}\n", text_of(s, "name"), text_of(s, "lp"),
                   text_of(s, "state"), text_of(s, "next_in"), text_of(s, "next_out"));
    fmt::print("\n{:<12} {:<11} {:<10} {:>10} {:>7}  {}\n", "LP", "session", "breaker", "open qty",
               "orders", "stopped");
    const Json rows = lps->is_array() ? *lps : lps->value("rows", lps->value("lps", Json::array()));
    for (const Json& lp : rows)
        fmt::print("{:<12} {:<11} {:<10} {:>10} {:>7}  {}\n", text_of(lp, "lp"),
                   text_of(lp, "session"), text_of(lp, "breaker"), text_of(lp, "open_qty"),
                   text_of(lp, "open_orders"), text_of(lp, "stopped"));
    const Json& j = (*status)["journal"];
    fmt::print("\njournal at entry {}, durable to {}{}\n", text_of(j, "next_seq"),
               text_of(j, "durable_seq"),
               text_of(j, "failed") == "" || text_of(j, "failed") == "-"
                   ? ""
                   : ": " + text_of(j, "failed"));
    return kDone;
}

int kill(const Arguments& args) {
    auto scope = scope_of(args, "kill");
    if (!scope) return complain(scope.error().text(), kUsage);
    Json body = *scope;
    add_who(body, args, "--who");
    body["why"] = args.value("--why", "killed by hand");
    Running running(args);
    const auto done = running.post("/api/v1/kill", body);
    if (!done) return complain(done.error().text(), kNothingDone);
    const std::string what = words_of(body);
    if (body["scope"] == "parent") {
        fmt::print("{} is canceled\n", what);
        return kDone;
    }
    if (done->value("again", false))
        fmt::print("{} was killed already, by {} at {}: {}. That stays as it is", what,
                   text_of(*done, "who"), text_of(*done, "at"), text_of(*done, "why"));
    else
        fmt::print("{} is killed", what);
    if (!done->value("known", true))
        fmt::print(". Nothing is known of this symbol: is it spelt right? It holds all the same");
    fmt::print(
        ".\nIt holds over restarts; `assay release {}{}{} --first NAME --second NAME` ends it.\n",
        body["scope"] == "all" ? "--all" : "--" + text_of(body, "scope"),
        body.contains("value") ? " " : "", body.contains("value") ? text_of(body, "value") : "");
    return kDone;
}

int release(const Arguments& args) {
    auto scope = scope_of(args, "release");
    if (!scope) return complain(scope.error().text(), kUsage);
    // One who signs in may ask first, and the other after them.
    if (!shows_token(args) && (!args.has("--first") || !args.has("--second")))
        return complain(
            "a release takes two people: --first NAME --second NAME, or their --token FILE "
            "--second-token FILE",
            kUsage);
    Json body = *scope;
    add_who(body, args, "--first");
    if (args.has("--second")) body["second"] = args.value("--second");
    body["why"] = args.value("--why", "released");
    Running running(args);
    const auto done = running.post("/api/v1/release", body);
    if (!done) return complain(done.error().text(), kNothingDone);
    if (done->contains("asked_by")) {
        fmt::print(
            "asked for by {}; it is released once another person asks for the same, before {}\n",
            text_of(*done, "asked_by"), text_of(*done, "until"));
        return kDone;
    }
    fmt::print("{} is released\n", words_of(body));
    return kDone;
}

int settle(const Arguments& args) {
    const std::string child = args.value("--child");
    if (child.empty() || child.size() > 20 ||
        child.find_first_not_of("0123456789") != std::string::npos)
        return complain(fmt::format("settle which order at an LP? --child ID, in digits, as `assay "
                                    "status` lists those that are UNKNOWN{}",
                                    child.empty() ? "" : "; \"" + child + "\" is none"),
                        kUsage);
    if (args.has("--price") && !args.has("--filled"))
        return complain("--price is of what --filled says; give both", kUsage);
    if (!shows_token(args) && (!args.has("--first") || !args.has("--second")))
        return complain(
            "a settlement takes two people: --first NAME --second NAME, or their --token FILE "
            "--second-token FILE",
            kUsage);
    // As written: a number of JSON is read to its last digit.
    std::string body = "{";
    for (const auto& [option, name, read] : {std::tuple{"--filled", "filled", &parse_qty},
                                             std::tuple{"--price", "price", &parse_price}}) {
        if (!args.has(option)) continue;
        const Decimal number = read(args.value(option));
        if (!number || number.scaled <= 0)
            return complain(
                fmt::format("{}: \"{}\" is no number above 0{}", option, args.value(option),
                            std::string_view(option) == "--filled"
                                ? "; leave it out where no more was filled than the "
                                  "LP reported"
                                : ""),
                kUsage);
        body += fmt::format("\"{}\": {}, ", name,
                            std::string_view(option) == "--price" ? to_text(Price{number.scaled})
                                                                  : to_text(Qty{number.scaled}));
    }
    Json said;
    add_who(said, args, "--first");
    if (args.has("--second")) said["second"] = args.value("--second");
    said["why"] = args.value("--why", "settled by hand");
    body += said.dump().substr(1);
    Running running(args);
    const auto done = running.post(fmt::format("/api/v1/children/{}/settle", child), body);
    if (!done) return complain(done.error().text(), kNothingDone);
    if (done->contains("asked_by")) {
        fmt::print(
            "asked for by {}; it is settled once another person asks for the same, before {}\n",
            text_of(*done, "asked_by"), text_of(*done, "until"));
        return kDone;
    }
    fmt::print("child {} at {} is settled: {}, {} of {} filled\n", child, text_of(*done, "lp"),
               text_of(*done, "state"), text_of(*done, "cum_qty"), text_of(*done, "qty"));
    return kDone;
}

int reload(const Arguments& args) {
    Running running(args);
    Json body{{"why", args.value("--why", "reloaded by hand")}};
    add_who(body, args, "--who");
    const auto done = running.post("/api/v1/config/reload", body);
    if (!done) return complain(done.error().text(), kNothingDone);
    if ((*done)["version"] == (*done)["before"]) {
        fmt::print("nothing has changed: the file is what is in force\n");
        return kDone;
    }
    for (const Json& one : (*done)["changed"]) fmt::print("{}\n", one.get<std::string>());
    fmt::print("in force since {}, as version {}\n", text_of(*done, "at"),
               text_of(*done, "version"));
    return kDone;
}

}  // namespace assay::cli
