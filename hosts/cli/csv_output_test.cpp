#include "hosts/cli/csv_output.h"

#include <gtest/gtest.h>

#include "hosts/cli/golden.h"
#include "hosts/cli/made_up_report.h"

namespace assay::cli {
namespace {

TEST(CsvOutput, looks_as_it_should) {
    EXPECT_TRUE(equals_golden(csv_text(made_up_report(), made_up_catalog()), "report_csv"));
}

TEST(CsvOutput, text_that_a_spreadsheet_would_run_is_disarmed) {
    struct {
        const char* text;
        const char* cell;
    } const cases[] = {{"LP_A", "LP_A"},
                       {"=1+1", "'=1+1"},
                       {"+A1", "'+A1"},
                       {"-A1", "'-A1"},
                       {"@SUM(A1)", "'@SUM(A1)"},
                       {"\t=1", "'\t=1"},
                       {"a,b", "\"a,b\""},
                       {"say \"hi\"", "\"say \"\"hi\"\"\""},
                       {"two\nlines", "\"two\nlines\""},
                       {"=HYPERLINK(\"x\",1)", "\"'=HYPERLINK(\"\"x\"\",1)\""},
                       {"", ""}};
    for (const auto& c : cases) EXPECT_EQ(csv_cell(c.text), c.cell);
}

TEST(CsvOutput, each_row_has_as_many_cells_as_the_header) {
    const std::string text = csv_text(made_up_report(), made_up_catalog());
    std::vector<int> commas(1, 0);
    bool quoted = false;
    for (const char c : text) {
        if (c == '"') quoted = !quoted;
        if (c == ',' && !quoted) ++commas.back();
        if (c == '\n' && !quoted) commas.push_back(0);
    }
    ASSERT_EQ(commas.size(), 8u) << "a header, six LPs, and the end";
    for (std::size_t i = 0; i < 7; ++i) EXPECT_EQ(commas[i], commas[0]) << i;
    EXPECT_GT(commas[0], 30);
}

}  // namespace
}  // namespace assay::cli
