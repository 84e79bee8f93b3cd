// A shard that was saved and loaded goes on as if nothing had happened; what is not such a state,
// whole and of this configuration, is refused and changes nothing.
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "core/kernel/kernel_testkit.h"

namespace assay {
namespace {

using testkit::config_by;
using testkit::Desk;

Config config_of_version(std::uint64_t version) {
    Config c = config_by(kByLp | kBySymbol);
    c.version = version;
    return c;
}

// A short day with everything in it that a shard must remember; calls `pause` after each event.
template <class Pause>
void live(Desk& d, Pause pause) {
    const auto then = [&](Verdict) { pause(); };
    d.at(0_s);
    then(d.opens());
    then(d.market(100.00_px, 100.02_px));
    then(d.quote_of("LP_B", 100.00_px, 100.03_px));
    then(d.send("A", 1000_qty));
    d.wait(4_ms);
    then(d.ack("A"));
    d.wait(11_ms);
    then(d.fill("A", 600_qty, 100.015_px, "E1"));
    then(d.bust("A", "E9", "B9"));  // parked: its fill has not come yet
    d.wait(7_ms);
    then(d.fill("A", 200_qty, 100.02_px, "E2"));
    then(d.canceled("A"));  // a lot of 200 is open
    d.lp = "LP_B";
    then(d.send("B", 500_qty));
    d.wait(3_ms);
    then(d.reject("B"));
    then(d.fill("C", 100_qty, 100.02_px, "E1"));  // before its order
    then(d.send("D", 300_qty, Tif::day, Side::sell));
    d.wait(40_ms);
    then(d.market(100.02_px, 100.04_px));
    then(d.send("C", 400_qty, Tif::day));
    d.wait(2_s);
    d.lp = "LP_A";
    then(d.bust("A", "E1", "B1"));
    then(d.halt());
    then(d.resume());
    d.wait(20_s);
    then(d.market(100.01_px, 100.05_px));
    then(d.send("F", 200_qty));  // never answered
    d.wait(30_s);
    then(d.tick());
    then(d.closes());
    d.at(Duration{24 * kHour.ns});
    then(d.opens());
    then(d.market(100.03_px, 100.05_px));
    d.ioc("G", 500_qty, 500_qty, 100.05_px);
    pause();
    d.wait(400_s);
    then(d.tick());
    d.kernel.finish();
    pause();
}

TEST(KernelState, saved_and_loaded_after_each_event_every_later_state_is_the_same_to_the_byte) {
    const Config config = config_of_version(7);
    std::vector<std::string> straight;
    Desk d(config);
    live(d, [&] { straight.push_back(d.kernel.save()); });
    ASSERT_GT(straight.size(), 25u);
    for (std::size_t cut = 0; cut < straight.size(); ++cut) {
        Desk other(config);
        std::size_t step = 0;
        live(other, [&] {
            if (step == cut) {
                const std::string bytes = other.kernel.save();
                other.kernel = Kernel(config);
                ASSERT_TRUE(other.kernel.load(bytes)) << "after event " << cut;
            }
            ASSERT_TRUE(other.kernel.save() == straight[step])
                << "loaded after event " << cut << ", differs after event " << step;
            ++step;
        });
        if (HasFatalFailure()) return;
    }
}

TEST(KernelState, a_state_differs_after_each_event_that_changes_anything) {
    std::vector<std::string> states;
    Desk d(config_of_version(7));
    live(d, [&] { states.push_back(d.kernel.save()); });
    for (std::size_t i = 1; i + 1 < states.size(); ++i)
        EXPECT_NE(states[i], states[i - 1]) << "event " << i;
}

std::string state_of(const Config& config) {
    Desk d(config);
    std::string half;
    std::size_t step = 0;
    live(d, [&] {
        if (++step == 15) half = d.kernel.save();
    });
    return half;
}

TEST(KernelState, what_is_no_whole_state_of_this_version_and_config_is_refused) {
    const Config config = config_of_version(7);
    const std::string good = state_of(config);
    const auto with = [&](std::size_t at, char c) {
        std::string s = good;
        s[at] = c;
        return s;
    };
    const struct {
        const char* what;
        std::string bytes;
        bool loads;
    } cases[] = {
        {"as it was saved", good, true},
        {"nothing", "", false},
        {"half of its first word", good.substr(0, 4), false},
        {"something else", "time,symbol,bid,ask\n", false},
        {"of an older version of Assay", with(6, '0'), false},
        {"of a newer version of Assay", with(6, '2'), false},
        {"of another config", state_of(config_of_version(8)), false},
        {"without its last byte", good.substr(0, good.size() - 1), false},
        {"with a byte too many", good + '\0', false},
        {"twice", good + good, false},
    };
    for (const auto& c : cases) {
        Desk d(config);
        d.market(100.00_px, 100.02_px);
        const std::string before = d.kernel.save();
        EXPECT_EQ(d.kernel.load(c.bytes), c.loads) << c.what;
        EXPECT_EQ(d.kernel.save(), c.loads ? good : before)
            << c.what << ": a kernel that refused is as it was";
    }
}

TEST(KernelState, cut_at_any_byte_it_is_refused) {
    const Config config = config_of_version(7);
    const std::string good = state_of(config);
    Kernel kernel(config);
    // Every length near both ends, and every seventh between.
    for (std::size_t n = 0; n < good.size(); n += (n < 256 || n + 256 > good.size()) ? 1 : 7)
        ASSERT_FALSE(kernel.load(std::string_view(good).substr(0, n))) << n << " bytes";
}

// The file around it has a checksum; without that, damage may load as another state. It must never
// do worse than that: no crash, no endless loop, no gigabytes.
TEST(KernelState, damaged_at_any_byte_it_is_refused_or_another_state_and_nothing_worse) {
    const Config config = config_of_version(7);
    const std::string good = state_of(config);
    int refused = 0, n = 0;
    for (std::size_t at = 0; at < good.size(); at += at < 1024 ? 1 : 13)
        for (const char flip : {'\x01', '\x80', '\xff'}) {
            std::string bad = good;
            bad[at] = static_cast<char>(bad[at] ^ flip);
            Kernel kernel(config);
            refused += !kernel.load(bad);
            ++n;
        }
    EXPECT_GT(refused, n / 20) << "of " << n << ": counts, versions and lengths are checked";
}

}  // namespace
}  // namespace assay
