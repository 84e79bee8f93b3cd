// Recorded logs, all the way through: order states as a third party has them, and chains and fills
// as an independent scan counted them. What differs by decision is said where it is asserted.
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <tuple>

#include "tests/path.h"

namespace assay {
namespace {

using Json = nlohmann::json;
using testkit::Path;

std::filesystem::path data_folder() {
    const char* given = std::getenv("ASSAY_TEST_DATA");
    if (given != nullptr) return given;
    return std::filesystem::path(ASSAY_SOURCE_DIR) / "../shared/data";
}
bool data_required() {
    const char* required = std::getenv("ASSAY_REQUIRE_DATA");
    return required != nullptr && std::string_view(required) == "1";
}
std::string content(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// Declared in a test body, so that the skip leaves the test.
#define ASSAY_NEED_DATA(name)                                  \
    const std::filesystem::path path = data_folder() / (name); \
    if (!std::filesystem::exists(path)) {                      \
        if (data_required()) FAIL() << "missing: " << path;    \
        GTEST_SKIP() << "not here: " << path;                  \
    }

Config plain() {
    Config c;
    c.profile = *score::find_profile("balanced");
    return c;
}

using States = std::vector<std::vector<std::string>>;  // after each message, each link's status
struct Told {
    States after;
    std::vector<Blotter::LinkState> last, after_fifth;
    std::int64_t n_orders{};
};

const char* name_of(char status) {
    switch (status) {
        case '0':
            return "New";
        case '1':
            return "PartiallyFilled";
        case '2':
            return "Filled";
        case '4':
            return "Canceled";
        case '5':
            return "Replaced";
        case '6':
            return "PendingCancel";
        case 'A':
            return "PendingNew";
        case 'E':
            return "PendingReplace";
        default:
            return "?";
    }
}

Told told_by(const std::string& file) {
    Told told;
    Path log(plain(), fix::Strictness::lenient);
    log.applied = [&](const Event& e, Verdict) {
        const Blotter& b = log.kernel(shard_of(e.symbol)).blotter();
        told.last = b.links(0);
        if (told.after.size() == 4) told.after_fifth = told.last;
        std::vector<std::string> one;
        for (const auto& link : told.last) one.emplace_back(name_of(link.status));
        told.after.push_back(one);
    };
    log.feed(content(data_folder() / "permissive/fix/virtu_fixclient" / file));
    log.end();
    for (const Kernel* k : log.shards())
        told.n_orders += static_cast<std::int64_t>(k->counts().orders);
    return told;
}

// A third party's status of an order that was sent and not yet answered is none; ours is pending
// new.
States expected_states(const Json& file) {
    States out;
    for (const Json& message : file) {
        out.emplace_back();
        for (const Json& status : message)
            out.back().push_back(status.is_null() ? "PendingNew" : status.get<std::string>());
    }
    return out;
}

TEST(GatewayLogs, states_after_each_message_are_those_of_a_third_party) {
    ASSAY_NEED_DATA("expected/virtu_fixclient_thirdparty.json")
    const Json orders = Json::parse(content(path))["orders"];
    for (const char* file : {"t_fill_while_amend_pending.log", "t_amend_cancel.log"}) {
        SCOPED_TRACE(file);
        EXPECT_EQ(told_by(file).after, expected_states(orders[file]["status_after_each_message"]));
    }
}

TEST(GatewayLogs, a_fill_while_a_replace_is_pending_leaves_500_and_then_1500) {
    ASSAY_NEED_DATA("expected/virtu_fixclient_thirdparty.json")
    const Told told = told_by("t_fill_while_amend_pending.log");
    ASSERT_EQ(told.after_fifth.size(), 1u);
    EXPECT_EQ(told.after_fifth[0].leaves_qty, 500_qty);
    EXPECT_EQ(told.after_fifth[0].cum_qty, 500_qty);
    ASSERT_EQ(told.last.size(), 2u);
    EXPECT_EQ(told.last[0].leaves_qty, 0_qty);
    EXPECT_EQ(told.last[0].cum_qty, 500_qty);
    EXPECT_EQ(told.last[1].leaves_qty, 1500_qty);
    EXPECT_EQ(told.last[1].cum_qty, 500_qty);
}

TEST(GatewayLogs, a_replaced_order_has_nothing_left_and_the_new_one_2286) {
    ASSAY_NEED_DATA("expected/virtu_fixclient_thirdparty.json")
    const Told told = told_by("t_new_amend.log");
    EXPECT_EQ(told.n_orders, 1);  // one chain, two ClOrdIDs
    ASSERT_EQ(told.last.size(), 2u);
    EXPECT_EQ(told.last[0].leaves_qty, 0_qty);
    EXPECT_EQ(told.last[1].leaves_qty, 2286_qty);
}

TEST(GatewayLogs, an_order_that_was_replaced_and_canceled_keeps_both_names) {
    ASSAY_NEED_DATA("expected/virtu_fixclient_thirdparty.json")
    const Json ids = Json::parse(content(path))["orders"]["t_amend_cancel.log"]["clordids"];
    const Told told = told_by("t_amend_cancel.log");
    ASSERT_EQ(told.last.size(), ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i)
        EXPECT_EQ(told.last[i].cl_ord_id, ids[i].get<std::string>());
}

struct Counted {
    std::int64_t new_orders{}, exec_reports{}, cancel_rejects{}, replace_requests{},
        cancel_requests{}, fills{}, busts{};
    std::int64_t chains{}, chains_with_order{}, chains_with_fill{}, rejects{};
    double filled_qty{};
};

Counted count(const std::string& file) {
    Counted c;
    Path log(plain(), fix::Strictness::lenient);
    // Each order as it was last seen: closed ones are forgotten when their day is over.
    std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>, Chain> chains;
    log.applied = [&](const Event& e, Verdict v) {
        const std::uint32_t shard = shard_of(e.symbol);
        const Blotter& b = log.kernel(shard).blotter();
        std::visit(
            [&](const auto& m) {
                using M = std::remove_cvref_t<decltype(m)>;
                if constexpr (requires { m.ref; }) {
                    if (const auto i = b.find(e.session, m.ref); i != kNoIndex)
                        chains[{shard, i, b.chain(i).generation}] = b.chain(i);
                    constexpr bool kAsked =
                        std::is_same_v<M, CancelRequested> || std::is_same_v<M, ReplaceRequested>;
                    c.new_orders += std::is_same_v<M, Sent>;
                    c.cancel_requests += std::is_same_v<M, CancelRequested>;
                    c.replace_requests += std::is_same_v<M, ReplaceRequested>;
                    c.cancel_rejects += std::is_same_v<M, CancelRejected>;
                    c.fills += std::is_same_v<M, Filled> &&
                               (v == Verdict::applied || v == Verdict::headless);
                    c.busts += std::is_same_v<M, Busted>;
                    c.rejects += std::is_same_v<M, Rejected>;
                    c.exec_reports +=
                        !kAsked && !std::is_same_v<M, Sent> && !std::is_same_v<M, CancelRejected> &&
                        !std::is_same_v<M, MessageRejected> && !std::is_same_v<M, Repudiated>;
                }
            },
            e.what);
    };
    log.feed(content(data_folder() / file));
    log.end_input();
    for (const auto& [where, chain] : chains) {
        ++c.chains;
        c.chains_with_order += chain.has(kHasSent);
        if (!chain.has(kHasSent)) continue;  // the scan, too, counts fills of orders that were sent
        c.chains_with_fill += chain.cum.micro > 0;
        c.filled_qty += as_double(chain.cum);
    }
    return c;
}

// What we count otherwise than the scan, by decision.
struct Decision {
    const char *file, *key;
    std::int64_t ours;
    const char* why;
};
constexpr Decision kDecisions[] = {
    {"permissive/fix/virtu_fixclient/t_gate_ci.log", "exec_reports", 8,
     "six are resends (PossDup, same number) of others: the scan drops only messages equal byte by "
     "byte"},
    {"permissive/fix/cypator/cypator_fix_4_4_samples.txt", "exec_reports", 4,
     "samples of a manual: the same report again under other numbers and times is another message"},
    {"permissive/fix/cypator/cypator_fix_4_4_samples.txt", "fills", 1,
     "at 19123.2 against a made-up mid far away: quarantined; its repeat finds no order"},
    {"permissive/fix/cypator/cypator_fix_4_4_samples.txt", "cancel_rejects", 0,
     "names an order that was never sent, and no symbol: it waits"},
    {"permissive/fix/cypator/cypator_fix_4_4_samples.txt", "chains", 2,
     "as many, but not the same: the scan's second is the cancel reject, ours the report again, "
     "whose order was forgotten years before"},
    {"permissive/fix/quickfix_logviewer/test.log", "chains", 4,
     "ClOrdID 2 is used again 16 days later: another order"},
    {"permissive/fix/quickfix_logviewer/test.log", "chains_with_NewOrderSingle", 4, "the same"},
    {"permissive/fix/cypator/cypator_fix_4_4_samples.txt", "chains_with_fill", 0, "quarantined"},
    {"permissive/fix/cypator/cypator_fix_4_4_samples.txt", "filled_qty", 0, "quarantined"},
};

TEST(GatewayLogs, chains_and_fills_are_those_of_the_independent_scan) {
    ASSAY_NEED_DATA("expected/fix_orders.json")
    const Json expected = Json::parse(content(path));
    for (const auto& [file, e] : expected.items()) {
        SCOPED_TRACE(file);
        const Counted c = count(file);
        const std::map<std::string, std::int64_t> ours = {
            {"new_orders", c.new_orders},
            {"exec_reports", c.exec_reports},
            {"cancel_requests", c.cancel_requests},
            {"replace_requests", c.replace_requests},
            {"cancel_rejects", c.cancel_rejects},
            {"fills", c.fills},
            {"busts", c.busts},
            {"chains", c.chains},
            {"chains_with_NewOrderSingle", c.chains_with_order},
            {"chains_with_fill", c.chains_with_fill},
            {"chains_rejected", c.rejects},
            {"filled_qty", std::llround(c.filled_qty)}};
        for (const auto& [key, n] : ours) {
            std::int64_t wanted = std::llround(e[key].get<double>());
            for (const Decision& d : kDecisions)
                if (file == d.file && key == d.key) wanted = d.ours;
            EXPECT_EQ(n, wanted) << key;
        }
    }
}

}  // namespace
}  // namespace assay
