// A whole desk from its file: reloads, accounts, what it writes down of itself.
#include "hosts/desk/program.h"

#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include "core/desk/desk_testkit.h"
#include "core/desk/rules.h"
#include "core/units/symbol.h"
#include "hosts/cli/profile_toml.h"
#include "hosts/cli/toml_file.h"
#include "hosts/http/client.h"
#include "hosts/journal/reader.h"

namespace assay::desk {
namespace {

constexpr const char* kFile = R"([limits]
parent_qty = 1000
child_qty = 100
parent_notional = 1000000
child_notional = 100000
collar_bps = 100
open_qty = 1000
orders_per_second = 10
orders_per_parent = 100
duplicate_window = "1s"
[session.MARKET]
role = "market-data"
accept = true
port = 0
sender = "DESK"
target = "MARKET"
password = "hush-hush"
[session.LP_A]
role = "lp"
port = 1
sender = "DESK"
target = "LP_A"
)";

class DeskProgram : public testing::Test {
  protected:
    void SetUp() override {
        folder_ =
            std::filesystem::temp_directory_path() / ("assay-program-" + std::to_string(getpid()));
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
        toml_ = kFile;
    }
    void TearDown() override {
        program_.reset();
        std::filesystem::remove_all(folder_);
    }
    Result<ReadFile> read() const {
        auto file = TomlFile::parse("desk.toml", toml_);
        if (!file) return std::unexpected(file.error());
        auto settings = read_desk(*file);
        if (!settings) return std::unexpected(settings.error());
        settings->folder = folder_ + "/state";
        settings->listen = listen_;
        settings->http_open = open_;
        settings->overrides = overrides_;
        settings->version = settings->desk.desk.version = settings->desk.desk.router.version =
            fnv1a(toml_);
        settings->state_version = settings->desk.desk.kernel.version = 7;
        return ReadFile{*settings, toml_};
    }
    Result<void> start() {
        auto file = read();
        if (!file) return std::unexpected(file.error());
        ProgramOptions options;
        options.version = "1";
        options.toml = file->toml;
        options.log = &log_;
        options.program = assay_;
        options.read_again = [this] { return read(); };
        auto started = Program::start(std::move(file->settings), std::move(options));
        if (!started) return std::unexpected(started.error());
        program_ = std::move(*started);
        return {};
    }
    void stop() {
        program_->stop("a test");
        program_.reset();
    }
    void change(std::string_view from, std::string_view to) {
        const std::size_t at = toml_.find(from);
        ASSERT_NE(at, std::string::npos) << from;
        toml_.replace(at, from.size(), to);
    }
    http::Answer<http::ReloadView> reload() { return program_->reload({"ann", "a test"}); }
    route::Limits limits() {
        return program_->service()
            .ask([](SessionDesk& d) { return d.config().desk.router.limits; })
            .get();
    }
    std::uint16_t port() const {
        const std::string url = program_->url();
        return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
    }

    // JSON without the blanks behind its colons.
    static std::string squeezed(std::string text) {
        for (std::size_t at = 0; (at = text.find("\": ", at)) != std::string::npos;)
            text.erase(at + 2, 1);
        return text;
    }
    std::uint64_t run() {
        return program_->service().ask([](SessionDesk& d) { return d.run(); }).get();
    }

