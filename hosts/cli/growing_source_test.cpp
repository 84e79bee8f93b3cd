#include "hosts/cli/growing_source.h"

#include <fcntl.h>

#include "hosts/cli/cli_in_testkit.h"
#include "hosts/cli/csv.h"

namespace assay {
namespace {

void append(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::app) << bytes;
}

std::unique_ptr<GrowingSource> opened(const std::string& path, std::string again = {}) {
    auto source = GrowingSource::open(path, std::move(again));
    EXPECT_TRUE(source) << (source ? "" : source.error().text());
    return source ? std::move(*source) : nullptr;
}

TEST(GrowingSource, gives_what_has_come_and_is_not_at_its_end) {
    const testkit::Folder folder;
    const std::string path = folder.write("day.log", "one ");
    const auto source = opened(path);
    EXPECT_EQ(testkit::read_all(*source).bytes, "one ");
    EXPECT_TRUE(source->growing());
    append(path, "two ");
    EXPECT_EQ(testkit::read_all(*source).bytes, "two ");
    EXPECT_EQ(source->front(), "one two ");
    source->stop();
    append(path, "three");
    EXPECT_EQ(testkit::read_all(*source).bytes, "three") << "what is there at the end is read";
    EXPECT_FALSE(source->growing());
    EXPECT_EQ(testkit::read_all(*opened(path, "again ")).bytes, "again one two three");
    EXPECT_FALSE(GrowingSource::open(folder.path() + "/none.log"));
}

TEST(GrowingSource, knows_what_became_of_the_file) {
    using Fate = GrowingSource::Fate;
    const testkit::Folder folder;
    const std::string path = folder.write("day.log", "0123456789");
    const auto source = opened(path);
    (void)testkit::read_all(*source);
    EXPECT_EQ(source->fate(), Fate::same);
    append(path, "more");
    EXPECT_EQ(source->fate(), Fate::same);
    folder.write("day.log", "shorter");
    EXPECT_EQ(source->fate(), Fate::truncated);
    folder.write("day.log", "0123456789 and longer");
    ASSERT_EQ(::rename(path.c_str(), (path + ".1").c_str()), 0);
    EXPECT_EQ(source->fate(), Fate::same) << "it may come back";
    folder.write("day.log", "");
    EXPECT_EQ(source->fate(), Fate::replaced);
}

TEST(GrowingSource, rows_cut_at_any_byte_wait_for_their_rest) {
    const std::string table =
        "time,symbol,note\n10:00,X,plain\n10:01,Y,\"two\nlines, \"\"quoted\"\"\"\n10:02,Z,last";
    for (std::size_t cut = 17; cut <= table.size(); ++cut) {
        const testkit::Folder folder;
        const std::string path = folder.write("t.csv", table.substr(0, cut));
        const auto source = opened(path);
        CsvReader csv(*source);
        ASSERT_TRUE(csv.read_header());
        std::vector<std::string> notes;
        const auto read = [&] {
            CsvStep step;
            while ((step = csv.next()) == CsvStep::row) notes.emplace_back(csv.fields()[2]);
            EXPECT_EQ(step, CsvStep::end) << "cut=" << cut << " " << csv.problem();
        };
        read();
        append(path, table.substr(cut));
        read();
        EXPECT_EQ(notes.size(), 2u) << "cut=" << cut << ": the last line may go on";
        source->stop();
        read();
        EXPECT_EQ(notes, (std::vector<std::string>{"plain", "two\nlines, \"quoted\"", "last"}))
            << "cut=" << cut;
        EXPECT_EQ(csv.byte_counts().dead, 0u);
        EXPECT_EQ(csv.byte_counts().rows + csv.byte_counts().between, table.size());
    }
}

}  // namespace
}  // namespace assay
