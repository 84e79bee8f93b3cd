#include "hosts/cli/config_toml.h"

#include <cstdlib>

#include "hosts/cli/cli_in_testkit.h"
#include "hosts/cli/did_you_mean.h"
#include "hosts/cli/duration_text.h"

namespace assay {
namespace {

std::string config_error(const std::string& toml) {
    const auto file = TomlFile::parse("desk.toml", toml);
    if (!file) return file.error().text();
    Settings settings = default_settings();
    const auto read = read_config(*file, settings);
    if (read) return {};
    EXPECT_EQ(canonical_config(settings), canonical_config(default_settings())) << "nothing is set";
    return read.error().text();
}

TEST(Config, errors_show_the_place_the_line_and_what_was_meant) {
    struct {
        const char *toml, *error;
    } cases[] = {
        {"[quotes]\nstal_after = \"5s\"\n",
         "desk.toml:2:1: no key is called \"quotes.stal_after\"; did you mean \"stale_after\"?\n"
         "  2 | stal_after = \"5s\"\n"
         "    | ^~~~~~~~~~"},
        {"[qotes]\nlocked = \"valid\"\n",
         "desk.toml:1:2: no section is called \"qotes\"; did you mean \"quotes\"?\n"
         "  1 | [qotes]\n"
         "    |  ^~~~~"},
        {"[quotes]\nlocked = \"perhaps\"\n",
         "desk.toml:2:10: quotes.locked = \"perhaps\" is not known; allowed: one of absent, valid\n"
         "  2 | locked = \"perhaps\"\n"
         "    |          ^~~~~~~~~"},
        {"[quotes]\nlocked = \"absnt\"\n",
         "desk.toml:2:10: quotes.locked = \"absnt\" is not known (did you mean \"absent\"?); "
         "allowed: one of "
         "absent, valid\n"
         "  2 | locked = \"absnt\"\n"
         "    |          ^~~~~~~"},
        {"[quotes]\nstale_after = 5\n",
         "desk.toml:2:15: quotes.stale_after = \"5\" is not a duration; allowed: auto, never, or a "
         "duration from 1ms to 24h\n"
         "  2 | stale_after = 5\n"
         "    |               ^"},
        {"[orders]\noutlier = 100.5\n",
         "desk.toml:2:11: orders.outlier = \"100.5\" is out of range; allowed: a number from "
         "0.0001 to 10\n"
         "  2 | outlier = 100.5\n"
         "    |           ^~~~~"},
        {"[orders]\nmax_closed = { a = 1 }\n",
         "desk.toml:2:14: orders.max_closed is a table; allowed: a whole number from 1000 to "
         "100000000\n"
         "  2 | max_closed = { a = 1 }\n"
         "    |              ^"},
        {"[capture]\nlp_from = \"tag:999\"\n",
         "desk.toml:2:11: capture.lp_from = \"tag:999\" names tag 999; allowed: auto, comp_id, "
         "tag:100, tag:30, "
         "tag:207, tag:128 or party:N (N a PartyRole)\n"
         "  2 | lp_from = \"tag:999\"\n"
         "    |           ^~~~~~~~~"},
        {"quotes = 5\n",
         "desk.toml:1:10: quotes is a number; a section is expected: [quotes]\n"
         "  1 | quotes = 5\n"
         "    |          ^"},
    };
    for (const auto& c : cases) EXPECT_EQ(config_error(c.toml), c.error);
    const std::string broken = config_error("[quotes\nlocked = 1\n");
    EXPECT_TRUE(broken.starts_with("desk.toml:1:8: not TOML: ")) << broken;
    // What the parser must not be asked about; inside quotes and comments it is welcome.
    EXPECT_EQ(config_error("# \xc3\xa9t\xc3\xa9\n[quotes]\nloc\xca\x88ked = 1\n"),
              "desk.toml:3:4: not TOML: a byte that may stand only inside quotes, or nowhere\n"
              "  3 | loc\xca\x88ked = 1\n"
              "    |    ^");
    for (const char* quoted :
         {"'\xc3\xa9'", "\"\\\"\xc3\xa9\"", "\"\"\"\n\"\xc3\xa9\"\"\"\"", "'''\n'\xc3\xa9'''"})
        EXPECT_EQ(config_error(std::string("[report]\nprofile = ") + quoted + " # \xc3\xa9\n"), "")
            << quoted;
    // All of it at once, up to twenty.
    std::string many = "[quotes]\n";
    for (int i = 0; i < 25; ++i) many += "nothing_like_it" + std::to_string(i) + " = 1\n";
    EXPECT_TRUE(config_error(many).ends_with("\nand 5 more"));
}

TEST(Config, set_from_the_command_line) {
    struct {
        const char *argument, *error;
    } bad[] = {
        {"quotes.stale_after",
         "--set quotes.stale_after: expected key=value, such as quotes.stale_after=never"},
        {"quotes.lockd=valid",
         "--set quotes.lockd=valid: no key is called \"quotes.lockd\"; did you mean "
         "\"quotes.locked\"?"},
        {"zzz=1", "--set zzz=1: no key is called \"zzz\""},
        {"quotes.stale_after=5 s",
         "--set quotes.stale_after = \"5 s\" is not a duration; allowed: auto, never, or a "
         "duration from 1ms to 24h"},
        {"orders.max_closed=99999999999999999999",
         "--set orders.max_closed = \"99999999999999999999\" is out of range; allowed: a whole "
         "number from 1000 to "
         "100000000"},
        {"orders.outlier=nan",
         "--set orders.outlier = \"nan\" is not a number; allowed: a number from 0.0001 to 10"},
        {"report.by=lp,symbl",
         "--set report.by = \"lp,symbl\" \"symbl\" is nothing to group by; did you mean "
         "\"symbol\"?; allowed: some "
         "of lp, symbol, size, regime, hour, side, separated by commas"},
        {"report.since=today",
         "--set report.since = \"today\" is not a time; allowed: a time (2025-08-02, "
         "2025-08-02T13:30:00Z, epoch "
         "s/ms/us/ns) or open"},
    };
    for (const auto& c : bad) {
        Settings settings = default_settings();
        const auto set = set_from_argument(c.argument, settings);
        ASSERT_FALSE(set) << c.argument;
        EXPECT_EQ(set.error().text(), c.error);
    }
    Settings s = default_settings();
    for (const char* good :
         {"quotes.stale_after=never", "quotes.locked=absent", "orders.min_expo=250us",
          "capture.lp_from=party:1", "capture.our_comp_ids=A, B", "report.by=side,lp",
          "report.since=2025-08-02", "report.until=2025-08-02T13:30:00.5Z", "estimate.winsor=3.5",
          "fills.assume_side=infer", "fix.strictness=lenient"})
        EXPECT_TRUE(set_from_argument(good, s)) << good;
    EXPECT_LT(s.config.quotes.stale_after, Duration{0});
    EXPECT_FALSE(s.config.quotes.locked_valid);
    EXPECT_EQ(s.config.orders.min_expo, 250_us);
    EXPECT_EQ(s.lp_from, LpFrom::as_parties_say);
    EXPECT_EQ(s.parties.lp_source, fix::LpSource::party_role);
    EXPECT_EQ(s.parties.lp_party_role, 1);
    EXPECT_EQ(s.parties.ours.size(), 2u);
    EXPECT_EQ(s.config.by, kByLp | kBySide);
    EXPECT_EQ(s.config.since.ns, 1'754'092'800'000'000'000);
    EXPECT_EQ(s.config.until.ns, 1'754'141'400'500'000'000);
    EXPECT_EQ(s.config.estimate.winsor, 3.5);
    EXPECT_EQ(s.config.assume_side, AssumeSide::infer);
    EXPECT_EQ(s.framer.strictness, fix::Strictness::lenient);
    // What is printed reads back as the same configuration.
    const auto file = TomlFile::parse("printed", print_config(s));
    ASSERT_TRUE(file) << file.error().text();
    Settings again = default_settings();
    ASSERT_TRUE(read_config(*file, again));
    EXPECT_EQ(canonical_config(again), canonical_config(s));
    EXPECT_NE(canonical_config(again).find("report.since = 2025-08-02T00:00:00Z\n"),
              std::string::npos);
    EXPECT_NE(canonical_config(again).find("report.until = 2025-08-02T13:30:00.500000000Z\n"),
              std::string::npos);
}

// The table's defaults and those of core/kernel/config.h are one thing.
TEST(Config, defaults_of_the_table_are_those_of_the_core) {
    const Settings table = default_settings(), core;
    for (const ConfigKey& key : config_keys()) {
        EXPECT_EQ(config_value(table, key), key.default_text) << key.name;
        EXPECT_EQ(config_value(core, key), key.default_text) << key.name;
    }
}

TEST(Config, version_changes_with_every_key_the_profile_and_the_files) {
    Settings s = default_settings();
    const std::uint64_t version = config_version(s, "");
    EXPECT_EQ(config_version(default_settings(), ""), version);
    EXPECT_NE(config_version(s, "[LP_A]"), version);
    ASSERT_TRUE(set_from_argument("quotes.locked=absent", s));
    EXPECT_NE(config_version(s, ""), version);
    s = default_settings();
    s.config.profile.name = "other";
    s.config.profile.terms.push_back(
        {score::Scored::fill_rate, 10'000, 0, 1, score::Scale::linear});
    EXPECT_NE(config_version(s, ""), version);
}

TEST(Config, docs_and_example_are_current) {
    const std::string root = ASSAY_SOURCE_DIR;
    if (const char* update = std::getenv("UPDATE_GOLDEN"); update && std::string(update) == "1") {
        std::ofstream(root + "/docs/config.md") << config_markdown();
        std::ofstream(root + "/examples/desk.toml") << print_config(default_settings());
    }
    EXPECT_TRUE(testkit::file_content(root + "/docs/config.md") == config_markdown())
        << "run cli_in_test with UPDATE_GOLDEN=1";
    Settings settings;
    const auto read = read_config_file(root + "/examples/desk.toml", settings);
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_EQ(canonical_config(settings), canonical_config(default_settings()));
}

TEST(Config, files_that_cannot_be_read) {
    const testkit::Folder folder;
    Settings s;
    EXPECT_EQ(read_config_file(folder.path() + "/no.toml", s).error().text(),
              folder.path() + "/no.toml: there is no such file or folder");
    const std::string big = folder.write("big.toml", std::string((1 << 20) + 1, '#'));
    EXPECT_EQ(read_config_file(big, s).error().text(),
              big + ": has more than 1 MiB: this is no configuration file");
    const std::string binary = folder.write("binary.toml", std::string("\x7f"
                                                                       "ELF\0\1\2",
                                                                       7));
    EXPECT_TRUE(
        read_config_file(binary, s).error().text().starts_with(binary + ":1:1: not TOML: "));
}

TEST(DurationText, reads_and_writes) {
    struct {
        const char* text;
        std::int64_t ns;
        const char* again;
    } good[] = {{"5s", 5'000'000'000, "5s"},
                {"500ms", 500'000'000, "500ms"},
                {"250us", 250'000, "250us"},
                {"1.5s", 1'500'000'000, "1500ms"},
                {"60s", 60'000'000'000, "1m"},
                {"90s", 90'000'000'000, "90s"},
                {"30min", 1'800'000'000'000, "30m"},
                {"24h", 86'400'000'000'000, "1d"},
                {"7ns", 7, "7ns"},
                {"0s", 0, "0s"}};
    for (const auto& c : good) {
        const auto d = parse_duration(c.text);
        ASSERT_TRUE(d) << c.text;
        EXPECT_EQ(d->ns, c.ns) << c.text;
        EXPECT_EQ(format_duration(*d), c.again) << c.text;
    }
    for (const char* bad :
         {"", "5", "s", "-5s", "5 s", "5x", "1e3s", "0.5ns", "never", "99999999d", "5S"})
        EXPECT_FALSE(parse_duration(bad)) << bad;
}

TEST(DidYouMean, finds_the_nearest) {
    constexpr std::string_view kNames[] = {"fill_rate", "reject_rate", "leakage_bps_15s"};
    EXPECT_EQ(nearest("fil_rate", kNames), "fill_rate");
    EXPECT_EQ(nearest("fill_rtae", kNames), "fill_rate");
    EXPECT_EQ(nearest("leakage_bps", kNames), "leakage_bps_15s");
    EXPECT_EQ(nearest("price", kNames), std::nullopt);
    EXPECT_EQ(nearest(std::string(100'000, 'x'), kNames), std::nullopt);
    EXPECT_EQ(edit_distance("", "abc"), 3u);
    EXPECT_EQ(edit_distance("abcd", "acbd"), 1u);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
}

}  // namespace
}  // namespace assay
