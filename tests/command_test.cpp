// Bad input at the command: the exit code, what the message must say, and that standard output
// holds nothing but the document.
#include <algorithm>
#include <array>
#include <cmath>
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "hosts/cli/cli_in_testkit.h"
#include "tests/gateway.h"
#include "tests/properties/made_day.h"

namespace assay {
namespace {

using testkit::Folder;
using testkit::Gateway;

struct Ran {
    int code{-1};  // exit code; 128 + signal where it was killed
    std::string out, err;
};

std::string in(const Folder& folder, const std::string& name) {
    return folder.path() + "/" + name;
}

std::string drained(int fd) {
    std::string all;
    std::array<char, 65536> some;
    for (ssize_t n; (n = ::read(fd, some.data(), some.size())) > 0;)
        all.append(some.data(), static_cast<std::size_t>(n));
    return all;
}

// Runs `assay ARGS` in a folder of its own; a run of more than 60 s is killed.
Ran run(const Folder& folder, std::vector<std::string> args, bool as_nobody = false) {
    args.insert(args.begin(), ASSAY_PROGRAM);
    const std::string out = in(folder, "stdout"), err = in(folder, "stderr");
    for (const std::string& f : {out, err})
        ::close(::open(f.c_str(), O_CREAT | O_TRUNC | O_RDWR, 0666));
    const pid_t child = ::fork();
    if (child == 0) {
        ::alarm(60);
        const int o = ::open(out.c_str(), O_WRONLY | O_TRUNC),
                  e = ::open(err.c_str(), O_WRONLY | O_TRUNC);
        ::dup2(o, 1);
        ::dup2(e, 2);
        ::close(::open("/dev/null", O_RDONLY));
        if (::chdir(in(folder, ".").c_str()) != 0) ::_exit(99);
        if (as_nobody && (::setgid(65534) != 0 || ::setuid(65534) != 0)) ::_exit(98);
        std::vector<char*> argv;
        for (std::string& a : args) argv.push_back(a.data());
        argv.push_back(nullptr);
        ::execv(ASSAY_PROGRAM, argv.data());
        ::_exit(97);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    Ran r;
    r.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    for (auto [name, text] : {std::pair{&out, &r.out}, std::pair{&err, &r.err}}) {
        const int fd = ::open(name->c_str(), O_RDONLY);
        *text = drained(fd);
        ::close(fd);
    }
    return r;
}

void expect_says(const Ran& r, int code, const std::vector<std::string>& words,
                 const std::string& worked) {
    EXPECT_EQ(r.code, code) << worked << "\n" << r.err;
    for (const std::string& w : words)
        EXPECT_NE(r.err.find(w), std::string::npos) << worked << " should say \"" << w << "\"\n"
                                                    << r.err;
    EXPECT_TRUE(code == 0 || r.out.empty()) << worked << " wrote to standard output\n" << r.out;
}
nlohmann::json document(const Ran& r, const std::string& worked) {
    EXPECT_EQ(r.code, 0) << worked << "\n" << r.err;
    nlohmann::json j = nlohmann::json::parse(r.out, nullptr, false);
    EXPECT_FALSE(j.is_discarded()) << worked << ": standard output is not one JSON document\n"
                                   << r.out.substr(0, 300);
    return j;
}
std::vector<std::string> score_json(const std::string& file) {
    return {"score", file, "--format", "json"};
}

std::string good_day() {
    return testkit::log_of(testkit::made_day(1, {.orders = 20}));
}

std::uint64_t sum(const nlohmann::json& o, std::initializer_list<const char*> names) {
    std::uint64_t n = 0;
    for (const char* name : names) n += o[name].get<std::uint64_t>();
    return n;
}
void expect_adds_up(const nlohmann::json& j, const std::string& worked) {
    const auto& h = j["health"];
    EXPECT_EQ(h["bytes_read"].get<std::uint64_t>(),
              sum(h, {"bytes_messages", "bytes_between", "bytes_dead", "bytes_pending"}))
        << worked;
    EXPECT_EQ(
        h["messages_read"].get<std::uint64_t>(),
        sum(h, {"messages_applied", "messages_duplicate", "messages_waiting", "messages_dead"}))
        << worked;
}

TEST(Command, files_that_cannot_be_used) {
    const Folder folder;
    const std::string log = good_day();
    folder.write("empty.log", "");
    std::string binary;
    testkit::Draw draw(3);
    for (int i = 0; i < 100'000; ++i) binary += static_cast<char>(draw.below(256));
    folder.write("binary.dat", binary);
    folder.write("text.txt", "Dear reader,\nthis is no log.\n");
    folder.write("headless.gz", testkit::gzipped(log).substr(0, 5));
    struct {
        const char* file;
        std::vector<std::string> words;
    } const rows[] = {
        {"missing.log", {"missing.log", "o such file"}},
        {"empty.log", {"empty.log", "empty"}},
        {"binary.dat", {"binary.dat"}},
        {"text.txt", {"text.txt"}},
        {"headless.gz", {"headless.gz"}},
    };
    for (const auto& r : rows) {
        expect_says(run(folder, score_json(r.file)), 1, r.words, r.file);
        expect_says(run(folder, {"health", r.file}), 1, r.words, r.file);
    }
}

TEST(Command, a_folder_without_files_has_nothing_to_read) {
    const Folder folder, empty;
    expect_says(run(folder, score_json(in(empty, "."))), 1, {"nothing to read"}, "an empty folder");
}

TEST(Command, a_file_without_rights) {
    if (::getuid() != 0) GTEST_SKIP() << "only root can become somebody without rights";
    const Folder folder;
    const std::string file = folder.write("secret.log", good_day());
    ASSERT_EQ(::chmod(file.c_str(), 0), 0);
    ::chmod(in(folder, ".").c_str(), 0777);
    const Ran r = run(folder, score_json(file), true);
    if (r.code == 97) GTEST_SKIP() << "the program itself cannot be read by nobody";
    expect_says(r, 1, {"secret.log", "no right to read it"}, "no rights");
}

TEST(Command, what_is_typed_wrong) {
    const Folder folder;
    folder.write("day.log", good_day());
    folder.write("bad_key.toml", "[quotes]\nstale_aftr = \"5s\"\n");
    folder.write("bad_profile.toml",
                 "name = \"x\"\n[kpi.fil_rate]\nweight = 100\nworst = 0\nbest = 1\n");
    struct {
        std::vector<std::string> args;
        std::vector<std::string> words;
    } const rows[] = {
        {{"scroe", "day.log"}, {"scroe", "score"}},
        {{"score", "day.log", "--profil", "note4"}, {"--profil", "--profile"}},
        {{"score", "day.log", "--profile", "ballanced"}, {"ballanced", "balanced"}},
        {{"score", "day.log", "--profile", "bad_profile.toml"},
         {"bad_profile.toml:2", "fil_rate", "fill_rate"}},
        {{"score", "day.log", "--config", "bad_key.toml"},
         {"bad_key.toml:2", "stale_aftr", "stale_after"}},
        {{"config", "check", "bad_key.toml"}, {"bad_key.toml:2", "stale_aftr", "stale_after"}},
        {{"score", "day.log", "--set", "quotes.stale_aftr=5s"}, {"stale_aftr", "stale_after"}},
        {{"score", "day.log", "--set", "quotes.stale_after=soon"}, {"stale_after", "soon"}},
        {{"score", "day.log", "--format", "xml"}, {"xml", "json"}},
        {{"score", "day.log", "--by", "lp,colour"}, {"colour", "symbol"}},
        {{"score", "day.log", "--threads", "0"}, {"--threads", "0"}},
        {{"score", "day.log", "--since", "yesterday"}, {"--since", "yesterday"}},
        {{"score", "day.log", "--since", "2026-11-20T11:00:00Z", "--until", "2026-11-20T10:00:00Z"},
         {"--since is not before --until"}},
        {{"score", "day.log", "--columns", "fill_rat"}, {"fill_rat"}},
        {{"score", "day.log", "--reference", "none.toml"}, {"none.toml"}},
        {{"score", "day.log", "--fees", "none.toml"}, {"none.toml"}},
        {{"catalog", "fill_rat"}, {"fill_rat", "fill_rate"}},
        {{"completion", "tcsh"}, {"bash"}},
        {{"score"}, {"score what"}},
        {{"health"}, {"health of what"}},
    };
    for (const auto& r : rows) {
        std::string line = "assay";
        for (const auto& a : r.args) line += " " + a;
        expect_says(run(folder, r.args), 2, r.words, line);
    }
}

TEST(Command, a_simulated_day_is_written_scored_and_never_mixed_with_another) {
    const Folder folder;
    const std::string worked = "simulate --out day";
    const Ran wrote = run(folder, {"simulate", "--out", "day", "--hours", "0.25", "--seed", "4",
                                   "--symbols", "2", "--parents", "60"});
    ASSERT_EQ(wrote.code, 0) << wrote.err;
    for (const char* word : {"market.log", "LP_A.log", "LP_G.log", "truth.json", "truth.csv",
                             "parents.csv", "assay score day", "2 symbols", "seed 4"})
        EXPECT_NE(wrote.out.find(word), std::string::npos) << word << "\n" << wrote.out;
    EXPECT_EQ(wrote.err, "") << "no bar where there is no terminal";
    const nlohmann::json j = document(run(folder, score_json("day")), worked);
    expect_adds_up(j, worked);
    EXPECT_EQ(j["health"]["messages_dead"], 0);
    EXPECT_EQ(j["rows"].size(), 6u);
    expect_says(run(folder, {"simulate", "--out", "day"}), 1, {"day", "is not empty"}, worked);
    folder.write("file", "");
    expect_says(run(folder, {"simulate", "--out", "file/day"}), 1, {"file/day"}, "below a file");
    if (::getuid() == 0) {
        ::mkdir(in(folder, "locked").c_str(), 0700);
        const Ran locked = run(folder, {"simulate", "--out", "locked/day"}, true);
        if (locked.code != 97) expect_says(locked, 1, {"locked/day", "ermission"}, "no rights");
    }
}

TEST(Command, what_is_typed_wrong_about_a_simulated_day) {
    const Folder folder;
    folder.write("lps.toml", "[lp.A]\nlatency = 5\n");
    folder.write("none.toml", "[market]\n");
    struct {
        std::vector<std::string> args;
        std::vector<std::string> words;
    } const rows[] = {
        {{"simulate"}, {"--out"}},
        {{"simulate", "day"}, {"day", "--out"}},
        {{"simulate", "--out", "d", "--hours", "0"}, {"--hours", "\"0\"", "above 0"}},
        {{"simulate", "--out", "d", "--hours", "-1"}, {"--hours", "-1"}},
        {{"simulate", "--out", "d", "--hours", "25"}, {"--hours", "24"}},
        {{"simulate", "--out", "d", "--hours", "nan"}, {"--hours", "nan"}},
        {{"simulate", "--out", "d", "--hours", "1h"}, {"--hours", "1h"}},
        {{"simulate", "--out", "d", "--hours", "0.0001"}, {"--hours", "second"}},
        {{"simulate", "--out", "d", "--seed", "x"}, {"--seed", "x"}},
        {{"simulate", "--out", "d", "--symbols", "0"}, {"--symbols", "1000"}},
        {{"simulate", "--out", "d", "--parents", "1.5"}, {"--parents", "1.5"}},
        {{"simulate", "--out", "d", "--lps", "gone.toml"}, {"gone.toml", "o such file"}},
        {{"simulate", "--out", "d", "--lps", "lps.toml"}, {"lps.toml:2:1", "latency_ms"}},
        {{"simulate", "--out", "d", "--lps", "none.toml"}, {"none.toml", "0 LPs"}},
        {{"simulate", "--out", "d", "--sed", "1"}, {"--sed", "--seed"}},
        {{"config", "check", "lps.toml"}, {"lps.toml:2:1", "latency_ms"}},
    };
    for (const auto& r : rows) {
        std::string line = "assay";
        for (const auto& a : r.args) line += " " + a;
        expect_says(run(folder, r.args), 2, r.words, line);
    }
    EXPECT_NE(::access(in(folder, "d").c_str(), F_OK), 0) << "nothing was written";
}

TEST(Command, a_truncated_gz_is_scored_as_far_as_it_goes) {
    const Folder folder;
    const std::string log = testkit::log_of(testkit::made_day(1, {.orders = 3000}));
    const std::string packed = testkit::gzipped(log);
    folder.write("cut.log.gz", packed.substr(0, packed.size() * 3 / 4));
    const auto j = document(run(folder, score_json("cut.log.gz")), "truncated gz");
    EXPECT_GT(j["total"]["n_orders"].get<int>(), 1000);
    // It is said that it goes no further, and why.
    EXPECT_NE(j["health"].dump().find("cut.log.gz: truncated gzip"), std::string::npos)
        << j["health"].dump();
    EXPECT_NE(j["assumptions"].dump().find("truncated gzip"), std::string::npos)
        << "said on every output: " << j["assumptions"].dump();
}

TEST(Command, quotes_that_were_asked_for_and_cannot_be_read_are_an_error) {
    const Folder folder;
    folder.write("day.log", good_day());
    folder.write("no_ask.csv", "time,symbol,bid\n2026-11-20T10:00:00Z,S00,100.02\n");
    for (const char* quotes : {"none.csv", "no_ask.csv"})
        expect_says(run(folder, {"score", "day.log", "--quotes", quotes}), 1,
                    {"no quotes could be read", quotes}, quotes);
}

TEST(Command, each_row_of_a_spreadsheet_counts_once) {
    const Folder folder;
    folder.write("fills.csv",
                 "time,LP,symbol,side,order size,fill size,fill price,NBBO bid,NBBO ask\n"
                 "2026-11-20T10:00:00Z,LP_A,X,buy,100,100,10.02,10.00,10.02\n"
                 "2026-11-20T10:00:01Z,LP_A,X,buy,many,100,10.02,10.00,10.02\n"
                 "2026-11-20T10:00:02Z,LP_A,X,buy,100,100,10.02,10.00,10.02\n");
    const auto j = document(run(folder, score_json("fills.csv")), "fills.csv");
    EXPECT_EQ(j["health"]["messages_read"], 3);
    EXPECT_EQ(j["health"]["messages_applied"], 2);
    EXPECT_EQ(j["health"]["messages_dead"], 1);
    for (const auto& count : j["health"]["counts"])
        EXPECT_TRUE(count["name"] != "one_sided_quotes" || count["n"] == 0)
            << "each row has both sides";
}

TEST(Command, a_day_that_goes_on_from_a_state_counts_its_own_messages) {
    const Folder folder;
    folder.write("day.log", good_day());
    const std::vector<std::string> args = {"score", "day.log", "--state", "st", "--format", "json"};
    const auto first = document(run(folder, args), "first"),
               again = document(run(folder, args), "again");
    expect_adds_up(first, "first");
    expect_adds_up(again, "again");
    EXPECT_EQ(again["health"]["messages_duplicate"], again["health"]["messages_read"])
        << "all of it was counted before";
}

// The names in backticks between one heading of a file and the next.
std::vector<std::string> names_under(const std::string& file, const std::string& heading) {
    const std::string text = drained(::open(file.c_str(), O_RDONLY));
    const std::size_t from = text.find("\n" + heading + "\n");
    std::vector<std::string> out;
    if (from == std::string::npos) return out;
    std::size_t at = from + heading.size() + 2;
    const std::size_t end = std::min(text.find("\nWhat is measured", at), text.size());
    for (at = text.find('`', at); at < end; at = text.find('`', at)) {
        const std::size_t close = text.find('`', at + 1);
        out.push_back(text.substr(at + 1, close - at - 1));
        at = close + 1;
    }
    out.erase(std::remove(out.begin(), out.end(), "total"), out.end());
    out.erase(std::remove(out.begin(), out.end(), "null"), out.end());
    return out;
}
// `docs/json.md` promises names: the command prints each of them in every row.
TEST(Command, every_name_that_json_md_promises_is_printed) {
    Folder folder;
    folder.write("day.log", testkit::log_of(testkit::made_day(3, {.orders = 30})));
    const auto j = document(run(folder, score_json("day.log")), "promised names");
    const auto names =
        names_under(std::string(ASSAY_SOURCE_DIR) + "/docs/json.md", "### Names to build on");
    EXPECT_EQ(names.size(),
              49u);  // 44 of them are promised since the beginning, 5 are twins in bps
    ASSERT_FALSE(j["rows"].empty());
    for (const std::string& name : names) {
        for (const auto& row : j["rows"]) EXPECT_TRUE(row.contains(name)) << name;
        EXPECT_TRUE(j["total"].contains(name)) << name << " of the total";
    }
}

TEST(Command, a_message_cut_at_any_byte) {
    const Folder folder;
    Gateway gateway;
    const Nanos at{testkit::day_number(2026, 11, 20) * kDay.ns};
    const std::string first =
        gateway.line(at, "US", "LP_A", "D", "11=A|55=XYZ|54=1|38=100|40=2|44=10|59=3|");
    const std::string report =
        gateway.line(at + 5_ms, "LP_A", "US", "8",
                     "37=O|11=A|17=E|150=F|39=2|55=XYZ|54=1|32=100|31=10|14=100|151=0|");
    const std::string next =
        gateway.line(at + 9_ms, "US", "LP_A", "D", "11=B|55=XYZ|54=1|38=100|40=2|44=10|59=3|");
    for (std::size_t cut = 0; cut <= report.size(); ++cut) {
        folder.write("cut.log", first + report.substr(0, cut) + "\n" + next);
        const std::string worked = fmt::format("cut={}", cut);
        const auto j = document(run(folder, score_json("cut.log")), worked);
        expect_adds_up(j, worked);
        EXPECT_EQ(j["total"]["n_orders"].get<int>(), 2)
            << worked << ": the next message is not lost";
    }
}

TEST(Command, values_that_cannot_be) {
    Gateway gateway;
    const Nanos at{testkit::day_number(2026, 11, 20) * kDay.ns};
    const auto message = [&](const std::string& type, const std::string& body) {
        return gateway.line(at, "US", "LP_A", type, body);
    };
    const std::string order = "11=A|55=XYZ|54=1|38=100|40=2|44=10|59=3|";
    std::string huge_length = message("D", order);
    const std::size_t nine = huge_length.find(
                                 "\x01"
                                 "9=") +
                             3;
    huge_length.replace(nine, huge_length.find('\x01', nine) - nine, "18446744073709551616");
    const std::string forty(40, '9');
    struct {
        const char* worked;
        std::string line;
        std::uint64_t dead;  // at least
    } const rows[] = {
        {"BodyLength 2^64", huge_length, 1},
        {"a 40-digit price", message("D", "11=A|55=XYZ|54=1|38=100|40=2|44=" + forty + "|59=3|"),
         1},
        {"a 40-digit quantity", message("D", "11=A|55=XYZ|54=1|38=" + forty + "|40=2|44=10|59=3|"),
         1},
        {"a price NaN", message("D", "11=A|55=XYZ|54=1|38=100|40=2|44=NaN|59=3|"), 1},
        {"a price 1e5", message("D", "11=A|55=XYZ|54=1|38=100|40=2|44=1e5|59=3|"), 1},
        {"10^9 parties", message("D", order + "453=1000000000|448=X|447=D|452=1|"), 0},
        {"10^9 quotes", message("W", "55=XYZ|268=1000000000|269=0|270=1|271=1|"), 0},
        {"a MsgSeqNum of 30 digits", message("0", "34=" + std::string(30, '1') + "|"), 0},
    };
    for (const auto& r : rows) {
        const Folder folder;
        folder.write("day.log", r.line + good_day());
        const auto j = document(run(folder, score_json("day.log")), r.worked);
        expect_adds_up(j, r.worked);
        EXPECT_GE(j["health"]["messages_dead"].get<std::uint64_t>(), r.dead) << r.worked;
        EXPECT_GE(j["total"]["n_orders"].get<int>(), 15) << r.worked << ": the rest is scored";
        const Ran strict = run(folder, {"score", "day.log", "--format", "json", "--strict"});
        EXPECT_TRUE(r.dead == 0 || strict.code == 3) << r.worked << " exit code " << strict.code;
    }
}

TEST(Command, crossed_and_zero_quotes_and_time_that_runs_backwards) {
    const Folder folder;
    folder.write("day.log", good_day());
    folder.write("quotes.csv",
                 "time,symbol,bid,ask\n"
                 "2026-11-20T10:00:00Z,S00,100.02,100.00\n"
                 "2026-11-20T10:00:01Z,S00,0,0\n"
                 "2026-11-20T09:00:00Z,S00,100.00,100.02\n"
                 "2026-11-20T10:00:03Z,S00,NaN,100.02\n"
                 "2026-11-20T10:00:04Z,S00,100.00\n"
                 "yesterday,S00,100.00,100.02\n"
                 "2026-11-20T10:00:05Z,S00,100.00,100.02\n");
    const auto j =
        document(run(folder, {"score", "day.log", "--quotes", "quotes.csv", "--format", "json"}),
                 "odd quotes");
    expect_adds_up(j, "odd quotes");
    EXPECT_GE(j["total"]["n_orders"].get<int>(), 15);

    std::vector<testkit::Row> rows = testkit::made_day(2, {.orders = 30});
    for (std::size_t i = 0; i < rows.size(); i += 3) rows[i].at = rows[i].at - 60_s;
    folder.write("backwards.log", testkit::log_of(rows));
    const auto back = document(run(folder, score_json("backwards.log")), "time backwards");
    expect_adds_up(back, "time backwards");
    EXPECT_NE(back["assumptions"].dump().find("capture times run backwards"), std::string::npos)
        << back["assumptions"].dump();
    EXPECT_EQ(back["total"]["n_orders"].get<int>() + back["total"]["n_ours"].get<int>(), 30);
}

// Two fills of 100 at the touch: X at 10.02 in USD, Y at 20.02 in EUR; spreads of 0.02.
void write_two_currencies(const Folder& folder, const std::string& rates) {
    Gateway gateway;
    const Nanos at{testkit::day_number(2026, 11, 20) * kDay.ns};
    std::string log;
    for (const auto& [symbol, price] : {std::pair{"X", "10.02"}, std::pair{"Y", "20.02"}}) {
        const std::string order =
            fmt::format("11={0}|55={0}|54=1|38=100|40=2|44={1}|59=3|", symbol, price);
        log += gateway.line(at + 1_s, "US", "LP_A", "D", order);
        log += gateway.line(
            at + 1_s + 5_ms, "LP_A", "US", "8",
            fmt::format("37=O{0}|11={0}|17=E{0}|150=F|39=2|55={0}|54=1|32=100|31={1}|14=100|151=0|",
                        symbol, price));
    }
    folder.write("day.log", log);
    folder.write("quotes.csv",
                 "time,symbol,bid,ask\n"
                 "2026-11-20T00:00:00Z,X,10.00,10.02\n2026-11-20T00:00:00Z,Y,20.00,20.02\n");
    folder.write("reference.toml",
                 "unmapped = \"stands_for_itself\"\n[symbol.X]\ncurrency = "
                 "\"USD\"\n[symbol.Y]\ncurrency = \"EUR\"\n" +
                     rates);
}

TEST(Command, one_euro_at_1_10_usd_makes_10000_x_4_20_over_3202_10_of_two_currencies) {
    const Folder folder;
    const std::vector<std::string> args = {"score",      "day.log",     "--quotes",
                                           "quotes.csv", "--reference", "reference.toml",
                                           "--format",   "json"};
    write_two_currencies(folder, "[rates]\nbase = \"USD\"\nEUR = 1.10\n");
    const auto with = document(run(folder, args), "with rates");
    for (const auto& row : {with["rows"][0], with["total"]}) {
        // USD 100 x 0.02 over 100 x 10.01, EUR 100 x 0.02 over 100 x 20.01 at 1.10
        EXPECT_NEAR(row["effective_spread_bps"].get<double>(), 1e4 * 4.20 / 3202.10, 1e-9);
        EXPECT_TRUE(row["effective_spread"].is_null());
        EXPECT_EQ(row["absent"]["effective_spread"], "several currencies");
        EXPECT_TRUE(row["vwap"].is_null());
        EXPECT_NEAR(row["e_over_q"].get<double>(), 1.0, 1e-12);
        EXPECT_EQ(row["filled_qty"].get<double>(), 200);
    }
    EXPECT_NE(with["assumptions"].dump().find("weighted in USD, at EUR 1.1"), std::string::npos);

    // A group of one currency stays in its own: 100 x 0.02 a share.
    std::vector<std::string> by_symbol = args;
    by_symbol.insert(by_symbol.end(), {"--by", "lp,symbol"});
    const auto apart = document(run(folder, by_symbol), "by symbol");
    for (const auto& row : apart["rows"])
        EXPECT_NEAR(row["effective_spread"].get<double>(), 0.02, 1e-12) << row["symbol"];

    write_two_currencies(folder, "");
    const auto without = document(run(folder, args), "without rates");
    EXPECT_TRUE(without["total"]["effective_spread_bps"].is_null());
    EXPECT_EQ(without["total"]["absent"]["effective_spread_bps"], "several currencies");
    EXPECT_TRUE(without["total"]["markout_after_fills"][6]["bps"].is_null());

    write_two_currencies(folder, "[rates]\nbase = \"USD\"\nGBP = 1.30\n");
    expect_says(run(folder, args), 2, {"reference.toml:5:12", "EUR", "has no rate"}, "no rate");
}

// Scorecards of two days of the same LPs.
void write_two_scorecards(const Folder& folder) {
    folder.write("monday.log", testkit::log_of(testkit::made_day(1, {.orders = 60})));
    folder.write("tuesday.log", testkit::log_of(testkit::made_day(2, {.orders = 60})));
    for (const char* day : {"monday", "tuesday"}) {
        const Ran r = run(folder, score_json(std::string(day) + ".log"));
        ASSERT_EQ(r.code, 0) << r.err;
        folder.write(std::string(day) + ".json", r.out);
    }
}

TEST(Command, diff_is_the_difference_of_the_two_documents) {
    const Folder folder;
    write_two_scorecards(folder);
    const auto a = nlohmann::json::parse(testkit::file_content(in(folder, "monday.json")));
    const auto b = nlohmann::json::parse(testkit::file_content(in(folder, "tuesday.json")));
    const auto d =
        document(run(folder, {"diff", "monday.json", "tuesday.json", "--format", "json"}), "diff");
    EXPECT_TRUE(d["scores_compare"].get<bool>());
    ASSERT_GE(d["rows"].size(), 2u);
    int compared = 0;
    for (const auto& row : d["rows"]) {
        const auto find = [&](const nlohmann::json& document) {
            for (const auto& r : document["rows"])
                if (r["lp"] == row["lp"]) return r;
            return nlohmann::json();
        };
        const auto was = find(a), is = find(b);
        EXPECT_EQ(row["presence"], was.is_null() ? "new" : is.is_null() ? "gone" : "both");
        if (was.is_null() || is.is_null()) continue;
        for (const auto& [kpi, change] : row["kpis"].items()) {
            EXPECT_EQ(change["before"], was[kpi]) << kpi;
            EXPECT_EQ(change["after"], is[kpi]) << kpi;
            if (was[kpi].is_null() || is[kpi].is_null()) continue;
            EXPECT_DOUBLE_EQ(change["difference"].get<double>(),
                             is[kpi].get<double>() - was[kpi].get<double>());
            ++compared;
        }
        const double sd =
            std::hypot(was["composite_sd"].get<double>(), is["composite_sd"].get<double>());
        const double z = (is["composite"].get<double>() - was["composite"].get<double>()) / sd;
        EXPECT_NEAR(row["z"].get<double>(), z, 1e-12);
        EXPECT_EQ(row["clear"].get<bool>(), std::abs(z) > 1.645);
    }
    EXPECT_GT(compared, 10);

    const Ran table =
        run(folder, {"diff", "monday.json", "tuesday.json", "--kpi", "e_over_q,vwap"});
    EXPECT_EQ(table.code, 0) << table.err;
    EXPECT_NE(table.out.find("E/Q"), std::string::npos) << table.out;
    EXPECT_NE(table.out.find("vwap"), std::string::npos) << table.out;
    const Ran same = run(folder, {"diff", "monday.json", "monday.json"});
    EXPECT_NE(same.out.find("no clear change"), std::string::npos) << same.out;
    EXPECT_EQ(same.out.find("clearly "), std::string::npos) << same.out;
}

TEST(Command, diff_says_what_cannot_be_compared) {
    const Folder folder;
    write_two_scorecards(folder);
    folder.write("by.json",
                 run(folder, {"score", "monday.log", "--format", "json", "--by", "lp,symbol"}).out);
    folder.write(
        "acme.json",
        run(folder, {"score", "tuesday.log", "--format", "json", "--profile", "acme"}).out);
    folder.write("half.json", testkit::file_content(in(folder, "monday.json")).substr(0, 5000));
    struct {
        std::vector<std::string> args;
        int code;
        std::vector<std::string> words;
    } const rows[] = {
        {{"diff"}, 2, {"two scorecards", "none was given"}},
        {{"diff", "monday.json"}, 2, {"one was given"}},
        {{"diff", "-", "-"}, 2, {"standard input"}},
        {{"diff", "monday.json", "by.json"}, 2, {"by lp,symbol", "same --by"}},
        {{"diff", "monday.json", "tuesday.json", "--kpi", "fill_rat"}, 2, {"--kpi", "fill_rat"}},
        {{"diff", "monday.json", "tuesday.json", "--format", "html"}, 2, {"html", "csv"}},
        {{"diff", "monday.json", "tuesday.json", "--kpis", "x"}, 2, {"--kpis", "--kpi"}},
        {{"diff", "monday.json", "none.json"}, 1, {"none.json", "o such file"}},
        {{"diff", "monday.json", "half.json"}, 1, {"half.json:70:", "not JSON"}},
        {{"diff", "monday.json", "monday.log"}, 1, {"monday.log:1:", "not JSON"}},
    };
    for (const auto& r : rows) {
        std::string line = "assay";
        for (const auto& a : r.args) line += " " + a;
        expect_says(run(folder, r.args), r.code, r.words, line);
    }
    const Ran other = run(folder, {"diff", "monday.json", "acme.json", "--format", "csv"});
    expect_says(other, 0, {"scores are not compared", "profile balanced", "configurations"},
                "another profile");
    EXPECT_NE(other.out.find(",both,composite,points of 100,,,,,,\r\n"), std::string::npos)
        << other.out;
}

TEST(Command, passwords_are_in_no_output) {
    const Folder folder;
    Gateway gateway;
    const Nanos at{testkit::day_number(2026, 11, 20) * kDay.ns};
    std::string logon = gateway.line(at, "US", "LP_A", "A",
                                     "98=0|108=30|553=me|554=hunter2|925=hunter3|95=7|96=hunter4|");
    const std::string broken =
        logon.substr(0, logon.size() - 5) + "999\x01\n";  // wrong CheckSum: a dead letter
    folder.write("day.log", logon + broken + good_day());
    for (const char* format : {"json", "table", "csv", "html"}) {
        const Ran r = run(folder, {"score", "day.log", "--format", format});
        EXPECT_EQ(r.code, 0) << r.err;
        EXPECT_EQ((r.out + r.err).find("hunter"), std::string::npos) << format;
    }
    EXPECT_EQ(testkit::file_content(in(folder, "assay-dead-letters.tsv")).find("hunter"),
              std::string::npos);
}

}  // namespace
}  // namespace assay
