#include "hosts/journal/entry.h"

#include <gtest/gtest.h>
#include <string>

namespace assay::journal {
namespace {

constexpr Nanos kAt{1'772'463'600'337'533'123};  // 2026-03-02 15:00:00.337533123

std::string line(std::string_view bytes, Mark mark = Mark::received) {
    std::string out;
    write_entry({kAt, 17, 3, mark, bytes}, out);
    return out;
}

TEST(JournalEntry, is_a_line_that_a_person_can_read_and_grep) {
    EXPECT_EQ(line("8=FIX.4.4|35=8|10=253|"),
              "20260302-15:00:00.337533123 17 3 < 22 2880ce98 8=FIX.4.4|35=8|10=253|\n")
        << "docs/wire.md shows this line";
}

TEST(JournalEntry, comes_back_as_it_went_whatever_its_bytes) {
    const std::string every = [] {
        std::string all;
        for (int c = 0; c < 256; ++c) all.push_back(static_cast<char>(c));
        return all;
    }();
    for (const std::string& bytes :
         {std::string(), std::string("a\nb 20260302-15:00:00.337533123 18 3 < 2\n"), every}) {
        for (const Mark mark : {Mark::received, Mark::sent, Mark::note, Mark::own}) {
            const std::string text = line(bytes, mark) + "what follows";
            const auto tried = read_entry(text);
            const Read* read = std::get_if<Read>(&tried);
            ASSERT_NE(read, nullptr) << bytes.size();
            EXPECT_EQ(read->entry.at, kAt);
            EXPECT_EQ(read->entry.seq, 17u);
            EXPECT_EQ(read->entry.session, 3u);
            EXPECT_EQ(read->entry.mark, mark);
            EXPECT_EQ(read->entry.bytes, bytes);
            EXPECT_EQ(text.substr(read->length), "what follows");
        }
    }
}

TEST(JournalEntry, cut_anywhere_it_is_incomplete_and_changed_anywhere_it_is_damaged) {
    const std::string whole = line("8=FIX.4.4|35=8|58=two\nlines|10=253|");
    for (std::size_t n = 0; n < whole.size(); ++n) {
        const auto tried = read_entry(std::string_view(whole).substr(0, n));
        EXPECT_TRUE(std::holds_alternative<Incomplete>(tried)) << "cut after " << n;
    }
    for (std::size_t i = 0; i < whole.size(); ++i) {
        for (int bit = 0; bit < 8; ++bit) {
            std::string changed = whole;
            changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
            const auto tried = read_entry(changed + std::string(200, ' '));
            EXPECT_FALSE(std::holds_alternative<Read>(tried)) << "bit " << bit << " of byte " << i;
        }
    }
}

TEST(JournalEntry, says_what_is_wrong_with_a_line) {
    const std::string good = line("8=FIX|");
    const auto with = [&](std::string_view from, std::string_view to) {
        std::string changed = good;
        return changed.replace(changed.find(from), from.size(), to);
    };
    const struct {
        std::string text;
        const char* why;
    } cases[] = {
        {with("20260302-15", "20260302-25"), "its time cannot be read"},
        {with("20260302", "20261302"), "its time cannot be read"},
        {with(" 3 < ", " 3 = "), "its mark is none of < > ! #"},
        {with(" 3 < 6 ", " 3 < 99999999 "), "its length is beyond what an entry may have"},
        {with(" 3 < 6 ", " 3 < 5 "), "it does not end where its length says"},
        {with("8=FIX", "8=FIY"), "its checksum is wrong"},
        {with(" 17 ", " 18 "), "its checksum is wrong"},
        {with(" 17 ", " x "), "one of sequence, session, mark, length and checksum cannot be read"},
        {std::string(200, '\0'),
         "it does not begin with time, sequence, session, mark, length and checksum"},
    };
    for (const auto& c : cases) {
        const auto tried = read_entry(c.text);
        const Damaged* damaged = std::get_if<Damaged>(&tried);
        ASSERT_NE(damaged, nullptr) << c.why;
        EXPECT_STREQ(damaged->why, c.why);
    }
}

}  // namespace
}  // namespace assay::journal
