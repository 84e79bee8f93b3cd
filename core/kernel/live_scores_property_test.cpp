// Pages brought up to date event by event are the pages that all of it would give.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/kernel/live_scores_testkit.h"

namespace assay {
namespace {

using namespace testkit;

struct Draw {
    std::uint64_t state;
    std::uint64_t below(std::uint64_t n) {
        std::uint64_t z = (state += 0x9e3779b97f4a7c15ull);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
        return (z ^ (z >> 31)) % n;
    }
};

struct Open {
    std::string id, symbol, lp;
    Qty qty;
    int fills{};
};

// One thing that happens, drawn: orders of all sizes, fills whole and in part, rejects of the LP's
// and of ours, cancels, busts, fills after the time-out, quotes, silence, nights, new LPs.
void happens(Shard& s, Draw& draw, std::vector<Open>& open) {
    Desk& d = s.desk;
    const auto pick = [&](auto&& of) { return of.begin()[draw.below(of.size())]; };
    d.wait(Duration{static_cast<std::int64_t>(draw.below(8) == 0 ? draw.below(50'000'000'000)
                                                                 : draw.below(30'000'000))});
    const std::uint64_t kind = draw.below(20);
    if (kind < 5 || open.empty()) {
        Open o{fmt::format("{}", ++s.id), pick(std::initializer_list<const char*>{"XYZ", "ABC"}),
               fmt::format("LP_{}", static_cast<char>('A' + draw.below(s.id < 60 ? 3 : 5))),
               pick(std::initializer_list<Qty>{50_qty, 200_qty, 400_qty, 1000_qty})};
        d.symbol = o.symbol, d.lp = o.lp;
        d.send(o.id, o.qty, draw.below(4) == 0 ? Tif::day : Tif::ioc,
               draw.below(2) == 0 ? Side::buy : Side::sell);
        open.push_back(o);
        return;
    }
    Open& o = open[open.size() - 1 - draw.below(std::min<std::size_t>(open.size(), 12))];
    d.symbol = o.symbol, d.lp = o.lp;
    if (kind < 9) {
        const Qty q = draw.below(2) == 0 ? o.qty : Qty{o.qty.micro / 2};
        d.fill(o.id, q, draw.below(2) == 0 ? 100.01_px : 100.02_px, fmt::format("E{}", o.fills++));
    } else if (kind < 11) {
        d.canceled(o.id);
    } else if (kind < 13) {
        d.reject(o.id, draw.below(5) == 0 ? RejectClass::ours : RejectClass::discretionary);
    } else if (kind < 15 && o.fills > 0) {
        d.bust(o.id, fmt::format("E{}", draw.below(static_cast<std::uint64_t>(o.fills))),
               fmt::format("B{}", s.id * 100 + static_cast<int>(draw.below(100))));
    } else if (kind == 15) {
        d.ack(o.id);
    } else if (kind == 16) {
        d.tick();
    } else if (kind == 17 && draw.below(4) == 0) {
        d.now = midnight(d.now) +
                Duration{kDay.ns + static_cast<std::int64_t>(draw.below(3'600'000'000'000))};
        if (draw.below(2) == 0) s.fold();  // before the first event of the day, or later
        d.tick();
    } else if (kind == 18 && draw.below(4) == 0) {
        s.fold();
    } else if (kind == 18 && s.id % 7 == 0) {
        d.opens(Duration{static_cast<std::int64_t>(draw.below(5'000'000'000))});
    } else {
        const Price bid{100'000'000'000 - static_cast<std::int64_t>(draw.below(4)) * 10'000'000};
        d.market(bid, bid + PriceDelta{static_cast<std::int64_t>(draw.below(4)) * 10'000'000});
    }
}

TEST(LiveScores, pages_brought_up_to_date_event_by_event_equal_pages_made_anew_byte_for_byte) {
    std::size_t compared = 0, scored = 0, cautious = 0, busts = 0;
    for (const char* profile : {"balanced", "note4", "all-in"})
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            Config config = config_by(kByLp, profile);
            config.fees.by_lp["LP_A"].taker.per_share = PriceDelta{3'000'000};
            config.fees.by_lp["LP_B"].taker.bps = 0.1;
            Shard s(config);
            Draw draw{seed};
            std::vector<Open> open;
            for (const char* symbol : {"XYZ", "ABC"}) {
                s.desk.symbol = symbol;
                s.desk.market(100.00_px, 100.02_px);
            }
            for (int event = 0; event < 400; ++event) {
                happens(s, draw, open);
                s.update();
                LiveScores anew(config, config.profile, 1);
                anew.adopt(s.priors);
                anew.update(s.desk.kernel, {});
                for (std::uint32_t symbol = 0; symbol < 2; ++symbol) {
                    if (draw.below(3) == 0) continue;  // news gathers
                    const Page& page = s.live.page(s.desk.kernel, symbol);
                    ASSERT_STREQ(score::text(score::content_of(page)), "accepted");
                    Page expected = anew.page(s.desk.kernel, symbol);
                    expected.stamp.sequence = page.stamp.sequence;
                    expected.checksum = expected.sum();
                    ASSERT_EQ(score::to_bytes(page), score::to_bytes(expected))
                        << profile << " seed " << seed << " event " << event << " symbol "
                        << symbol;
                    ++compared;
                    for (const PageRow& row : page.rows) {
                        scored += row.value(PageValue::composite).has_value();
                        cautious += row.caution == score::Caution::quantile;
                    }
                }
            }
            busts += s.desk.kernel.blotter().counts().busts;
        }
    EXPECT_GT(compared, 30'000u);
    EXPECT_GT(scored, 100'000u) << "most rows have a score";
    EXPECT_GT(cautious, 1'000u);
    EXPECT_GT(busts, 100u);
}

}  // namespace
}  // namespace assay
