#include "hosts/cli/decisions_file.h"

#include <gtest/gtest.h>

#include "core/route/router_testkit.h"
#include "hosts/cli/cli_in_testkit.h"

namespace assay {
namespace {

using testkit::Folder;
using Desk = route::testkit::Desk;

route::ParentOrder order(std::uint64_t id) {
    route::ParentOrder o = Desk::sell(Qty{static_cast<std::int64_t>(id) * 10'000'000'000});
    o.id = id;
    o.cl_ord_id = "P" + std::to_string(id);
    return o;
}

// Two parents: each is decided upon, nobody answers, the first one ends.
struct Written {
    std::vector<route::Decision> decisions;
    std::uint64_t bytes{};
};
Written write(const std::string& path) {
    Desk desk;
    route::Router router(desk.config, 1);
    auto writer = DecisionsWriter::create(path);
    EXPECT_TRUE(writer) << writer.error().text();
    Written w;
    for (const std::uint64_t id : {4u, 9u}) {
        route::Outputs out;
        writer->parent(order(id));
        router.on_parent(order(id), desk.view(route::testkit::kTen), out);
        writer->routed(out);
        EXPECT_EQ(out.decisions.size(), 1u);
        route::DecisionOutcome outcome;
        outcome.decision = out.decisions[0].inputs.id;
        outcome.parent = id;
        outcome.filled_lots = static_cast<double>(id);
        route::Outputs later;
        later.outcomes.push_back(outcome);
        later.alerts.push_back({route::testkit::kTen, id, {1}, "silent"});
        writer->routed(later);
        out.decisions[0].outcome = outcome;
        w.decisions.push_back(out.decisions[0]);
    }
    writer->ended({4, route::testkit::kTen, route::ParentState::expired, {}, Qty{5}, -1.25});
    EXPECT_TRUE(writer->close());
    w.bytes = writer->bytes();
    return w;
}

TEST(DecisionsFile, what_was_written_is_read_byte_for_byte) {
    const Folder folder;
    const std::string path = folder.path() + "/decisions.bin";
    const Written w = write(path);
    for (const std::string& named : {path, folder.path()}) {
        const auto file = read_decisions(named);
        ASSERT_TRUE(file) << file.error().text();
        ASSERT_EQ(file->parents.size(), 2u);
        EXPECT_EQ(file->bytes_cut_off, 0u);
        std::size_t i = 0;
        for (const auto& [id, story] : file->parents) {
            ASSERT_TRUE(story.order);
            EXPECT_EQ(story.order->cl_ord_id, "P" + std::to_string(id));
            ASSERT_EQ(story.decisions.size(), 1u);
            EXPECT_EQ(story.decisions[0].bytes(), w.decisions[i++].bytes());
            EXPECT_EQ(story.reports.front().type, route::ReportType::accepted);
            ASSERT_EQ(story.alerts.size(), 1u);
            EXPECT_EQ(story.alerts[0].text, "silent");
            // Decided again it is the same choice.
            EXPECT_EQ(route::bytes_of(route::decide(story.decisions[0].inputs)),
                      route::bytes_of(story.decisions[0].choice));
        }
        ASSERT_TRUE(file->parents.at(4).end);
        EXPECT_EQ(file->parents.at(4).end->cost_bps, -1.25);
        EXPECT_EQ(file->parents.at(4).end->forced, Qty{5});
        EXPECT_FALSE(file->parents.at(9).end);
    }
}

TEST(DecisionsFile, a_file_that_ends_inside_a_record_is_read_up_to_it) {
    const Folder folder;
    const std::string path = folder.path() + "/decisions.bin";
    const Written w = write(path);
    const std::string all = testkit::file_content(path);
    ASSERT_EQ(all.size(), w.bytes);
    const auto whole = read_decisions(path);
    ASSERT_TRUE(whole);
    for (std::size_t cut = 8; cut < all.size(); cut += 1009) {
        const auto file = read_decisions(folder.write("cut", all.substr(0, cut)));
        ASSERT_TRUE(file) << cut << ": " << file.error().text();
        EXPECT_LT(file->records, whole->records);
        EXPECT_LE(file->bytes_cut_off, cut);
    }
}

TEST(DecisionsFile, a_damaged_byte_is_refused_with_its_place) {
    const Folder folder;
    const std::string path = folder.path() + "/decisions.bin";
    write(path);
    const std::string all = testkit::file_content(path);
    for (std::size_t at = 12; at < all.size(); at += 733) {
        std::string bad = all;
        bad[at] = static_cast<char>(bad[at] ^ 0x40);
        const auto file = read_decisions(folder.write("bad", bad));
        // A length that grew may look like a record that was cut off, never like a good one.
        if (file) {
            EXPECT_GT(file->bytes_cut_off, 0u) << at;
            continue;
        }
        EXPECT_NE(file.error().text().find("record at byte "), std::string::npos)
            << file.error().text();
    }
}

TEST(DecisionsFile, what_is_none_is_said_to_be_none) {
    const Folder folder;
    struct Row {
        const char* content;
        const char* says;
    };
    for (const Row& row :
         {Row{"", "holds no routing decisions"}, Row{"8=FIX.4.4\x01", "holds no routing decisions"},
          Row{"ASSAYDR9", "another version"}}) {
        const auto file = read_decisions(folder.write("file", row.content));
        ASSERT_FALSE(file) << row.content;
        EXPECT_NE(file.error().text().find(row.says), std::string::npos) << file.error().text();
    }
    const auto nothing = read_decisions(folder.path() + "/nothing");
    ASSERT_FALSE(nothing);
    EXPECT_NE(nothing.error().text().find("No such file"), std::string::npos);
}

}  // namespace
}  // namespace assay