    std::string assay_;  // for back-tests
    std::string folder_, toml_, listen_{"127.0.0.1:0"}, logged_;
    bool open_{true};  // [http] accounts = "none"
    std::vector<Override> overrides_;
    Log log_{
        "paper", LogFormat::json, LogLevel::info, {"hush-hush"}, [this](std::string_view line) {
            logged_ += line;
        }};
    std::unique_ptr<Program> program_;
};

TEST_F(DeskProgram, a_reload_holds_at_once_and_over_a_restart_and_is_written_down) {
    const auto started = start();
    ASSERT_TRUE(started) << started.error().text();
    const std::uint64_t before = fnv1a(toml_);
    change("collar_bps = 100", "collar_bps = 50");
    const auto done = reload();
    ASSERT_TRUE(done) << done.error().detail;
    EXPECT_EQ(done->before, before);
    EXPECT_EQ(done->version, fnv1a(toml_));
    EXPECT_EQ(done->changed, std::vector<std::string>{"limits.collar_bps: 100 -> 50"});
    EXPECT_EQ(limits().collar_bps, 50);
    const auto again = reload();
    ASSERT_TRUE(again);
    EXPECT_EQ(again->version, again->before);
    EXPECT_NE(logged_.find("limits.collar_bps: 100 -> 50"), std::string::npos);
    const auto shown = http::Client(port()).ask("GET /api/v1/config").body;
    EXPECT_NE(shown.find("collar_bps = 50"), std::string::npos);
    EXPECT_EQ(shown.find("hush-hush"), std::string::npos);
    stop();

    ASSERT_TRUE(start());
    EXPECT_EQ(limits().collar_bps, 50);
    stop();
    const auto history = history::History::look_into(folder_ + "/state/history.db");
    ASSERT_TRUE(history) << history.error().text();
    const auto changes = (*history)->config_changes();
    ASSERT_TRUE(changes);
    ASSERT_EQ(changes->size(), 3u) << "a start, a change, a start";
    EXPECT_EQ((*changes)[1].who, "ann");
    EXPECT_EQ((*changes)[1].why, "a test");
    EXPECT_EQ((*changes)[1].changed, "limits.collar_bps: 100 -> 50");
    const auto configs = (*history)->configs();
    ASSERT_TRUE(configs);
    for (const history::ConfigRow& c : *configs)
        EXPECT_EQ(c.text.find("hush-hush"), std::string::npos);
}

// The file was changed while the desk did not run: what was decided before is not decided anew.
TEST_F(DeskProgram, the_journal_says_by_which_rules_it_is_read) {
    ASSERT_TRUE(start());
    stop();
    change("parent_qty = 1000", "parent_qty = 2000");
    ASSERT_TRUE(start());
    EXPECT_EQ(limits().parent_qty, 2'000_qty);
    stop();
    const auto disk = journal::posix_disk();
    auto reader = journal::Reader::open(*disk, folder_ + "/state/journal");
    ASSERT_TRUE(reader);
    std::vector<Qty> limits;
    for (;;) {
        const auto entry = reader->next();
        ASSERT_TRUE(entry) << entry.error().text();
        if (!*entry) break;
        if ((*entry)->mark != journal::Mark::note || !(*entry)->bytes.starts_with("config|"))
            continue;
        const auto note = Note::read((*entry)->bytes);
        const auto rules = Rules::read(note->value("rules"));
        ASSERT_TRUE(rules) << rules.error().text();
        limits.push_back(rules->limits.parent_qty);
    }
    EXPECT_EQ(limits, (std::vector<Qty>{1'000_qty, 2'000_qty}));
}

TEST_F(DeskProgram, what_takes_a_restart_is_refused_by_name_and_nothing_changes) {
    ASSERT_TRUE(start());
    change("collar_bps = 100", "collar_bps = 50");
    change("port = 1\n", "port = 2\n");
    const auto refused = reload();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().why, http::Refused::Why::conflict);
    ASSERT_EQ(refused.error().fields.size(), 1u);
    EXPECT_EQ(refused.error().fields[0].field, "session.LP_A.port");
    EXPECT_NE(refused.error().detail.find("restart the desk"), std::string::npos);
    EXPECT_EQ(limits().collar_bps, 100);
}

TEST_F(DeskProgram, a_file_that_is_wrong_is_refused_with_the_place_and_the_old_one_goes_on) {
    ASSERT_TRUE(start());
    change("collar_bps = 100", "collar_bps = -100");
    const auto answer =
        http::Client(port()).post("/api/v1/config/reload", R"({"who": "ann", "why": "a test"})");
    EXPECT_EQ(answer.status, 422);
    EXPECT_NE(answer.body.find("desk.toml:6:14"), std::string::npos) << answer.body;
    EXPECT_EQ(limits().collar_bps, 100);
    change("collar_bps = -100", "collar_bps = 70");
    EXPECT_EQ(http::Client(port())
                  .post("/api/v1/config/reload", R"({"who": "ann", "why": "a test"})")
                  .status,
              200);
    EXPECT_EQ(limits().collar_bps, 70);
}

// Weights of the profile that all desks of these tests rank by, as the desk itself has them.
std::vector<int> weights_of(Service& service) {
    return service
        .ask([](SessionDesk& d) {
            std::vector<int> weights;
            for (const score::Term& t : d.config().desk.ranked.front().terms)
                weights.push_back(t.weight_bp);
            return weights;
        })
        .get();
}

std::string change_body(const std::string& toml, const char* who = "ann") {
    return nlohmann::json({{"toml", toml}, {"who", who}, {"why", "a test"}}).dump();
}

TEST_F(DeskProgram, weights_change_by_version_are_in_the_journal_and_hold_over_a_restart) {
    ASSERT_TRUE(start());
    const std::string path = "/api/v1/profiles/balanced";
    const auto profile = nlohmann::json::parse(http::Client(port()).ask("GET " + path).body);
    EXPECT_EQ(profile["version"], 1);
    const std::vector<int> before = weights_of(program_->service());
    score::Profile draft = program_->service()
                               .ask([](SessionDesk& d) { return d.config().desk.ranked.front(); })
                               .get();
    draft.terms[0].weight_bp += 500;
    draft.terms[1].weight_bp -= 500;
    const auto post = [&](const std::string& to, const std::string& body, const char* seen) {
        return http::Client(port()).ask(
            "POST " + path + to,
            fmt::format("Content-Type: application/json\r\nIf-Match: {}\r\n", seen), body);
    };
    const auto done = post("/versions", change_body(print_profile(draft)), "\"1\"");
    ASSERT_EQ(done.status, 201) << done.body;
    EXPECT_EQ(weights_of(program_->service())[0], before[0] + 500);
    // Somebody who saw version 1 is told who came first.
    const auto late = post("/versions", change_body(print_profile(draft), "bob"), "\"1\"");
    EXPECT_EQ(late.status, 412);
    EXPECT_NE(late.body.find("version 2 is in force, by ann (a test)"), std::string::npos);
    draft.terms[0].weight_bp += 600;
    draft.terms[1].weight_bp -= 600;
    const auto far = post("/versions", change_body(print_profile(draft)), "\"2\"");
    EXPECT_EQ(far.status, 422);
    EXPECT_NE(far.body.find("go there in 2 versions"), std::string::npos) << far.body;
    EXPECT_EQ(http::Client(port()).post(path + "/preview", R"({"toml": "x"})").status, 422);
    // A reload of the same file takes nothing back.
    const auto again = reload();
    ASSERT_TRUE(again) << again.error().detail;
    EXPECT_TRUE(again->changed.empty());
    EXPECT_EQ(again->version, again->before);
    const auto shown = http::Client(port()).ask("GET /api/v1/config").body;
    EXPECT_NE(shown.find("In force instead of the file's profile balanced"), std::string::npos);
    stop();

    ASSERT_TRUE(start());
    EXPECT_EQ(weights_of(program_->service())[0], before[0] + 500) << "over a restart";
    const auto back = post("/rollback", R"({"to": 1, "who": "bob", "why": "worse"})", "\"2\"");
    ASSERT_EQ(back.status, 201) << back.body;
    EXPECT_EQ(weights_of(program_->service()), before);
    const auto rows =
        nlohmann::json::parse(http::Client(port()).ask("GET " + path + "/versions").body)["rows"];
    ASSERT_EQ(rows.size(), 3u);
    EXPECT_EQ(rows[0]["rolled_back_to"], 1);
    EXPECT_EQ(rows[1]["changed"].size(), 2u);
    stop();
    // Whoever reads the journal alone finds the same rules at the same places.
    const auto disk = journal::posix_disk();
    auto reader = journal::Reader::open(*disk, folder_ + "/state/journal");
    ASSERT_TRUE(reader);
    std::vector<int> first_weights;
    for (;;) {
        const auto entry = reader->next();
        ASSERT_TRUE(entry);
        if (!*entry) break;
        if ((*entry)->mark != journal::Mark::note || !(*entry)->bytes.starts_with("config|"))
            continue;
        const auto note = Note::read((*entry)->bytes);
        const auto rules = Rules::read(note->value("rules"));
        ASSERT_TRUE(rules);
        first_weights.push_back(rules->profiles.front().terms[0].weight_bp);
    }
    EXPECT_EQ(first_weights,
              (std::vector<int>{before[0], before[0] + 500, before[0] + 500, before[0]}))
        << "a start, a change, a start, a roll-back";
}

TEST_F(DeskProgram, with_four_eyes_a_change_waits_for_another_person) {
    toml_ += "[approval]\nfour_eyes = true\nstep_limit_bp = 1500\n";
    ASSERT_TRUE(start());
    const std::string path = "/api/v1/profiles/balanced";
    const std::vector<int> before = weights_of(program_->service());
    score::Profile draft = program_->service()
                               .ask([](SessionDesk& d) { return d.config().desk.ranked.front(); })
                               .get();
    draft.terms[0].weight_bp += 1'500;
    draft.terms[1].weight_bp -= 1'500;
    const auto asked = http::Client(port()).ask(
        "POST " + path + "/versions", "Content-Type: application/json\r\nIf-Match: \"1\"\r\n",
        change_body(print_profile(draft)));
    ASSERT_EQ(asked.status, 202) << asked.body;
    EXPECT_EQ(weights_of(program_->service()), before);
    const auto approve = [&](const char* who) {
        return http::Client(port())
            .post(path + "/proposals/1/approve", fmt::format(R"({{"who": "{}"}})", who))
            .status;
    };
    EXPECT_EQ(approve("Ann"), 403) << "the same person, in other letters";
    EXPECT_EQ(approve("bob"), 201);
    EXPECT_EQ(weights_of(program_->service())[0], before[0] + 1'500);
    EXPECT_EQ(approve("bob"), 409);
}

// A desk on paper buys 200, and every page of a console finds it: table, time line, raw messages,
// best-execution file, LP, heat map, mirror, preview.
TEST_F(DeskProgram, an_order_is_found_by_every_page) {
    toml_ +=
        "[session.LP_B]\nrole = \"lp\"\nport = 1\nsender = \"DESK\"\ntarget = \"LP_B\"\n"
        "[parents]\nwindow = \"2s\"\nround_gap = \"100ms\"\n";
    const auto started = start();
    ASSERT_TRUE(started) << started.error().text();
    Counterparties others;
    const auto get = [&](const std::string& target) {
        const auto answer = http::Client(port()).ask("GET /api/v1" + target);
        EXPECT_EQ(answer.status, 200) << target << answer.body;
        return nlohmann::json::parse(answer.body, nullptr, false);
    };
    Service& service = program_->service();
    const auto quote = [&] {
        ASSERT_TRUE(
            service.sequencer().put(service.journal().session("MARKET"), journal::Mark::received,
                                    others.quote(service.clock().now(), 99.99_px, 100.01_px)));
    };
    quote();
    const auto sent = http::Client(port()).post(
        "/api/v1/parents", R"({"cl_ord_id": "C-1", "symbol": "ACME", "side": "buy", "qty": 200})");
    ASSERT_EQ(sent.status, 201) << sent.body;
    // Time goes on by inputs, and what came is in the history a second later.
    nlohmann::json line;
    for (int i = 0; i < 400; ++i) {
        quote();
        std::this_thread::sleep_for(std::chrono::milliseconds(25));
        if (i % 20 != 19) continue;
        line = get("/parents/1/timeline");
        if (line["parent"]["state"] == "filled" && line["executions"].size() >= 2 &&
            !get("/league?profile=balanced&symbol=ACME")["rows"][0]["measured"].empty())
            break;
    }
    ASSERT_EQ(line["parent"]["state"], "filled") << line.dump(1);
    ASSERT_GE(line["executions"].size(), 2u) << "children of at most 100";
    EXPECT_EQ(line["executions"].back()["cum_qty"], 200);
    EXPECT_NEAR(line["executions"].back()["vwap"], 100.01, 1e-9);
    EXPECT_NEAR(line["executions"].back()["shortfall_bps"], 1, 1e-6) << "0.01 of 100.00";
    EXPECT_EQ(line["decisions"][0]["ask"], 100.01);
    EXPECT_EQ(line["complete"], true);

    const std::string child = line["children"][0]["cl_ord_id"];
    const auto messages = get("/orders/" + child + "/messages");
    EXPECT_EQ(messages["rows"][0]["msg_type"], "D");
    EXPECT_EQ(messages["rows"][0]["direction"], "sent");
    EXPECT_NE(messages["rows"][0]["fix"].get<std::string>().find("|11=" + child + "|"),
              std::string::npos);
    EXPECT_EQ(messages["rows"].back()["exec_type"], "F");

    const auto file = get("/best-execution?from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z");
    ASSERT_GE(file["rows"].size(), 2u);
    EXPECT_EQ(file["rows"][0]["cl_ord_id"], child);
    EXPECT_EQ(file["rows"][0]["result"], "filled");
    EXPECT_EQ(file["rows"][0]["bid"], 99.99);
    EXPECT_NEAR(file["rows"][0]["price_improvement_bps"], 0, 1e-9);
    EXPECT_NEAR(file["rows"][0]["effective_spread_bps"], 2, 1e-6);

    const auto table = get("/league?profile=balanced&symbol=ACME&columns=n_orders,fill_rate");
    ASSERT_EQ(table["rows"].size(), 2u) << table.dump(1);
    double orders = 0;
    for (const auto& row : table["rows"]) {
        EXPECT_EQ(row["kpis"].size(), score::kScored);
        EXPECT_EQ(row["session"], "up");
        EXPECT_EQ(row["breaker"], "closed");
        if (!row["measured"].empty()) orders += row["measured"]["n_orders"].get<double>();
        double points = 0;  // what a row is made of is what it comes to
        for (const auto& kpi : row["kpis"])
            if (!kpi["points"].is_null()) points += kpi["points"].get<double>();
        if (!row["composite"].is_null()) {
            EXPECT_NEAR(points, row["composite"].get<double>(), 1e-9);
        }
    }
    EXPECT_EQ(orders, file["rows"].size());
    EXPECT_NE(table["size_name"], "unknown") << table.dump(1);
    EXPECT_EQ(get("/league?profile=balanced&symbol=ACME&against=yesterday")["remarks"].size(), 1u);

    const std::string lp = line["children"][0]["lp"];
    const auto report = get("/lps/" + lp + "/report?symbol=ACME");
    EXPECT_EQ(report["measured"]["fill_rate"], 1);
    EXPECT_EQ(report["by_hour"].size(), 1u);
    EXPECT_EQ(report["latency"]["parts"][0]["n"], report["measured"]["n_orders"]);
    const auto map = get("/heatmap?kpi=fill_rate&columns=symbol");
    EXPECT_EQ(map["columns"], nlohmann::json::array({"ACME"}));
    EXPECT_EQ(map["rows"][0]["cells"][0]["value"], 1);
    EXPECT_EQ(map["rows"][0]["cells"][0]["few"], true);
    EXPECT_FALSE(get("/mirror")["flow"].empty());

    score::Profile draft =
        service.ask([](SessionDesk& d) { return d.config().desk.ranked.front(); }).get();
    draft.terms[0].weight_bp += 100;
    draft.terms[1].weight_bp -= 100;
    const auto previewed = http::Client(port()).post(
        "/api/v1/profiles/balanced/preview",
        nlohmann::json({{"toml", print_profile(draft)}, {"days", 1}}).dump());
    ASSERT_EQ(previewed.status, 200) << previewed.body;
    const auto preview = nlohmann::json::parse(previewed.body);
    EXPECT_EQ(preview["orders"], orders);
    EXPECT_EQ(preview["cells_looked_at"], 1);
    EXPECT_EQ(preview["may_apply"], true);
    EXPECT_EQ(preview["changed"].size(), 2u);
}

TEST_F(DeskProgram, what_options_put_over_the_file_is_shown_with_it) {
    overrides_ = {{"desk.mode", "paper", "--mode"}};
    ASSERT_TRUE(start());
    const auto shown = squeezed(http::Client(port()).ask("GET /api/v1/config").body);
    EXPECT_NE(shown.find(R"("option":"--mode")"), std::string::npos) << shown;
    EXPECT_NE(shown.find("# in force by --mode"), std::string::npos) << shown;
    EXPECT_NE(shown.find(fmt::format(R"("version":"{:016x}")", fnv1a(toml_))), std::string::npos)
        << "as the log and the history have it\n"
        << shown;
}

// A supervisor tries again and again: the journal must not grow by it.
TEST_F(DeskProgram, a_start_that_is_refused_begins_no_run) {
    ASSERT_TRUE(start());
    EXPECT_EQ(run(), 1u);
    stop();
    listen_ = "0.0.0.0:0";
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(start());
    listen_ = "foo";
    EXPECT_FALSE(start());
    listen_ = "127.0.0.1:0";
    ASSERT_TRUE(start());
    EXPECT_EQ(run(), 2u);
    EXPECT_NE(logged_.find("run 2"), std::string::npos) << "the log and /version say the same";
}

TEST_F(DeskProgram, a_history_that_was_lost_is_made_anew_out_of_the_journal) {
    ASSERT_TRUE(start());
    stop();
    for (const char* end : {"", "-wal", "-shm"})
        std::filesystem::remove(folder_ + "/state/history.db" + end);
    ASSERT_TRUE(start());
    EXPECT_NE(logged_.find("the whole journal is read anew, and they come again"),
              std::string::npos)
        << logged_;
    stop();
    const auto history = history::History::look_into(folder_ + "/state/history.db");
    ASSERT_TRUE(history) << history.error().text();
    EXPECT_GT((*history)->written_through()->value_or(0), 0u);
}

TEST_F(DeskProgram, a_journal_that_was_emptied_refuses_the_start) {
    ASSERT_TRUE(start());
    stop();
    const std::string state = folder_ + "/state";
    std::filesystem::rename(state + "/journal", state + "/elsewhere");
    auto started = start();
    ASSERT_FALSE(started);
    EXPECT_NE(started.error().text().find("ends at entry 0, and a state goes up to entry"),
              std::string::npos)
        << started.error().text();
    for (const auto& file : std::filesystem::directory_iterator(state))
        if (file.path().filename().string().starts_with("state-"))
            std::filesystem::remove(file.path());
    started = start();
    ASSERT_FALSE(started);
    EXPECT_NE(started.error().text().find("ends at entry 0, and history.db has rows up to entry"),
              std::string::npos)
        << started.error().text();
    // Back again, and all is well.
    std::filesystem::remove_all(state + "/journal");
    std::filesystem::rename(state + "/elsewhere", state + "/journal");
    started = start();
    ASSERT_TRUE(started) << started.error().text();
    EXPECT_EQ(run(), 2u);
}

TEST_F(DeskProgram, kills_and_releases_are_told_and_kept_over_a_restart) {
    ASSERT_TRUE(start());
    const auto post = [&](const char* path, const char* body) {
        auto answer = http::Client(port()).post(path, body);
        answer.body = squeezed(answer.body);
        return answer;
    };
    const auto kills = [&] { return squeezed(http::Client(port()).ask("GET /api/v1/kills").body); };
    const auto killed = post(
        "/api/v1/kill", R"({"scope": "symbol", "value": "NOPE", "who": "ann", "why": "a typo"})");
    EXPECT_EQ(killed.status, 200) << killed.body;
    EXPECT_NE(killed.body.find(R"("known":false)"), std::string::npos) << killed.body;
    EXPECT_NE(killed.body.find(R"("again":false)"), std::string::npos) << killed.body;
    const auto again =
        post("/api/v1/kill", R"({"scope": "symbol", "value": "NOPE", "who": "bob", "why": "too"})");
    EXPECT_NE(again.body.find(R"("again":true)"), std::string::npos) << again.body;
    EXPECT_NE(again.body.find(R"("who":"ann")"), std::string::npos) << again.body;
    EXPECT_EQ(post("/api/v1/kill",
                   R"({"scope": "parent", "value": "1abc", "who": "ann", "why": "a typo"})")
                  .status,
              422);
    EXPECT_NE(
        squeezed(http::Client(port()).ask("GET /api/v1/status").body).find(R"("value":"NOPE")"),
        std::string::npos);
    EXPECT_NE(http::Client(port()).ask("GET /metrics").body.find("gate_symbol_killed{symbol="),
              std::string::npos);
    EXPECT_NE(logged_.find("ann kills symbol NOPE: a typo"), std::string::npos) << logged_;
    EXPECT_EQ(
        post("/api/v1/release",
             R"({"scope": "symbol", "value": "NOPE", "who": "ann", "second": "bob", "why": "ok"})")
            .status,
        200);
    EXPECT_NE(logged_.find("ann and bob release symbol NOPE: ok"), std::string::npos) << logged_;
    const std::string before = kills();
    EXPECT_NE(before.find(R"("released_by":"ann")"), std::string::npos) << before;
    stop();
    ASSERT_TRUE(start());
    EXPECT_EQ(kills(), before) << "ids too";
}

// By a program in its place, which takes the same words.
TEST_F(DeskProgram, a_back_test_runs_beside_the_desk_and_is_kept) {
    assay_ = folder_ + "/assay";
    std::ofstream(assay_) << R"sh(#!/bin/sh
if [ "$1" = journal ]; then echo "$3 $5 $7" > "$9"; exit; fi
echo "assay: reading twice   0.5 kB  4,096 messages" >&2
while [ -e "$0.wait" ]; do sleep 0.05; done
grep -q draft "$6" || { echo "assay: no orders" >&2; exit 1; }
printf '{"policies": [], "log": "%s"}' "$(cat "$2")" > "${10}"
)sh";
    ::chmod(assay_.c_str(), 0755);
    ASSERT_TRUE(start());
    const auto ask = [&](const std::string& what) {
        return nlohmann::json::parse(http::Client(port()).ask(what).body, nullptr, false);
    };
    const score::Profile now =
        program_->service()
            .ask([](SessionDesk& d) { return d.config().desk.ranked.front(); })
            .get();
    const std::string body = nlohmann::json({{"first", "balanced"},
                                             {"second_toml", print_profile(now)},
                                             {"from", "2026-03-02T14:00:00Z"},
                                             {"to", "2026-03-02T15:00:00Z"},
                                             {"who", "ann"},
                                             {"why", "a test"}})
                                 .dump();
    std::ofstream(assay_ + ".wait") << "";
    const auto started = http::Client(port()).post("/api/v1/backtests", body);
    ASSERT_EQ(started.status, 201) << started.body;
    const auto until = [&](const std::string& what, const std::string& state) {
        for (int i = 0; i < 200; ++i) {
            const auto run = ask(what);
            if (run["state"] == state) return run;
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        return ask(what);
    };
    EXPECT_EQ(ask("GET /api/v1/backtests/1")["state"], "running");
    EXPECT_EQ(http::Client(port()).post("/api/v1/backtests", body).status, 201);
    EXPECT_EQ(http::Client(port()).post("/api/v1/backtests", body).status, 409) << "two run";
    EXPECT_EQ(ask("DELETE /api/v1/backtests/2")["state"], "canceled");
    std::filesystem::remove(assay_ + ".wait");
    const auto done = until("GET /api/v1/backtests/1", "done");
    ASSERT_EQ(done["state"], "done") << done.dump(1);
    EXPECT_EQ(done["second"], "balanced (draft)");
    EXPECT_EQ(done["result"]["log"],
              folder_ + "/state/journal 2026-03-02T14:00:00Z 2026-03-02T15:00:00Z");
    stop();
    ASSERT_TRUE(start());
    EXPECT_EQ(ask("GET /api/v1/backtests")["rows"].size(), 2u) << "over a restart";
    EXPECT_EQ(ask("GET /api/v1/backtests/1")["result"]["policies"].size(), 0u);
}

TEST_F(DeskProgram, other_machines_need_tls_and_accounts) {
    listen_ = "0.0.0.0:0";
    auto started = start();
    ASSERT_FALSE(started);
    EXPECT_NE(started.error().text().find("is for this machine alone"), std::string::npos);
    open_ = false;
    started = start();
    ASSERT_FALSE(started);
    EXPECT_NE(started.error().text().find("needs TLS"), std::string::npos);
}

TEST_F(DeskProgram, tls_and_accounts_come_from_the_file) {
    const std::string cert = folder_ + "/cert.pem", key = folder_ + "/key.pem";
    ASSERT_EQ(std::system(fmt::format("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "
                                      "/CN=localhost -keyout {} -out {} 2>/dev/null",
                                      key, cert)
                              .c_str()),
              0);
    toml_ += fmt::format("[http]\ncertificate = \"{}\"\nkey = \"{}\"\n", cert, key);
    listen_ = "0.0.0.0:0";
    open_ = false;
    toml_ += fmt::format("[account.ann]\nrole = \"admin\"\ntoken_sha256 = \"{}\"\n",
                         http::sha256("a token"));
    ::chmod(key.c_str(), 0644);
    auto started = start();
    ASSERT_FALSE(started);
    EXPECT_NE(started.error().text().find("everybody on this machine may read"), std::string::npos);
    ::chmod(key.c_str(), 0600);
    started = start();
    ASSERT_TRUE(started) << started.error().text();
    EXPECT_TRUE(program_->url().starts_with("https://"));
    const auto ask = [&](std::string_view fields) {
        return http::Client(port(), http::Client::Over::tls).ask("GET /api/v1/status", fields);
    };
    EXPECT_EQ(ask("").status, 401);
    EXPECT_EQ(ask("Authorization: Bearer a token\r\n").status, 200);
    EXPECT_EQ(http::Client(port()).ask("GET /healthz").status, 0) << "without TLS";
    std::ifstream file(folder_ + "/state/first-password.txt");
    std::string password;
    ASSERT_TRUE(file >> password);
    const auto in = http::Client(port(), http::Client::Over::tls)
                        .post("/api/v1/login",
                              fmt::format(R"({{"name": "admin", "password": "{}"}})", password));
    EXPECT_EQ(in.status, 200) << in.body;
    const std::string cookie = in.headers.at("set-cookie");
    EXPECT_TRUE(cookie.starts_with("__Host-assay=")) << cookie;
    EXPECT_TRUE(cookie.ends_with("; HttpOnly; SameSite=Strict; Secure")) << cookie;
    EXPECT_EQ(in.headers.at("strict-transport-security"), "max-age=31536000");
    EXPECT_NE(in.body.find("\"four_eyes\": true"), std::string::npos) << "others reach it";
}

}  // namespace
}  // namespace assay::desk
