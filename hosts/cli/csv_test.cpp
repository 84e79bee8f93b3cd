#include "hosts/cli/csv.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <random>

#include "hosts/cli/cli_in_testkit.h"
#include "hosts/cli/csv_time.h"

namespace assay {
namespace {

// Rows as a|b|c, bad ones as !problem, one a line.
std::string rows_of(const std::string& content) {
    const auto source = memory_source("t.csv", content);
    CsvReader csv(*source);
    if (const auto header = csv.read_header(); !header) return "HEADER " + header.error().text();
    std::string all = fmt::format("[{}]", fmt::join(csv.header(), "|"));
    for (CsvStep step = csv.next(); step != CsvStep::end; step = csv.next()) {
        if (step == CsvStep::row)
            all += fmt::format("\n{}", fmt::join(csv.fields(), "|"));
        else
            all += "\n!" + csv.problem();
        if (step == CsvStep::failed) break;
    }
    const CsvBytes& n = csv.byte_counts();
    EXPECT_EQ(n.rows + n.between + n.dead, source->bytes_read()) << content.substr(0, 200);
    return all;
}

TEST(Csv, reads_the_forms_that_firms_have) {
    struct {
        const char* form;
        std::string content, rows;
    } cases[] = {
        {"plain", "a,b\n1,2\n3,4\n", "[a|b]\n1|2\n3|4"},
        {"no line end at the end", "a,b\n1,2", "[a|b]\n1|2"},
        {"CRLF", "a,b\r\n1,2\r\n", "[a|b]\n1|2"},
        {"CRLF with quotes", "a,\"b\"\r\n\"1\",2\r\n3,\"4\"\r\n5,\"\"", "[a|b]\n1|2\n3|4\n5|"},
        {"BOM",
         "\xef\xbb\xbf"
         "a,b\n1,2\n",
         "[a|b]\n1|2"},
        {"semicolon", "a;b\n1,5;2\n", "[a|b]\n1,5|2"},
        {"tab", "a\tb\n1\t2\n\t\n", "[a|b]\n1|2"},
        {"pipe", "a|b\n1|2\n", "[a|b]\n1|2"},
        {"table with a rule", "| a | b |\n|---|:-:|\n| 1 | 2 |\n| -1 | |\n", "[a|b]\n1|2\n-1|"},
        {"blanks around fields", "a , b\n 1,2 \n", "[a|b]\n1|2"},
        {"no-break space",
         "a,b\n\xc2\xa0"
         "1,2\xc2\xa0\n",
         "[a|b]\n1|2"},
        {"blank lines", "\n\na,b\n\n1,2\n,\n\n", "[a|b]\n1|2"},
        {"quoted separator", "a,b\n\"1,5\",2\n", "[a|b]\n1,5|2"},
        {"quoted quote", "a,b\n\"say \"\"hi\"\"\",2\n", "[a|b]\nsay \"hi\"|2"},
        {"quoted line end", "a,b\n\"1\n2\",3\n4,5\n", "[a|b]\n1\n2|3\n4|5"},
        {"quoted header", "\"a\",\"b, c\"\n1,2\n", "[a|b, c]\n1|2"},
        {"empty fields", "a,b,c\n,,3\n1,,\n", "[a|b|c]\n||3\n1||"},
        {"a quote inside a field", "a,b\n5\" pipe,2\n", "[a|b]\n5\" pipe|2"},
        {"one column", "a\n1\n\n2\n", "[a]\n1\n2"},
        {"header alone", "a,b", "[a|b]"},
    };
    for (const auto& c : cases) EXPECT_EQ(rows_of(c.content), c.rows) << c.form;
}

TEST(Csv, says_what_is_wrong_with_a_row_and_reads_on) {
    struct {
        const char* fault;
        std::string content, rows;
    } cases[] = {
        {"too few", "a,b,c\n1,2\n1,2,3\n",
         "[a|b|c]\n!t.csv:2:4: 2 fields where the header has 3\n1|2|3"},
        {"one field", "a,b\nx\n", "[a|b]\n!t.csv:2:2: 1 field where the header has 2"},
        {"too many", "a,b\n1,2,3,4\n5,6\n",
         "[a|b]\n!t.csv:2:5: 4 fields where the header has 2\n5|6"},
        {"quote never closed", "a,b\n1,\"2\n3,4\n",
         "[a|b]\n!t.csv:2:3: the quote that opens here is never closed\n3|4"},
        {"text behind a quote", "a,b\n\"1\"x,2\n3,4\n",
         "[a|b]\n!t.csv:2:4: after the closing quote a ',' is expected\n3|4"},
        {"line numbers after a quoted line end", "a,b\n\"1\n2\",3\nx\n",
         "[a|b]\n1\n2|3\n!t.csv:4:2: 1 field where the header has 2"},
        {"empty", "", "HEADER t.csv: is empty: a CSV header is expected in its first line"},
        {"blank", "\n \n", "HEADER t.csv: is empty: a CSV header is expected in its first line"},
    };
    for (const auto& c : cases) EXPECT_EQ(rows_of(c.content), c.rows) << c.fault;
}

TEST(Csv, an_overlong_row_is_dead_in_bounded_memory) {
    for (const std::size_t size : {kMaxCsvRow, kMaxCsvRow + 1, 5 * kMaxCsvRow + 77}) {
        const std::string row =
            std::string(size - 3, 'x') + ",2";  // with its line end: `size` bytes
        const std::string all = rows_of("a,b\n1,2\n" + row + "\n3,4\n");
        const std::string expected =
            size == kMaxCsvRow
                ? "[a|b]\n1|2\n" + row.substr(0, size - 3) + "|2\n3|4"
                : fmt::format(
                      "[a|b]\n1|2\n!t.csv:3:1: the row has {} bytes; at most 1048576 are read "
                      "as one row\n3|4",
                      size);
        EXPECT_TRUE(all == expected) << size << ": " << all.substr(0, 200);
    }
    EXPECT_EQ(rows_of(std::string(kMaxCsvRow + 5, 'x')),
              "HEADER t.csv:1:1: the first line has more than 1048576 bytes: not a CSV header");
}

TEST(Csv, a_row_cut_off_by_a_truncated_gzip_is_dead_and_the_rest_stands) {
    std::mt19937 random(11);  // text that does not pack well, so that the cut is felt
    std::string content = "a,b\n";
    for (int i = 0; i < 5000; ++i) content += fmt::format("{},{}\n", random(), random());
    const std::string packed = testkit::gzipped(content);
    const auto source =
        unpacked(memory_source("t.csv.gz", packed.substr(0, packed.size() * 3 / 4)));
    CsvReader csv(**source);
    ASSERT_TRUE(csv.read_header());
    std::size_t rows = 0, bad = 0;
    CsvStep step;
    while ((step = csv.next()) == CsvStep::row || step == CsvStep::bad)
        (step == CsvStep::row ? rows : bad)++;
    EXPECT_EQ(step, CsvStep::failed);
    EXPECT_NE(csv.problem().find("t.csv.gz: truncated gzip"), std::string::npos) << csv.problem();
    EXPECT_GT(rows, 3000u);
    EXPECT_LE(bad, 1u);
    const CsvBytes& n = csv.byte_counts();
    EXPECT_EQ(n.rows + n.between + n.dead, (*source)->bytes_read());
}

// What a reader sees must not depend on how the bytes come in, and bytes always add up.
TEST(Csv, any_bytes_are_accounted_for) {
    for (std::uint32_t seed = 1; seed <= 400; ++seed) {
        std::mt19937 random(seed);
        constexpr std::string_view kAlphabet = "\"\",,\n\n\r ;1a|-\t";
        std::string content = "a,b\n";
        for (auto i = random() % 300; i > 0; --i) content += kAlphabet[random() % kAlphabet.size()];
        SCOPED_TRACE(fmt::format("seed {}", seed));
        const std::string whole = rows_of(content);
        EXPECT_FALSE(whole.empty());
    }
}

TEST(Csv, offsets_and_lines_find_the_row_again) {
    const std::string content =
        "\xef\xbb\xbf"
        "a,b\r\n1,2\r\n\r\n\"x\ny\",3\r\n4,5\r\n";
    const auto source = memory_source("t.csv", content);
    CsvReader csv(*source);
    ASSERT_TRUE(csv.read_header());
    struct {
        std::uint64_t line;
        std::string bytes;
    } rows[] = {{2, "1,2"}, {4, "\"x\ny\",3"}, {6, "4,5"}};
    for (const auto& r : rows) {
        ASSERT_EQ(csv.next(), CsvStep::row);
        EXPECT_EQ(csv.line(), r.line);
        EXPECT_EQ(csv.bytes(), r.bytes);
        EXPECT_EQ(content.substr(csv.offset(), r.bytes.size()), r.bytes);
    }
    EXPECT_EQ(csv.next(), CsvStep::end);
}

TEST(CsvTime, reads_what_spreadsheets_and_exports_hold) {
    constexpr std::int64_t kSecondOfDay = 1'754'141'401;  // 2025-08-02 13:30:01 UTC
    constexpr std::int64_t k = kSecondOfDay * 1'000'000'000;
    struct {
        const char* text;
        std::int64_t ns;
    } good[] = {
        {"2025-08-02 13:30:01.123456", k + 123'456'000},
        {"2025-08-02T13:30:01", k},
        {"2025-08-02T13:30:01Z", k},
        {"2025-08-02 13:30:01 UTC", k},
        {"2025-08-02 13:30:01.123456789Z", k + 123'456'789},
        {"2025-08-02 13:30:01.1234567890000", k + 123'456'789},
        {"2025-08-02 13:30:01,5", k + 500'000'000},
        {"2025-08-02 13:30", k - 1'000'000'000},
        {"2025-08-02 13:30+00:00", k - 1'000'000'000},
        {"2025-08-02T09:30:01-04:00", k},
        {"2025-08-02T09:30:01-0400", k},
        {"2025-08-02T09:30:01-04", k},
        {"2025-08-02T19:00:01.000+05:30", k},
        {"2025/08/02 13:30:01", k},
        {"20250802-13:30:01.123", k + 123'000'000},
        {"20250802-13:30:01", k},
        {"20250802 13:30:01", k},
        {"1754141401", k},
        {"1754141401.5", k + 500'000'000},
        {"1754141401123", k + 123'000'000},
        {"1754141401123.25", k + 123'250'000},
        {"1754141401123456", k + 123'456'000},
        {"1754141401123456789", k + 123'456'789},
        {"2024-02-29 00:00:00", 1'709'164'800'000'000'000},
        {"1999-12-31 23:59:60", 946'684'800'000'000'000},
    };
    CsvTime time;
    for (const auto& c : good) {
        Nanos at;
        EXPECT_TRUE(time.parse(c.text, at)) << c.text;
        EXPECT_EQ(at.ns, c.ns) << c.text;
    }
    for (const char* bad : {"",
                            "x",
                            "2025-08-02",
                            "20250802",
                            "2025-02-29 10:00:00",
                            "2025-08-02 24:00:00",
                            "2025-08-02 13:60:00",
                            "2025-13-02 13:30:01",
                            "2025-08-02 13:30:01.",
                            "2025-08-02 13:30:01.1234567891",
                            "2025-08-02 13:30:01 EST",
                            "2025-08-02 13:30:01+25:00",
                            "2025-08-02 13:30:01-4",
                            "2025-08-02-13:30:01",
                            "13:30:01",
                            "02/08/2025 13:30:01",
                            "45871.5625",
                            "17541414011234567890",
                            "99999999999999999999",
                            "-1754141401",
                            "1754141401x",
                            "NaN",
                            "2025-08-02 1:30:01",
                            "0001-01-01 00:00:00",
                            "2025-08-02T13:30:01ZZ",
                            "2025-08-02 13:3",
                            "2025-08-02 13:30:0"}) {
        Nanos at;
        EXPECT_FALSE(time.parse(bad, at)) << bad;
    }
}

TEST(ParseRounded, rounds_beyond_the_scale_half_away_from_zero) {
    struct {
        const char* text;
        std::int64_t nano;
    } cases[] = {{"1.0879649446610604", 1'087'964'945},
                 {"100.01", 100'010'000'000},
                 {"0.0000000005", 1},
                 {"-0.0000000005", -1},
                 {"0.00000000049", 0},
                 {"0.9999999999", 1'000'000'000}};
    for (const auto& c : cases)
        EXPECT_EQ(parse_rounded(c.text, 9, kMaxPriceNano).scaled, c.nano) << c.text;
    for (const char* bad :
         {"", "NaN", "1e5", "1,5", "12345678901234567890123456789012345678.9", "."})
        EXPECT_FALSE(parse_rounded(bad, 9, kMaxPriceNano)) << bad;
}

}  // namespace
}  // namespace assay
