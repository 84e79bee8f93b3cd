#include "hosts/cli/reference_toml.h"

#include "hosts/cli/cli_in_testkit.h"
#include "hosts/cli/fees_toml.h"

namespace assay {
namespace {

std::string reference_error(const std::string& toml) {
    const auto file = TomlFile::parse("ref.toml", toml);
    if (!file) return file.error().text();
    Calendars calendars;
    const auto read = read_reference(*file, calendars);
    return read ? "" : read.error().text();
}

TEST(ReferenceToml, reads_the_example) {
    const auto file = TomlFile::read(std::string(ASSAY_SOURCE_DIR) + "/examples/reference.toml");
    ASSERT_TRUE(file) << file.error().text();
    Calendars calendars;
    const auto read = read_reference(*file, calendars);
    ASSERT_TRUE(read) << read.error().text();
    const fix::Parties& p = read->parties;
    EXPECT_EQ(p.lp_of.at("LPA_PROD"), "LP_A");
    EXPECT_EQ(p.lp_of.at("LPA_DR"), "LP_A");
    EXPECT_EQ(p.lp_class.at("LP_A"), "bank");
    EXPECT_EQ(p.lp_group.at("LP_A"), "tier 1");
    EXPECT_EQ(p.lp_symbol_of.at("LP_B").at("XYZ.N"), "XYZ");
    EXPECT_EQ(p.symbol_of.at("XYZ US"), "XYZ");
    EXPECT_EQ(p.symbol_of.at("XYZ"), "XYZ") << "ours stand for themselves";
    EXPECT_TRUE(p.ours.contains("DESK1"));
    EXPECT_TRUE(p.drop_copies.contains("LPA_DC"));
    EXPECT_EQ(p.unmapped, fix::Unmapped::stands_for_itself);
    const auto& rules = p.dialects.at("LP_B").reject_rules;
    ASSERT_EQ(rules.size(), 2u);
    EXPECT_EQ(rules[0].text_pattern, "*last look*");
    EXPECT_EQ(rules[0].reject_class, RejectClass::discretionary);
    EXPECT_EQ(rules[1].ord_rej_reason, 3);
    EXPECT_EQ(rules[1].reject_class, RejectClass::risk);
    const Instrument& xyz = read->instruments.of("XYZ");
    EXPECT_EQ(xyz.adv, Qty{4'000'000'000'000});
    EXPECT_EQ(xyz.calendar, "us_equities");
    EXPECT_EQ(xyz.tick, 0.01_dpx);
    const Instrument& eurusd = read->instruments.of("EUR/USD");
    EXPECT_EQ(eurusd.asset_class, AssetClass::fx);
    EXPECT_EQ(eurusd.tick, 0.00001_dpx);
    EXPECT_EQ(eurusd.round_lot, 1_qty);
    EXPECT_EQ(read->instruments.of("anything else").calendar, "");

    fix::Parties merged;
    merged.lp_source = fix::LpSource::tag;
    merged.ours.insert("DESK2");
    Instruments instruments;
    merge_reference(*read, merged, instruments);
    EXPECT_EQ(merged.lp_source, fix::LpSource::tag) << "the configuration's";
    EXPECT_EQ(merged.ours.size(), 2u);
    EXPECT_EQ(merged.lp_of.size(), p.lp_of.size());
    EXPECT_EQ(instruments.by_symbol.size(), 5u);
}

TEST(ReferenceToml, what_no_table_names_is_counted_unless_the_file_says_otherwise) {
    const auto file = TomlFile::parse("ref.toml", "[comp_ids]\nA = \"LP_A\"\n");
    Calendars calendars;
    EXPECT_EQ(read_reference(*file, calendars)->parties.unmapped, fix::Unmapped::is_counted);
}

TEST(ReferenceToml, errors_show_the_place_and_what_was_meant) {
    struct {
        const char *toml, *error;
    } cases[] = {
        {"[compids]\n",
         "ref.toml:1:2: no part of a reference file is called \"compids\"; did you mean "
         "\"comp_ids\"?\n"
         "  1 | [compids]\n"
         "    |  ^~~~~~~"},
        {"[comp_ids]\nA = 5\n",
         "ref.toml:2:5: A is a number; expected the name of an LP in quotes\n"
         "  2 | A = 5\n"
         "    |     ^"},
        {"[lp.A]\nclas = \"bank\"\n",
         "ref.toml:2:1: no key of an LP is called \"clas\"; did you mean \"class\"?\n"
         "  2 | clas = \"bank\"\n"
         "    | ^~~~"},
        {"[lp.A]\nreject_text = [ { text = \"*\", class = \"discretion\" } ]\n",
         "ref.toml:2:39: class is \"discretion\"; allowed: one of discretionary, technical, risk, "
         "ours; did you "
         "mean \"discretionary\"?\n"
         "  2 | reject_text = [ { text = \"*\", class = \"discretion\" } ]\n"
         "    |                                       ^~~~~~~~~~~~"},
        {"[symbol.X]\ntick = 0\n",
         "ref.toml:2:8: tick \"0\" is not above 0; expected a number above 0\n"
         "  2 | tick = 0\n"
         "    |        ^"},
        {"[symbol.X]\ncalendar = \"us_equity\"\n",
         "ref.toml:2:12: no calendar is called \"us_equity\"; did you mean \"us_equities\"? (there "
         "are us_equities, "
         "fx)\n"
         "  2 | calendar = \"us_equity\"\n"
         "    |            ^~~~~~~~~~~"},
        {"[rates]\nbase = \"USD\"\nEUR = 0\n",
         "ref.toml:3:7: EUR \"0\" is not above 0; expected a number above 0\n"
         "  3 | EUR = 0\n"
         "    |       ^"},
        {"[rates]\nbase = \"USD\"\nEUR = -1.1\n",
         "ref.toml:3:7: EUR \"-1.1\" is not above 0; expected a number above 0\n"
         "  3 | EUR = -1.1\n"
         "    |       ^~~~"},
        {"[rates]\nEUR = 1.1\n",
         "ref.toml:1:2: rates need base = \"USD\", or another\n"
         "  1 | [rates]\n"
         "    |  ^~~~~"},
        {"[rates]\nbase = \"USD\"\nUSD = 2\n",
         "ref.toml:3:7: USD is the base: its rate is 1\n"
         "  3 | USD = 2\n"
         "    |       ^"},
        {"[rates]\nbase = \"USD\"\nEUR = 1.1\n[symbol.X]\ncurrency = \"EURO\"\n",
         "ref.toml:5:12: currency \"EURO\" has no rate; did you mean \"EUR\"? ([rates] has EUR, "
         "USD)\n"
         "  5 | currency = \"EURO\"\n"
         "    |            ^~~~~~"},
        {"[calendar.lse]\nfile = \"/gone.csv\"\n",
         "ref.toml:2:8: /gone.csv: there is no such file or folder\n"
         "  2 | file = \"/gone.csv\"\n"
         "    |        ^~~~~~~~~~~"},
    };
    for (const auto& c : cases) EXPECT_EQ(reference_error(c.toml), c.error);
}

TEST(ReferenceToml, a_calendar_of_ones_own_is_found_from_the_files_folder) {
    const testkit::Folder folder;
    folder.write(
        "lse.csv",
        "date,opens_utc,closes_utc\n2025-08-04,2025-08-04T07:00:00Z,2025-08-04T15:30:00Z\n");
    const auto file = TomlFile::read(folder.write(
        "ref.toml", "[symbol.VOD]\ncalendar = \"lse\"\n[calendar.lse]\nfile = \"lse.csv\"\n"));
    Calendars calendars;
    const auto read = read_reference(*file, calendars);
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_EQ(calendars.find("lse")->sessions().size(), 1u);
}

TEST(FeesToml, reads_the_example) {
    const auto file = TomlFile::read(std::string(ASSAY_SOURCE_DIR) + "/examples/fees.toml");
    ASSERT_TRUE(file) << file.error().text();
    const auto fees = read_fees(*file);
    ASSERT_TRUE(fees) << fees.error().text();
    EXPECT_EQ(fees->by_lp.at("LP_A").maker.per_share, PriceDelta{-2'000'000});
    EXPECT_EQ(fees->by_lp.at("LP_A").taker.per_share, PriceDelta{3'000'000});
    EXPECT_EQ(fees->by_lp.at("LP_C").taker.bps, 0.3);
    EXPECT_FALSE(fees->by_lp.at("LP_C").maker.bps || fees->by_lp.at("LP_C").maker.per_share);
}

TEST(FeesToml, errors_show_the_place_and_what_is_expected) {
    constexpr const char* kForm =
        "expected a fee such as \"0.003/share\" or \"0.3bps\"; negative is a rebate";
    struct {
        const char* toml;
        std::string error;
    } cases[] = {
        {"[LP_A]\nmaker = \"0.3\"\n", std::string("fees.toml:2:9: no unit: ") + kForm +
                                          "\n  2 | maker = \"0.3\"\n    |         ^~~~~"},
        {"[LP_A]\nmaker = \"x/share\"\n",
         std::string("fees.toml:2:9: \"x\" is not a decimal number: ") + kForm +
             "\n  2 | maker = \"x/share\"\n    |         ^~~~~~~~~"},
        {"[LP_A]\ntaker = \"nanbps\"\n",
         std::string("fees.toml:2:9: \"nan\" is not a number of bps: ") + kForm +
             "\n  2 | taker = \"nanbps\"\n    |         ^~~~~~~~"},
        {"[LP_A]\ntaker = 0.3\n",
         "fees.toml:2:9: taker is a number; expected a text such as \"0.3bps\"\n  2 | taker = "
         "0.3\n    |         ^~~"},
        {"[LP_A]\ntaken = \"1bps\"\n",
         "fees.toml:2:1: no side of a fee is called \"taken\"; did you mean \"taker\"?\n"
         "  2 | taken = \"1bps\"\n    | ^~~~~"},
    };
    for (const auto& c : cases) {
        const auto file = TomlFile::parse("fees.toml", c.toml);
        ASSERT_TRUE(file);
        const auto fees = read_fees(*file);
        ASSERT_FALSE(fees) << c.toml;
        EXPECT_EQ(fees.error().text(), c.error);
    }
}

}  // namespace
}  // namespace assay
