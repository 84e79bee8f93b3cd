// Bad input at the command: the exit code, what the message must say, and that standard output
// holds nothing but the document.
#include "tests/command.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include "tests/gateway.h"
#include "tests/properties/made_day.h"

namespace assay {
namespace {

using testkit::As;
using testkit::document;
using testkit::expect_adds_up;
using testkit::expect_says;
using testkit::Folder;
using testkit::Gateway;
using testkit::good_day;
using testkit::in;
using testkit::Ran;
using testkit::run;
using testkit::score_json;

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
    const Ran r = run(folder, score_json(file), As::nobody);
    if (r.code == 97) GTEST_SKIP() << "the program itself cannot be read by nobody";
    expect_says(r, 1, {"secret.log", "no right to read it"}, "no rights");
}

TEST(Command, what_is_typed_wrong) {
    const Folder folder;
    folder.write("day.log", good_day());
    folder.write("bad_key.toml", "[quotes]\nstale_aftr = \"5s\"\n");
    folder.write("weights.toml", "name = \"mine\"\n[weights]\nfill_rate = 40\n");
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
        {{"backtest"}, {"back-test what?"}},
        {{"backtest", "-"}, {"reads its input twice"}},
        {{"backtest", "x.log", "--policy", "spilt"}, {"spilt", "did you mean \"split\"?"}},
        {{"backtest", "x.log", "--policy", "oracle"}, {"oracle", "assay compare"}},
        {{"backtest", "x.log", "--policy", "static"}, {"static=LP_A,LP_B"}},
        {{"backtest", "x.log", "--against", "blok"}, {"--against", "did you mean \"block\"?"}},
        {{"backtest", "x.log", "--against", "balanced"}, {"held against itself"}},
        {{"backtest", "x.log", "--gap", "soon"}, {"--gap", "soon", "500ms"}},
        {{"backtest", "x.log", "--compare", "missing.json"}, {"missing.json", "o such file"}},
        {{"simulate", "--out", "x", "--trade", "spilt"}, {"spilt", "did you mean \"split\"?"}},
        {{"compare", "--seeds", "0"}, {"--seeds", "0", "1 to 1000"}},
        {{"compare", "--policies", "spilt"}, {"spilt", "did you mean \"split\"?"}},
        {{"compare", "--reference", "orcle"}, {"--reference", "orcle", "oracle"}},
        {{"compare", "--policies", "split,static=LP_Q"}, {"LP_Q", "did you mean"}},
        {{"compare", "--lps", "missing.toml"}, {"missing.toml", "o such file"}},
        {{"compare", "--leakage", "concav"}, {"concav", "concave"}},
        {{"compare", "--profile", "ballanced"}, {"ballanced", "balanced"}},
        {{"compare", "--policies",
          "static=LP_A,static=LP_B,static=LP_C,static=LP_D,static=LP_E,static=LP_G,static=LP_A,LP_"
          "B,"
          "static=LP_A,LP_C,static=LP_A,LP_D,static=LP_A,LP_E,static=LP_A,LP_G,split,uniform,"
          "random,"
          "round-robin,primary,score-split,bandit,limit-or-market,probe-then-split,oracle"},
         {"21 policies", "20"}},
        {{"score", "day.log", "--since", "yesterday"}, {"--since", "yesterday"}},
        {{"score", "day.log", "--since", "2026-11-20T11:00:00Z", "--until", "2026-11-20T10:00:00Z"},
         {"--since is not before --until"}},
        {{"score", "day.log", "--columns", "fill_rat"}, {"\"fill_rat\"", "\"fill_rate\""}},
        {{"score", "day.log", "--by", "lp,lp"}, {"--by", "\"lp\" stands twice"}},
        {{"score", "day.log", "--by", "lp,"}, {"--by", "comma"}},
        {{"score", "day.log", "--by"}, {"--by needs a value: --by lp,symbol"}},
        {{"score", "day.log", "--by", "--format", "json"}, {"--by needs a value"}},
        {{"explain", "day.log", "--order"}, {"--order needs a value: --order ID"}},
        {{"config", "docs", "x"}, {"takes no arguments", "\"x\""}},
        {{"catalog", "fill_rate", "x"}, {"[NAME]", "\"x\""}},
        {{"help", "scroe"}, {"scroe", "`assay score`"}},
        {{"config", "check", "weights.toml"},
         {"weights.toml:2:2", "weights", "read as a profile, as it has \"name\""}},
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
        const Ran locked = run(folder, {"simulate", "--out", "locked/day"}, As::nobody);
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

TEST(Command, the_acme_story_is_played_as_text_as_a_document_and_as_a_page) {
    const Folder folder;
    const Ran text =
        run(folder, {"demo", "acme", "--speed", "1", "--seeds", "1", "--html", "acme.html"});
    EXPECT_EQ(text.code, 0) << text.err;
    EXPECT_EQ(text.err, "");
    EXPECT_EQ(text.out.find('\x1b'), std::string::npos) << "no terminal, no colour, no waiting";
    for (const char* words :
         {"LP_A 92.8", "-> 85.0", "Send 30,000 to LP_C and 15,000 to LP_D", "filled at 10:18:02",
          "expected 19,725 of 20,000 in 16 ms, all of it with 99 %",
          "The same order in 1 drawn world of each kind", "LPs around the story's histories",
          "LPs at random", "Next:"})
        EXPECT_NE(text.out.find(words), std::string::npos) << words;
    EXPECT_EQ(::access(in(folder, "acme.html").c_str(), R_OK), 0);
    const auto doc = document(run(folder, {"demo", "acme", "--seeds", "0", "--format", "json"}),
                              "demo acme json");
    EXPECT_EQ(doc["filled"], 200'000);
    EXPECT_FALSE(doc.contains("comparison")) << "no seeds, no comparison";
}

TEST(Command, a_story_that_was_written_down_is_explained_with_its_messages) {
    const Folder folder;
    const Ran demo = run(folder, {"demo", "acme", "--seeds", "0", "--out", "acme"});
    ASSERT_EQ(demo.code, 0) << demo.err;
    EXPECT_NE(demo.out.find("assay explain acme --parent 1"), std::string::npos);
    const Ran text = run(folder, {"explain", "acme", "--parent", "ACME-1"});
    EXPECT_EQ(text.code, 0) << text.err;
    for (const char* words :
         {"Order 1 (ACME-1): sell 200,000 ACME", "Ranked: LP_A with 92.8, second LP_C with 88.2.",
          "LP_A 92.8 -> 85.0 (rank 1 to 2)", "Foreseen and happened"})
        EXPECT_NE(text.out.find(words), std::string::npos) << words;

    const auto doc = document(run(folder, {"explain", "acme", "--parent", "1", "--format", "json"}),
                              "explain json");
    std::size_t children = 0;
    for (const auto& d : doc["decisions"])
        for (const auto& c : d["children"]) {
            ++children;
            EXPECT_GE(c["messages"].size(), 2u) << "the order, and what the LP said";
            for (const auto& m : c["messages"]) {
                std::ifstream log(in(folder, m["file"]), std::ios::binary);
                std::string raw = m["raw"], there(raw.size(), '\0');
                log.seekg(m["offset"].get<std::int64_t>());
                log.read(there.data(), static_cast<std::streamsize>(there.size()));
                std::replace(there.begin(), there.end(), '\x01', '|');
                EXPECT_EQ(there, raw) << "where it is said to stand";
                EXPECT_NE(raw.find(c["cl_ord_id"].get<std::string>()), std::string::npos);
            }
        }
    EXPECT_EQ(children, 13u);
    expect_says(run(folder, {"demo", "acme", "--seeds", "0", "--out", "acme"}), 1, {"not empty"},
                "the folder is taken");

    expect_says(run(folder, {"explain", "acme", "--parent", "7"}), 1,
                {"parent order 7", "near are 1"}, "no such parent");
    expect_says(run(folder, {"explain", "acme", "--parent", "ACME-2"}), 1,
                {"did you mean", "ACME-1"}, "no such parent");
    const Ran alone = run(folder, {"explain", "acme/decisions.bin", "--parent", "1"});
    EXPECT_EQ(alone.code, 0) << alone.err;
    EXPECT_NE(alone.out.find("no FIX logs were given"), std::string::npos);
    expect_says(run(folder, {"explain", "acme/day.log", "--parent", "1"}), 1, {"no decisions.bin"},
                "a log without decisions");

    // One byte of a record turned, and a file that ends too early.
    std::ifstream whole(in(folder, "acme/decisions.bin"), std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(whole), {}};
    folder.write("cut/decisions.bin", bytes.substr(0, bytes.size() - 3));
    const Ran cut = run(folder, {"explain", "cut/decisions.bin", "--parent", "1"});
    EXPECT_EQ(cut.code, 0) << cut.err;
    EXPECT_NE(cut.out.find("ends inside a record"), std::string::npos);
    bytes[bytes.size() / 2] ^= 1;
    folder.write("spoilt/decisions.bin", bytes);
    expect_says(run(folder, {"explain", "spoilt", "--parent", "1"}), 1,
                {"spoilt/decisions.bin", "damaged"}, "a damaged record");
}

TEST(Command, what_is_typed_wrong_about_a_story) {
    const Folder folder;
    folder.write("my.toml", "[history]\nordres = 5\n[parent]\n");
    struct {
        std::vector<std::string> args;
        std::vector<std::string> words;
    } const rows[] = {
        {{"demo"}, {"assay demo acme"}},
        {{"demo", "acne"}, {"acne", "did you mean \"acme\""}},
        {{"demo", "acme", "more"}, {"\"more\" is one too many"}},
        {{"demo", "acme", "--speed", "0"}, {"--speed", "\"0\""}},
        {{"demo", "acme", "--speed", "nan"}, {"--speed", "nan"}},
        {{"demo", "acme", "--speed", "fast"}, {"--speed", "fast"}},
        {{"demo", "acme", "--seeds", "-1"}, {"--seeds", "-1"}},
        {{"demo", "acme", "--seeds", "10001"}, {"--seeds", "10001"}},
        {{"demo", "acme", "--threads", "0"}, {"--threads", "0"}},
        {{"demo", "acme", "--out", ""}, {"--out", "folder"}},
        {{"demo", "acme", "--format", "csv"}, {"--format", "csv"}},
        {{"demo", "acme", "--scenario", "gone.toml"}, {"gone.toml", "no such file"}},
        {{"demo", "acme", "--scenario", "my.toml"}, {"my.toml:2:1", "ordres", "orders"}},
        {{"demo", "acme", "--sped", "9"}, {"--sped", "--speed"}},
        {{"config", "check", "my.toml"}, {"my.toml:2:1", "a scenario"}},
    };
    for (const auto& r : rows) {
        std::string line = "assay";
        for (const auto& a : r.args) line += " " + a;
        expect_says(run(folder, r.args), 2, r.words, line);
    }
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
        const auto& unread = j["total"]["n_unreadable"];
        EXPECT_EQ(j["total"]["n_orders"].get<int>() + (unread.is_number() ? unread.get<int>() : 0),
                  2)
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
        {"an order of nothing", message("D", "11=A|55=XYZ|54=1|38=0|40=2|44=10|59=3|"), 0},
        {"an order of -100", message("D", "11=A|55=XYZ|54=1|38=-100|40=2|44=10|59=3|"), 1},
        {"CumQty -1", message("8", "37=O|11=A|17=E|150=0|39=0|55=XYZ|54=1|14=-1|151=5|"), 1},
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

TEST(Command, an_order_of_less_than_nothing_is_kept_with_its_place_and_reason) {
    const Folder folder;
    Gateway gateway;
    const Nanos at{testkit::day_number(2026, 11, 20) * kDay.ns};
    const std::string first =
        gateway.line(at, "US", "LP_A", "D", "11=A|55=XYZ|54=1|38=100|40=2|44=10|59=3|");
    folder.write("day.log", first + gateway.line(at, "US", "LP_A", "D",
                                                 "11=B|55=XYZ|54=1|38=-100|40=2|44=10|59=3|"));
    const auto j = document(run(folder, score_json("day.log")), "38=-100");
    EXPECT_EQ(j["total"]["n_orders"], 1);
    const auto& reason = j["health"]["dead_by_reason"][0];
    EXPECT_EQ(reason["name"], "a quantity is negative that cannot be");
    EXPECT_NE(reason["meaning"], "");
    const std::string kept = testkit::file_content(in(folder, "assay-dead-letters.tsv"));
    const std::string place = fmt::format("day.log:{}", first.size() + 30);  // behind its time
    EXPECT_NE(kept.find(place), std::string::npos) << place << " in " << kept;
    EXPECT_NE(kept.find("at tag 38, byte "), std::string::npos) << kept;
}

// A D and its answer 10 ms later, in strict FIX; `spoil` makes the answer one that cannot be used.
std::string order_and_answer(const std::string& answer, bool wrong_sum) {
    Gateway gateway("FIX.4.4");
    const Nanos t{1'767'000'000'000'000'000};
    std::string log =
        gateway.line(t, "US", "LP1", "D", "11=a|55=XYZ|54=1|38=100|40=2|44=100.02|59=3|");
    std::string line = gateway.line(t + Duration{10'000'000}, "LP1", "US", "8", answer);
    if (wrong_sum) {
        char& digit = line[line.rfind("10=") + 3];
        digit = digit == '0' ? '1' : '0';
    }
    return log + line;
}

TEST(Command, a_report_that_cannot_be_used_is_not_the_lps_reject) {
    const std::string sound =
        "37=O|11=a|17=e|150=F|39=2|55=XYZ|54=1|38=100|32=100|31=100.01|14=100|151=0|6=0|";
    struct {
        const char* name;
        std::string log;
        int orders, unreadable, rejects, fills;
    } const rows[] = {
        {"sound", order_and_answer(sound, false), 1, 0, 0, 1},
        {"an empty field", order_and_answer(sound + "58=|", false), 0, 1, 0, 0},
        {"a wrong CheckSum", order_and_answer(sound, true), 0, 1, 0, 0},
        {"a quantity that is none",
         order_and_answer("37=O|11=a|17=e|150=F|39=2|55=XYZ|32=NaN|31=1|", false), 0, 1, 0, 0},
        {"a quantity below zero",
         order_and_answer("37=O|11=a|17=e|150=F|39=2|55=XYZ|54=1|32=-100|31=100.01|", false), 0, 1,
         0, 0},
        {"another order", order_and_answer("37=P|11=b|17=e|150=F|39=2|55=XYZ|32=NaN|31=1|", false),
         1, 0, 1, 0},
    };
    for (const auto& row : rows) {
        const Folder folder;
        folder.write("a.log", row.log);
        const Ran ran = run(folder, score_json("a.log"));
        const auto j = document(ran, row.name);
        expect_adds_up(j, row.name);
        EXPECT_EQ(j["total"]["n_orders"], row.orders) << row.name;
        EXPECT_EQ(j["total"]["n_unreadable"], row.unreadable) << row.name;
        EXPECT_EQ(j["total"]["n_rejects"], row.rejects) << row.name;
        EXPECT_EQ(j["total"]["n_fills"], row.fills) << row.name;
        const bool dead = j["health"]["messages_dead"] == 1;
        EXPECT_EQ(dead, std::string(row.name) != "sound") << row.name;
        // The card says so by itself.
        const Ran card = run(folder, {"score", "a.log"});
        EXPECT_EQ(card.out.find("1 of 2 messages could not be used") != std::string::npos, dead)
            << row.name << card.out;
        EXPECT_EQ(card.out.find("no capture clock"), std::string::npos) << card.out;
    }
}

TEST(Command, help_is_a_command_too) {
    const Folder folder;
    EXPECT_EQ(run(folder, {"help", "score"}).out, run(folder, {"score", "--help"}).out);
    EXPECT_EQ(run(folder, {"help", "config", "docs"}).out,
              run(folder, {"config", "docs", "--help"}).out);
    EXPECT_EQ(run(folder, {"help"}).out, run(folder, {"--help"}).out);
    EXPECT_EQ(run(folder, {"help"}).code, 0);
    expect_says(run(folder, {"score", "health"}), 1, {"health: there is no such file"},
                "a file that is called as a command is");
}

TEST(Command, config_check_knows_every_toml_file_of_the_examples) {
    const Folder folder;
    const std::string examples = std::string(ASSAY_SOURCE_DIR) + "/examples/";
    struct {
        const char* file;
        const char* is;
    } const rows[] = {{"acme-desk.toml", "a desk in mode paper, 7 sessions"},
                      {"acme-lps.toml", "a simulated world of 5 LPs"},
                      {"acme.toml", "a scenario of 5 LPs"},
                      {"desk.toml", "a configuration"},
                      {"fees.toml", "fees of 6 LPs"},
                      {"lps.toml", "a simulated world of 6 LPs"},
                      {"reference.toml", "a reference"},
                      {"zoo.toml", "a simulated world of 22 LPs"},
                      {"profiles/balanced.toml", "a profile, \"balanced\", 6 KPIs"}};
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(examples))
        files += entry.path().extension() == ".toml";
    EXPECT_EQ(files + 1, std::size(rows)) << "a new example belongs into this table";
    for (const auto& r : rows) {
        const Ran ran = run(folder, {"config", "check", examples + r.file});
        EXPECT_EQ(ran.code, 0) << r.file << ran.err;
        EXPECT_NE(ran.out.find(std::string(": good: ") + r.is), std::string::npos) << ran.out;
    }

    // What is wrong in a desk is told as that of a desk, with place and suggestion.
    folder.write("wrong.toml",
                 "[desk]\nmode = \"paper\"\n[session.LP_A]\nrole = \"lp\"\nhots = \"127.0.0.1\"\n"
                 "port = 9891\nsender = \"DESK\"\ntarget = \"LP_A\"\n[lp.LP_A]\ndark = true\n");
    expect_says(run(folder, {"config", "check", "wrong.toml"}), 2,
                {"wrong.toml:5:1", "hots", "host", "read as a desk, as it has \"desk\""},
                "a key of a session");
    folder.write("live.toml",
                 "[desk]\nmode = \"live\"\n[session.LP_A]\nrole = \"lp\"\nhost = \"127.0.0.1\"\n"
                 "port = 9891\nsender = \"DESK\"\ntarget = \"LP_A\"\n");
    expect_says(run(folder, {"config", "check", "live.toml"}), 2,
                {"live.toml", "[limits] has no parent_qty"}, "a live desk without limits");
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
