#include "core/score/page.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <functional>
#include <tuple>

#include "core/units/archive.h"

namespace assay::score {
namespace {

constexpr char kMagic[8] = {'A', 'S', 'S', 'A', 'Y', 'B', '0', '2'};

// A 64-bit sum: two words a multiplication, in four lanes so that they overlap. It finds damage,
// not malice: a carrier that others may write to has to sign.
class Sum {
  public:
    void bytes(const void* at, std::size_t n) {
        const char* p = static_cast<const char*>(at);
        std::array<std::uint64_t, kLanes> lanes = lanes_;  // of its own: kept in registers
        for (; n >= 16 * kLanes; p += 16 * kLanes, n -= 16 * kLanes)
            for (std::size_t i = 0; i < kLanes; ++i)
                lanes[i] = next(lanes[i], word(p + 16 * i, 8), word(p + 16 * i + 8, 8));
        for (std::size_t i = 0; n > 0; ++i) {
            const std::size_t take = std::min<std::size_t>(n, 8);
            lanes[i % kLanes] = next(lanes[i % kLanes], word(p, take), i);
            p += take, n -= take;
        }
        lanes_ = lanes;
    }
    void number(std::uint64_t x) {
        lanes_[0] = next(lanes_[0], x, 0);
        turn();
    }
    template <class T>
    void all(const std::vector<T>& v) {
        number(v.size());
        bytes(v.data(), v.size() * sizeof(T));
        turn();
    }
    void name(std::string_view s) {
        number(s.size());
        bytes(s.data(), s.size());
        turn();
    }
    std::uint64_t value() const {
        std::uint64_t h = 0;
        for (const std::uint64_t x : lanes_) h = mix(h ^ x);
        return h;
    }

  private:
    static std::uint64_t word(const char* p, std::size_t n) {
        std::uint64_t w = 0;
        std::memcpy(&w, p, n);
        return w;
    }
    static std::uint64_t mix(std::uint64_t x) {
        x *= 0x9e3779b97f4a7c15ull;
        return x ^ (x >> 29);
    }
    static std::uint64_t next(std::uint64_t lane, std::uint64_t x, std::uint64_t y) {
        const auto product = static_cast<unsigned __int128>(lane ^ x) * (y ^ 0xff51afd7ed558ccdull);
        return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64) ^ x;
    }
    // Lanes change places, so that what stands in another part gives another sum.
    void turn() { std::rotate(lanes_.begin(), lanes_.begin() + 1, lanes_.end()); }
    static constexpr std::size_t kLanes = 4;
    std::array<std::uint64_t, kLanes> lanes_{1, 2, 3, 4};
};

bool fits(const Page& p) {
    const std::size_t lps = p.lps.size();
    if (lps >= PageTail::kAnyLp || p.rankings.empty() || p.rankings.size() > kPlaces + 1)
        return false;
    if (p.rows.size() != p.rankings.size() * lps) return false;
    if (!p.improvements.empty() && p.improvements.size() != lps) return false;
    if (p.sizes.size() != estimate::kCapacityPoints) return false;
    const auto in_order = [](const auto& v) {
        return std::adjacent_find(v.begin(), v.end(), std::greater_equal<>()) == v.end();
    };
    if (!in_order(p.lps) || !in_order(p.sizes)) return false;
    for (const std::uint8_t r : p.ranking_of)
        if (r >= p.rankings.size()) return false;
    std::vector<bool> seen(lps);
    for (std::size_t r = 0; r < p.rankings.size(); ++r) {
        seen.assign(lps, false);
        for (std::size_t i = 0; i < lps; ++i) {
            const PageRow& row = p.rows[r * lps + i];
            if (row.lp >= lps || seen[row.lp]) return false;
            if (row.gate > Gate::unavailable || row.caution > Caution::quantile) return false;
            if ((row.gate == Gate::open) != (i < p.rankings[r].eligible)) return false;
            seen[row.lp] = true;
        }
    }
    const auto before = [](const PageTail& a, const PageTail& b) {
        return std::tuple(a.lp, a.tif, a.limit) < std::tuple(b.lp, b.tif, b.limit);
    };
    for (std::size_t i = 0; i < p.tails.size(); ++i) {
        const PageTail& t = p.tails[i];
        if (t.lp >= lps && t.lp != PageTail::kAnyLp) return false;
        if (t.tif > estimate::TifClass::resting || t.limit > estimate::LimitClass::market)
            return false;
        if (i > 0 && !before(p.tails[i - 1], t)) return false;
    }
    return true;
}

bool finite(const Page& p) {
    const auto all = [](const auto& v) {
        return std::all_of(v.begin(), v.end(), [](double x) { return std::isfinite(x); });
    };
    for (const PageRow& row : p.rows) {
        if ((row.present >> kPageValues) != 0 || !all(row.values)) return false;
        for (std::size_t i = 0; i < kPageValues; ++i)
            if (((row.present >> i) & 1u) == 0 && row.values[i] != 0) return false;
    }
    for (const PageTail& t : p.tails)
        if (!all(t.plain) || !all(t.optimistic) || !all(t.n)) return false;
    for (const PageImprovement& i : p.improvements)
        if (!all(i.half_spreads)) return false;
    for (const PageRanking& r : p.rankings)
        if (!std::isfinite(r.p_leader)) return false;
    return all(p.sizes);
}

}  // namespace

