#include "hosts/cli/rows_output.h"

#include <cstdio>
#include <gtest/gtest.h>

namespace assay::cli {
namespace {

std::string written(RowsFormat format, const std::vector<std::vector<Datum>>& rows) {
    std::FILE* file = std::tmpfile();
    RowsOutput out(file, format, Terminal{}, {"name", "n", "x", "px"});
    for (const auto& row : rows) EXPECT_TRUE(out.row(row));
    EXPECT_TRUE(out.end());
    std::string text(static_cast<std::size_t>(std::ftell(file)), ' ');
    std::rewind(file);
    EXPECT_EQ(std::fread(text.data(), 1, text.size(), file), text.size());
    std::fclose(file);
    return text;
}

const std::vector<std::vector<Datum>> kRows = {
    {datum(std::string("LP \"A\", of us")), std::int64_t{7}, 0.5, datum(std::optional(Price{1}))},
    {datum(std::string("=1+1")), Datum(), datum(std::optional<double>()), Datum()},
};

TEST(RowsOutput, csv_is_quoted_and_absent_is_empty) {
    EXPECT_EQ(written(RowsFormat::csv, kRows),
              "name,n,x,px\r\n\"LP \"\"A\"\", of us\",7,0.5,0.000000001\r\n'=1+1,,,\r\n");
}

TEST(RowsOutput, json_is_an_array_of_objects_and_absent_is_null) {
    EXPECT_EQ(written(RowsFormat::json, kRows),
              "[\n{\"name\":\"LP \\\"A\\\", of us\",\"n\":7,\"x\":0.5,\"px\":0.000000001},\n"
              "{\"name\":\"=1+1\",\"n\":null,\"x\":null,\"px\":null}\n]\n");
    EXPECT_EQ(written(RowsFormat::json, {}), "[]\n");
}

TEST(RowsOutput, a_table_is_aligned_and_nothing_at_all_without_rows) {
    const std::string text = written(RowsFormat::table, kRows);
    EXPECT_NE(text.find("name"), text.npos);
    EXPECT_NE(text.find("0.000000001"), text.npos);
    EXPECT_EQ(written(RowsFormat::table, {}), "");
}

TEST(RowsOutput, a_time_is_cut_to_the_millisecond_for_eyes_and_whole_for_programs) {
    const std::vector<std::vector<Datum>> rows = {
        {datum(Nanos{1'772'461'800'123'456'789}), datum(kNever), Datum(), Datum()}};
    EXPECT_NE(written(RowsFormat::table, rows).find("2026-03-02T14:30:00.123Z"), std::string::npos)
        << written(RowsFormat::table, rows);
    EXPECT_EQ(written(RowsFormat::csv, rows),
              "name,n,x,px\r\n2026-03-02T14:30:00.123456789Z,,,\r\n");
    EXPECT_NE(written(RowsFormat::json, rows).find("\"2026-03-02T14:30:00.123456789Z\""),
              std::string::npos);
}

TEST(RowsOutput, formats_are_named) {
    EXPECT_EQ(*rows_format("csv"), RowsFormat::csv);
    EXPECT_FALSE(rows_format("html"));
}

TEST(RowsOutput, a_file_that_takes_nothing_is_noticed) {
    std::FILE* full = std::fopen("/dev/full", "w");
    if (full == nullptr) GTEST_SKIP() << "there is no /dev/full here";
    RowsOutput out(full, RowsFormat::csv, Terminal{}, {"n"});
    out.row({std::int64_t{1}});
    EXPECT_FALSE(out.end());
    std::fclose(full);
}

}  // namespace
}  // namespace assay::cli
