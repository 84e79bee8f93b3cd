#include "hosts/cli/watch_screen.h"

#include <gtest/gtest.h>

#include "hosts/cli/golden.h"

namespace assay::cli {
namespace {

constexpr Nanos kAt{1'772'461'800'123'000'000};  // 2026-03-02 14:30:00.123 UTC

Terminal screen(int width, int height) {
    return {.width = width,
            .tty = true,
            .colour = false,
            .utf8 = true,
            .moves = true,
            .height = height};
}

// A desk as it is in the middle of the ACME order.
Watched busy_desk() {
    Watched w;
    w.url = "http://127.0.0.1:8080";
    w.version = "0.1.0";
    w.mode = "live";
    w.run = 1;
    w.at = kAt;
    w.step = "live";
    w.sessions = {{"OMS", "up"},  {"MARKET", "up"}, {"LP_A", "up"},        {"LP_B", "up"},
                  {"LP_C", "up"}, {"LP_D", "up"},   {"LP_E", "connecting"}};
    w.symbol = "ACME";
    w.regime = "normal";
    w.profile = "balanced";
    w.rank_by = "lcb";
    w.bid = 99.98;
    w.ask = 100;
    const auto lp = [](const char* name, std::uint64_t rank, double score, double open) {
        Watched::Lp l;
        l.name = name;
        l.rank = rank;
        l.score = score;
        l.sd = 0.8;
        l.fill_rate = 0.752;
        l.effective_spread_bps = 1.78;
        l.latency_ms = 16.72;
        l.n_eff = 2238.4;
        l.gate = "open";
        l.open_qty = open;
        return l;
    };
    w.lps = {lp("LP_A", 1, 92.5, 0), lp("LP_C", 2, 88.2, 30'000), lp("LP_D", 3, 84, 15'000)};
    Watched::Lp unknown;
    unknown.name = "LP_B";
    unknown.gate = "too few orders";
    unknown.n_eff = 3;
    unknown.open_qty = 0;
    Watched::Lp down;
    down.name = "LP_E";
    down.stopped = "session connecting";
    w.lps.push_back(unknown);
    w.lps.push_back(down);
    w.parents_open = 3;
    w.children_open = 2;
    w.children_unknown = 0;
    const auto parent = [](const char* id, const char* symbol, const char* side, double qty,
                           double cum) {
        Watched::Parent p;
        p.id = id;
        p.cl_ord_id = std::string("O-") + id;
        p.symbol = symbol;
        p.side = side;
        p.state = "working";
        p.qty = qty;
        p.cum_qty = cum;
        if (cum > 0) {
            p.avg_px = 99.9918;
            p.shortfall_bps = 0.82;
        }
        return p;
    };
    w.parents = {parent("1", "ACME", "sell", 200'000, 30'000),
                 parent("2", "SIM002", "buy", 2'500, 0), parent("3", "SIM003", "buy", 800, 400)};
    w.parents[0].out = {{"LP_C", 30'000}, {"LP_D", 15'000}};
    w.parents[1].held = "no LP is eligible";
    auto done = parent("4", "ACME", "buy", 1'200, 1'200);
    done.state = "filled";
    done.over = true;
    w.parents.push_back(done);
    for (int i = 0; i < 12; ++i)
        w.executions.push_back({{kAt.ns - i * 1'250'000'000LL},
                                i % 2 == 0 ? "LP_A" : "LP_C",
                                "ACME",
                                "sell",
                                "C10995116277" + std::to_string(77 - i),
                                i == 3 ? 10'000.0 : 500.0,
                                99.99,
                                i == 5});
    w.messages_per_second = 123.4;
    w.lag_s = 0;
    w.queue = 0;
    w.queue_capacity = 1'000'000;
    w.journal_behind = 2;
    w.dead = 0;
    w.waiting = 0;
    w.gaps = 0;
    return w;
}

std::string text_of(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    return text;
}

TEST(WatchScreen, looks_as_it_should) {
    EXPECT_TRUE(equals_golden(text_of(watch_lines(busy_desk(), screen(80, 24))), "watch_80x24"));
    EXPECT_TRUE(equals_golden(text_of(watch_lines(busy_desk(), screen(120, 40))), "watch_120x40"));
    Terminal plain;
    plain.width = 80;
    EXPECT_TRUE(equals_golden(text_of(watch_lines(busy_desk(), plain)), "watch_plain_80"));
}

TEST(WatchScreen, fits_whatever_the_terminal_is) {
    Watched w = busy_desk();
    for (int i = 0; i < 40; ++i) w.lps.push_back(w.lps[0]);
    for (int i = 0; i < 40; ++i) w.parents.push_back(w.parents[0]);
    w.parents[0].symbol = "A_VERY_LONG_NAME_OF_A_SYMBOL";
    w.sessions.resize(60, {"SESSION", "up"});
    for (const Watched& seen : {w, busy_desk(), Watched{}})
        for (int height = 10; height <= 60; ++height)
            for (const int width : {40, 79, 80, 81, 132, 250}) {
                const auto lines = watch_lines(seen, screen(width, height));
                ASSERT_EQ(lines.size(), static_cast<std::size_t>(height)) << width;
                for (const std::string& line : lines) ASSERT_LE(display_width(line), width) << line;
                ASSERT_TRUE(lines.back().starts_with("Health")) << width << "x" << height;
            }
}

TEST(WatchScreen, what_is_not_known_is_a_dash_and_never_0) {
    const std::string text = text_of(watch_lines(Watched{}, screen(80, 24)));
    EXPECT_EQ(text.find_first_of("123456789"), std::string::npos) << text;
    EXPECT_NE(text.find("– msg/s"), std::string::npos) << text;
    EXPECT_NE(text.find("– under way"), std::string::npos) << text;
    EXPECT_NE(text.find("journal – behind"), std::string::npos) << text;
    // The only 0 is a count of what there is: sessions.
    std::string without = text;
    without.replace(without.find("0/0"), 3, "");
    EXPECT_EQ(without.find('0'), std::string::npos) << text;
}

TEST(WatchScreen, trouble_stands_on_top_and_what_was_seen_stays) {
    Watched w = busy_desk();
    w.trouble = "No desk answers at http://127.0.0.1:8080 (Could not establish connection)";
    w.killed = true;
    const auto lines = watch_lines(w, screen(80, 24));
    EXPECT_NE(lines[0].find("KILLED"), std::string::npos) << lines[0];
    EXPECT_TRUE(lines[1].starts_with("No desk answers")) << lines[1];
    EXPECT_NE(text_of(watch_lines(w, screen(120, 24))).find("LP_C 30,000 LP_D 15,000"),
              std::string::npos);
    w.journal_failed = "disk full";
    EXPECT_EQ(watch_lines(w, screen(80, 24)).back(), "The journal has stopped: disk full");
}

TEST(WatchScreen, names_out_of_the_desk_cannot_move_the_cursor) {
    Watched w = busy_desk();
    w.symbol = "AC\x1b[2JME";
    w.lps[0].name = "LP\nA";
    w.parents[0].held = "\x1b]0;x\x07";
    for (const std::string& line : watch_lines(w, screen(80, 24))) {
        EXPECT_EQ(line.find('\x1b'), std::string::npos) << line;
        EXPECT_EQ(line.find('\n'), std::string::npos) << line;
    }
}

}  // namespace
}  // namespace assay::cli
