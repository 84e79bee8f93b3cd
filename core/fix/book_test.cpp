#include "core/fix/book.h"

#include <gtest/gtest.h>

#include "core/fix/message_testkit.h"

namespace assay::fix {
namespace {

using testkit::parsed;
using testkit::raw;

void feed(Book& book, const std::string& entries) {
    const std::string text = raw("X", entries, 1, "MD>US");
    const Message m = parsed(text);
    MdEntryReader reader(m);
    MdEntry entry;
    while (reader.next(entry)) book.apply(entry);
    EXPECT_FALSE(reader.bad());
}

TEST(Book, levels_by_price) {
    struct {
        const char* step;
        const char* entries;
        Quote best;
    } const rows[] = {
        {"two levels a side",
         "268=4|279=0|269=0|270=99|271=10|279=0|269=0|270=100|271=5|279=0|269=1|270=102|271=7|"
         "279=0|269=1|270=101|271=3|",
         {100_px, 101_px, 5_qty, 3_qty}},
        {"new at a price that is there replaces its size",
         "268=1|279=0|269=0|270=100|271=8|",
         {100_px, 101_px, 8_qty, 3_qty}},
        {"delete the best offer", "268=1|279=2|269=1|270=101|", {100_px, 102_px, 8_qty, 7_qty}},
        {"size 0 deletes", "268=1|279=1|269=0|270=100|271=0|", {99_px, 102_px, 10_qty, 7_qty}},
        {"a trade is no level",
         "268=1|279=0|269=2|270=100.5|271=1|",
         {99_px, 102_px, 10_qty, 7_qty}},
        {"delete of what is not there",
         "268=1|279=2|269=0|270=42|",
         {99_px, 102_px, 10_qty, 7_qty}},
        {"the last bid goes: 0", "268=1|279=2|269=0|270=99|", {0_px, 102_px, 0_qty, 7_qty}},
    };
    Book book;
    for (const auto& row : rows) {
        feed(book, row.entries);
        const Quote q = book.quote();
        EXPECT_EQ(q.bid, row.best.bid) << row.step;
        EXPECT_EQ(q.ask, row.best.ask) << row.step;
        EXPECT_EQ(q.bid_size, row.best.bid_size) << row.step;
        EXPECT_EQ(q.ask_size, row.best.ask_size) << row.step;
    }
}

TEST(Book, entries_by_id) {
    Book book;
    feed(book,
         "268=3|279=0|269=0|278=a|270=1.1|271=5|279=0|269=0|278=b|270=1.1|271=6|"
         "279=0|269=1|278=c|270=1.2|271=9|");
    EXPECT_EQ(book.quote().bid_size, 11_qty);         // both at the best price
    feed(book, "268=1|279=1|269=0|278=a|270=1.15|");  // moves, keeps its size
    EXPECT_EQ(book.quote().bid, 1.15_px);
    EXPECT_EQ(book.quote().bid_size, 5_qty);
    feed(book, "268=1|279=2|278=a|");  // by id alone, no side
    EXPECT_EQ(book.quote().bid, 1.1_px);
    EXPECT_EQ(book.quote().bid_size, 6_qty);
    feed(book, "268=1|279=1|278=zzz|270=9|");  // an id nobody knows
    EXPECT_EQ(book.quote().bid, 1.1_px);
}

TEST(Book, changes_by_position) {
    Book book;
    feed(book, "268=2|279=0|269=0|270=10|271=1|290=1|279=0|269=0|270=9|271=2|290=2|");
    feed(book, "268=1|279=1|269=0|270=10.5|271=4|290=1|");
    EXPECT_EQ(book.quote().bid, 10.5_px);
    EXPECT_EQ(book.side(MdSide::bid).size(), 2u);
    feed(book, "268=1|279=2|269=0|290=1|");
    EXPECT_EQ(book.quote().bid, 9_px);
}

TEST(Book, holds_64_levels_a_side) {
    Book book;
    for (int i = 0; i < 200; ++i) {
        feed(book, "268=1|279=0|269=1|270=" + std::to_string(1000 - i) + "|271=1|");
    }
    EXPECT_EQ(book.side(MdSide::offer).size(), Book::kLevels);
    EXPECT_EQ(book.quote().ask, 801_px);
    EXPECT_EQ(book.side(MdSide::offer).back().price, 864_px);
}

TEST(Book, sizes_finer_than_kept_are_cut_but_not_to_nothing) {
    Book book;
    feed(book, "268=1|279=0|269=0|270=202.15|271=0.00000001|");
    EXPECT_EQ(book.quote().bid_size, Qty{1});
}

TEST(MdEntryReader, a_bad_price_has_its_place) {
    const std::string text = raw("X", "268=1|279=0|269=0|270=NaN|");
    const Message m = parsed(text);
    MdEntryReader reader(m);
    MdEntry entry;
    EXPECT_FALSE(reader.next(entry));
    EXPECT_EQ(reader.bad().code, ParseCode::bad_number);
    EXPECT_EQ(reader.bad().tag, 270u);
    EXPECT_EQ(reader.bad().offset, text.find("270="));
}

}  // namespace
}  // namespace assay::fix
