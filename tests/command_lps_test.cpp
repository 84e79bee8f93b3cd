// `assay lps` as it is typed. What it answers over FIX: tests/interop/test_lps.py.
#include <fstream>
#include <gtest/gtest.h>

#include "tests/command.h"

namespace assay {
namespace {

using testkit::expect_says;
using testkit::Folder;
using testkit::in;
using testkit::Ran;
using testkit::run;

TEST(CommandLps, listens_for_as_long_as_it_is_told_and_says_where) {
    const Folder folder;
    const Ran r = run(folder, {"lps", "--for", "300ms", "--ports", "ports.json"});
    EXPECT_EQ(r.code, 0) << r.err;
    std::ifstream file(in(folder, "ports.json"));
    const auto ports = nlohmann::json::parse(file);
    EXPECT_EQ(ports["host"], "127.0.0.1");
    ASSERT_EQ(ports["lps"].size(), 6u);
    EXPECT_EQ(ports["lps"][0]["comp_id"], "LP_A");
    for (const auto& lp : ports["lps"])
        EXPECT_NE(r.out.find("127.0.0.1:" + std::to_string(lp["port"].get<int>())),
                  std::string::npos)
            << r.out;
    EXPECT_NE(r.err.find("0 orders"), std::string::npos) << r.err;
}

TEST(CommandLps, what_is_typed_wrong) {
    const Folder folder;
    folder.write("lps.toml", "[lp.A]\nlatencyms = 5\n");
    const struct {
        std::vector<std::string> args;
        std::vector<std::string> says;
    } kRows[] = {
        {{"lps", "lps.toml"}, {"lps.toml", "no arguments"}},
        {{"lps", "--speed", "0"}, {"--speed", "\"0\"", "0.001 to 1000"}},
        {{"lps", "--speed", "fast"}, {"--speed", "fast"}},
        {{"lps", "--fix", "4.1"}, {"--fix", "4.1", "4.2, 4.4, 5.0SP2"}},
        {{"lps", "--port-base", "70000"}, {"--port-base", "65535"}},
        {{"lps", "--for", "soon"}, {"--for", "soon", "30s"}},
        {{"lps", "--config", "gone.toml"}, {"gone.toml", "o such file"}},
        {{"lps", "--config", "lps.toml"}, {"lps.toml:2:1", "latency_ms"}},
        {{"lps", "--config", "acme", "--seed", "2"}, {"--seed", "nothing is drawn"}},
        {{"lps", "--symbols", "0"}, {"--symbols", "1000"}},
    };
    for (const auto& row : kRows) expect_says(run(folder, row.args), 2, row.says, "lps");
    expect_says(run(folder, {"lps", "--port-base", "65530"}), 1, {"65530", "7 ports"}, "lps");
    expect_says(run(folder, {"lps", "--for", "1s", "--ports", "no/where.json"}), 1,
                {"--ports", "no/where.json"}, "lps");
}

}  // namespace
}  // namespace assay