void PageRow::put(PageValue v, double x) {
    const auto i = static_cast<std::size_t>(v);
    const bool is_there = std::isfinite(x);
    values[i] = is_there ? x : 0;
    present = static_cast<std::uint16_t>(is_there ? present | 1u << i : present & ~(1u << i));
}

const PageRanking* Page::ranking(std::uint8_t size, Regime regime) const {
    if (size >= kPageSizes || static_cast<std::size_t>(regime) >= kPageRegimes) return nullptr;
    return &rankings[ranking_of[place_index(size, regime)]];
}

std::span<const PageRow> Page::ranked(std::uint8_t size, Regime regime) const {
    const PageRanking* r = ranking(size, regime);
    if (r == nullptr) return {};
    const auto at = static_cast<std::size_t>(r - rankings.data());
    return std::span(rows).subspan(at * lps.size(), lps.size());
}

const PageTail* Page::tail(std::uint16_t lp, estimate::CapacityKey key) const {
    if (key.tif == estimate::TifClass::fok) key.tif = estimate::TifClass::ioc;
    const auto find = [&](std::uint16_t whose) -> const PageTail* {
        const auto wanted = std::tuple(whose, key.tif, key.limit);
        const auto it = std::lower_bound(
            tails.begin(), tails.end(), wanted,
            [](const PageTail& t, const auto& w) { return std::tuple(t.lp, t.tif, t.limit) < w; });
        return it != tails.end() && std::tuple(it->lp, it->tif, it->limit) == wanted ? &*it
                                                                                     : nullptr;
    };
    const PageTail* own = find(lp);
    return own != nullptr ? own : find(PageTail::kAnyLp);
}

std::uint64_t Page::sum() const {
    Sum s;
    for (const std::uint64_t x :
         {std::uint64_t{schema}, stamp.epoch, stamp.sequence,
          static_cast<std::uint64_t>(stamp.as_of.ns), config_version, priors_version, profile_hash})
        s.number(x);
    s.name(profile);
    s.name(symbol);
    s.number(lps.size());
    for (const std::string& lp : lps) s.name(lp);
    s.all(improvements);
    s.bytes(ranking_of.data(), ranking_of.size());
    s.all(rankings);
    s.all(rows);
    s.all(sizes);
    s.all(tails);
    return s.value();
}

const char* text(Acceptance a) {
    switch (a) {
        case Acceptance::accepted:
            return "accepted";
        case Acceptance::unknown_schema:
            return "its schema is not known here";
        case Acceptance::malformed:
            return "its parts do not fit each other";
        case Acceptance::bad_checksum:
            return "its checksum is wrong: it was damaged on the way";
        case Acceptance::not_finite:
            return "it holds a value that is not a number";
        case Acceptance::not_newer:
            return "it is not newer than the one before";
        case Acceptance::too_old:
            return "it is too old";
        case Acceptance::ahead_of_time:
            return "it is dated later than now: a clock is wrong";
        case Acceptance::no_room:
            return "there is no room for it";
    }
    return "";
}

Acceptance content_of(const Page& page) {
    if (page.schema != Page::kSchema) return Acceptance::unknown_schema;
    if (page.checksum != page.sum()) return Acceptance::bad_checksum;
    if (!fits(page)) return Acceptance::malformed;
    return finite(page) ? Acceptance::accepted : Acceptance::not_finite;
}

Acceptance freshness_of(const PageStamp& stamp, const std::optional<PageStamp>& last, Nanos now,
                        Duration max_age) {
    if (last && !stamp.newer_than(*last)) return Acceptance::not_newer;
    if (stamp.as_of < now - max_age) return Acceptance::too_old;
    if (stamp.as_of > now + kMaxAhead) return Acceptance::ahead_of_time;
    return Acceptance::accepted;
}

Acceptance acceptance_of(const Page& page, const std::optional<PageStamp>& last, Nanos now,
                         Duration max_age) {
    const Acceptance content = content_of(page);
    return content == Acceptance::accepted ? freshness_of(page.stamp, last, now, max_age) : content;
}

std::string to_bytes(const Page& page) {
    std::string out(kMagic, sizeof kMagic);
    Saver a(out);
    a(page);
    return out;
}

Result<Page> page_from_bytes(std::string_view bytes) {
    if (bytes.size() < sizeof kMagic ||
        bytes.substr(0, sizeof kMagic) != std::string_view(kMagic, sizeof kMagic))
        return fail("these bytes are not a page of the board (they do not begin with ASSAYB02)");
    Loader a(bytes.substr(sizeof kMagic));
    Page page;
    a(page);
    if (!a.ok() || !a.at_end())
        return fail("a page of the board that was cut, or has more bytes than it says");
    if (const Acceptance content = content_of(page); content != Acceptance::accepted)
        return fail(fmt::format("a page of the board was refused: {}", text(content)));
    return page;
}

}  // namespace assay::score
