// `assay oms`, `assay desk` and what is said to one, as they are typed. What the OMS says over FIX:
// hosts/oms/live_oms_test.cpp; both with a desk: tests/desk/run_test.py.
#include <filesystem>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/command.h"

namespace assay {
namespace {

using testkit::As;
using testkit::expect_says;
using testkit::Folder;
using testkit::in;
using testkit::Ran;
using testkit::run;

TEST(CommandOms, what_is_typed_wrong) {
    const Folder folder;
    folder.write("desk.json", R"({"sessions": {"OMS2": 4711}})");
    folder.write("other.json", "[]");
    const struct {
        std::vector<std::string> args;
        std::vector<std::string> says;
    } kRows[] = {
        {{"oms"}, {"--port N", "--ports FILE"}},
        {{"oms", "desk.toml"}, {"desk.toml", "no arguments"}},
        {{"oms", "--port", "1", "--ports", "desk.json"}, {"--port and --ports"}},
        {{"oms", "--port", "0"}, {"--port", "65535"}},
        {{"oms", "--ports", "gone.json"}, {"gone.json", "cannot be read"}},
        {{"oms", "--ports", "other.json"}, {"other.json", "assay desk --ports"}},
        {{"oms", "--ports", "desk.json"}, {"no session OMS", "OMS2"}},
        {{"oms", "--port", "9", "--rate", "fast"}, {"--rate", "fast"}},
        {{"oms", "--port", "9", "--rate", "0"}, {"nothing to send"}},
        {{"oms", "--port", "9", "--sizes", "5000-500"}, {"--sizes", "ends below"}},
        {{"oms", "--port", "9", "--sizes", "150"}, {"--sizes", "whole lots"}},
        {{"oms", "--port", "9", "--sizes", "many"}, {"--sizes", "many"}},
        {{"oms", "--port", "9", "--symbols", "A,,B"}, {"--symbols", "A,,B"}},
        {{"oms", "--port", "9", "--cancels", "2"}, {"--cancels", "0 to 1"}},
        {{"oms", "--port", "9", "--cancels", "0.6", "--replaces", "0.6"}, {"together at most 1"}},
        {{"oms", "--port", "9", "--acme-qty", "-5"}, {"--acme-qty", "-5"}},
        {{"oms", "--port", "9", "--for", "soon"}, {"--for", "soon", "30s"}},
    };
    for (const auto& row : kRows) expect_says(run(folder, row.args), 2, row.says, "oms");
}

TEST(CommandOms, says_so_when_no_desk_takes_it) {
    const Folder folder;
    // Nobody listens there: port 1 is not for users.
    expect_says(run(folder, {"oms", "--port", "1", "--for", "300ms"}), 1,
                {"nothing was sent", "OMS -> DESK", "127.0.0.1:1"}, "oms");
}

TEST(CommandWatch, says_so_when_no_desk_answers) {
    const Folder folder;
    expect_says(run(folder, {"watch", "--url", "http://127.0.0.1:1"}), 1,
                {"No desk answers at http://127.0.0.1:1", "--url"}, "watch");
    expect_says(run(folder, {"watch", "here"}), 2, {"here", "no arguments"}, "watch");
    expect_says(run(folder, {"status", "--url", "http://127.0.0.1:1"}), 1,
                {"No desk answers at http://127.0.0.1:1", "nothing listens there"}, "status");
}

// Each of these would otherwise stop more, or less, than was meant.
TEST(CommandKill, is_told_outright_what_to_kill) {
    const Folder folder;
    const struct {
        std::vector<std::string> args;
        std::vector<std::string> says;
    } kRows[] = {
        {{"kill"}, {"kill what?", "--all` is everything"}},
        {{"kill", "--who", "ann"}, {"kill what?"}},
        {{"kill", "--lp", "A", "--symbol", "B"}, {"--lp and --symbol do not go together"}},
        {{"kill", "--all", "--lp", "A"}, {"--all and --lp do not go together"}},
        {{"kill", "--parent", "1abc"}, {"\"1abc\" is no id of an order"}},
        {{"kill", "--parent", "abc"}, {"\"abc\" is no id of an order"}},
        {{"kill", "--lp", ""}, {"--lp"}},
        {{"release", "--first", "ann", "--second", "bob"}, {"release what?"}},
        {{"release", "--all", "--first", "ann"}, {"two people"}},
        {{"settle"}, {"settle which order"}},
        {{"settle", "--child", "C1"}, {"\"C1\" is none"}},
        {{"settle", "--child", "1", "--first", "ann"}, {"two people"}},
        {{"settle", "--child", "1", "--price", "1"}, {"--price is of what --filled says"}},
        {{"settle", "--child", "1", "--filled", "x", "--first", "ann", "--second", "bob"},
         {"\"x\" is no number above 0"}},
        {{"oms", "--port", "1", "--fix", "4.3"}, {"\"4.3\" is none of 4.2, 4.4, 5.0SP2"}},
        {{"status", "--format", "xml"}, {"\"xml\" is none of table, json"}},
    };
    for (const auto& row : kRows) {
        std::vector<std::string> args = row.args;
        if (row.args[0] != "oms") args.insert(args.end(), {"--url", "http://127.0.0.1:1"});
        expect_says(run(folder, args), 2, row.says, row.args[0]);
    }
}

TEST(CommandJournal, takes_a_date_as_a_time) {
    const Folder folder;
    std::filesystem::create_directories(in(folder, "j"));
    const Ran r = run(folder, {"journal", "export", "j", "--since", "2030-01-01"});
    EXPECT_EQ(r.err.find("is no time"), std::string::npos) << r.err;
    expect_says(run(folder, {"journal", "export", "j", "--since", "yesterday"}), 2,
                {"\"yesterday\" is no time", "2026-03-02"}, "journal export");
}

// systemd starts it again after 1 and not after 2 (packaging/assay-desk.service).
TEST(CommandDesk, a_configuration_that_no_desk_starts_with_ends_with_2_and_leaves_no_state) {
    const Folder folder;
    constexpr const char* kQuiet = R"(
[session.MARKET]
role = "market-data"
accept = true
port = 0
sender = "DESK"
target = "MARKET"
)";
    folder.write("desk.toml", kQuiet);
    folder.write("open.toml", std::string(kQuiet) + "host = \"0.0.0.0\"\n");
    folder.write("tls.toml",
                 std::string(kQuiet) + "[http]\ncertificate = \"none.pem\"\nkey = \"none.pem\"\n");
    const struct {
        std::vector<std::string> args;
        std::vector<std::string> says;
    } kRows[] = {
        {{"--config", "desk.toml", "--mode", "live"}, {"--live"}},
        {{"--config", "desk.toml", "--mode", "live", "--live"}, {"[limits] has no parent_qty"}},
        {{"--config", "desk.toml", "--listen", "foo"}, {"listen is \"foo\""}},
        {{"--config", "desk.toml", "--listen", "0.0.0.0:0"}, {"0.0.0.0", "needs TLS"}},
        {{"--config", "open.toml"}, {"session MARKET", "0.0.0.0"}},
        {{"--config", "tls.toml"}, {"none.pem"}},
    };
    for (const auto& row : kRows) {
        std::vector<std::string> args{"desk", "--state", "state"};
        args.insert(args.end(), row.args.begin(), row.args.end());
        const Ran r = run(folder, args);
        EXPECT_EQ(r.code, 2) << row.says[0] << "\n" << r.err;
        for (const std::string& word : row.says)
            EXPECT_NE(r.err.find(word), std::string::npos) << r.err;
        EXPECT_FALSE(std::filesystem::exists(in(folder, "state"))) << row.says[0];
        args[0] = "doctor";
        std::erase(args, "--live");
        if (args[4] == "desk.toml" && row.says[0] == "--live") continue;
        const Ran looked = run(folder, args);
        EXPECT_EQ(looked.code, 1) << looked.out;
        EXPECT_NE(looked.out.find(row.says[0]), std::string::npos) << looked.out;
        EXPECT_FALSE(std::filesystem::exists(in(folder, "state"))) << "doctor changes nothing";
    }
}

TEST(CommandDesk, doctor_says_when_what_it_would_write_is_read_only) {
    if (::getuid() != 0) GTEST_SKIP() << "only root can become somebody without rights";
    const Folder folder;
    folder.write("desk.toml", R"(
[session.MARKET]
role = "market-data"
accept = true
port = 0
sender = "DESK"
target = "MARKET"
)");
    std::filesystem::create_directories(in(folder, "state/journal"));
    ::chmod(in(folder, ".").c_str(), 0755);
    const std::vector<std::string> args{"doctor", "--config", "desk.toml",  "--state",
                                        "state",  "--listen", "127.0.0.1:0"};
    const Ran ours = run(folder, args);
    EXPECT_NE(ours.out.find("state can be written"), std::string::npos) << ours.out;
    const Ran theirs = run(folder, args, As::nobody);
    if (theirs.code == 97) GTEST_SKIP() << "the program itself cannot be read by nobody";
    EXPECT_EQ(theirs.code, 1) << theirs.out;
    EXPECT_NE(theirs.out.find("state cannot be written: Permission denied"), std::string::npos)
        << theirs.out;
}

}  // namespace
}  // namespace assay
