#include "core/estimate/sketch.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace assay::estimate {
namespace {

using Wide = unsigned __int128;

constexpr int kFirst = 346, kLast = 1241;  // buckets of 1 us and of 60 s
constexpr std::size_t kBuckets = kLast - kFirst + 1;
constexpr std::uint16_t kUnder = 0, kOver = kBuckets + 1;
constexpr std::size_t kSlots = kBuckets + 2;
constexpr std::size_t kSparse = 256;
constexpr std::size_t kFirstRoom = 16;
constexpr std::size_t kSparseSum = 64;  // what is put together from several grows on
constexpr int kSubBits = 6;             // a power of two is cut in 64 to find the bucket

struct Table {
    std::array<std::int64_t, kSlots> last{};  // the largest x in ns of each slot
    std::array<double, kSlots> value{};       // what it stands for
    std::array<std::uint16_t, 36u << kSubBits> start{};
};

// g = 101/99 exactly, so g^i is followed in 128-bit fixed point (80 bits of fraction, error below
// 1e-11): the borders are the same on every machine and need no logarithm.
constexpr Table make_table() {
    Table t{};
    Wide power = Wide{1} << 80;
    for (int i = 1; i <= kLast; ++i) {
        power = power * 101 / 99;
        if (i < kFirst) continue;
        const auto slot = static_cast<std::size_t>(i - kFirst + 1);
        t.last[slot] = static_cast<std::int64_t>(power >> 80);
        const auto high = static_cast<double>(static_cast<std::uint64_t>(power >> 60));
        t.value[slot] = 0.99 * (high / 1048576.0);  // 2/(g+1) = 0.99
    }
    t.last[kUnder] = Sketch::kLeast.ns - 1;
    t.value[kUnder] = static_cast<double>(Sketch::kLeast.ns);
    t.last[kOver] = INT64_MAX;
    t.value[kOver] = static_cast<double>(Sketch::kMost.ns);
    std::uint16_t slot = kUnder;
    for (std::size_t c = std::size_t{9} << kSubBits; c < t.start.size(); ++c) {
        const std::size_t e = c >> kSubBits;
        const std::int64_t least =
            (std::int64_t{1} << e) | (static_cast<std::int64_t>(c & 63u) << (e - kSubBits));
        while (least > t.last[slot]) ++slot;
        t.start[c] = slot;
    }
    return t;
}
constexpr Table kTable = make_table();

std::uint16_t slot_of(Duration x) {
    if (x < Sketch::kLeast) return kUnder;
    if (x > Sketch::kMost) return kOver;
    const auto v = static_cast<std::uint64_t>(x.ns);
    const auto e = static_cast<unsigned>(std::bit_width(v)) - 1;
    const std::size_t cell = (std::size_t{e} << kSubBits) | ((v >> (e - kSubBits)) & 63u);
    std::uint16_t slot = kTable.start[cell];
    while (x.ns > kTable.last[slot]) ++slot;
    return slot;
}

template <class T>
void put(std::string& out, T v) {
    for (std::size_t i = 0; i < sizeof(T); ++i) {
        out.push_back(static_cast<char>((v >> (8 * i)) & 0xff));
    }
}

template <class T>
bool take(std::string_view& in, T& v) {
    if (in.size() < sizeof(T)) return false;
    v = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
        v = static_cast<T>(v | static_cast<T>(T{static_cast<unsigned char>(in[i])} << (8 * i)));
    }
    in.remove_prefix(sizeof(T));
    return true;
}

bool usable(double w) {
    return w > 0 && std::isfinite(w);
}

}  // namespace

template <class F>
void Sketch::each(F f) const {
    for (const Bucket& b : sparse_) {
        if (b.weight > 0) f(b.slot, b.weight);
    }
    for (std::size_t s = 0; s < dense_.size(); ++s) {
        if (dense_[s] > 0) f(static_cast<std::uint16_t>(s), dense_[s]);
    }
}

double& Sketch::weight_of(std::uint16_t slot) {
    if (!dense_.empty()) return dense_[slot];
    const auto at = std::lower_bound(sparse_.begin(), sparse_.end(), slot,
                                     [](const Bucket& b, std::uint16_t s) { return b.slot < s; });
    if (at != sparse_.end() && at->slot == slot) return at->weight;
    if (sparse_.size() < kSparse) {
        const auto place = at - sparse_.begin();
        if (sparse_.capacity() == 0) sparse_.reserve(kFirstRoom);
        return sparse_.insert(sparse_.begin() + place, {0, slot})->weight;
    }
    spread_out();
    return dense_[slot];
}

void Sketch::spread_out() {
    dense_.assign(kSlots, 0);
    for (const Bucket& b : sparse_) dense_[b.slot] = b.weight;
    sparse_ = {};
}

void Sketch::add(Duration x, double w) {
    if (usable(w)) weight_of(slot_of(x)) += w;
}

void Sketch::remove(Duration x, double w) {
    if (!usable(w)) return;
    double& weight = weight_of(slot_of(x));
    weight -= w;
    if (!(weight > 1e-12 * w)) weight = 0;  // rounding is no evidence
}

void Sketch::merge(const Sketch& other, double factor) {
    if (&other == this) return scale(1 + factor);
    if (dense_.empty() && sparse_.size() + other.sparse_.size() > kSparseSum) spread_out();
    if (dense_.empty())
        other.each([&](std::uint16_t slot, double w) { weight_of(slot) += w * factor; });
    else
        other.each([&](std::uint16_t slot, double w) { dense_[slot] += w * factor; });
}

void Sketch::scale(double factor) {
    for (Bucket& b : sparse_) b.weight *= factor;
    for (double& w : dense_) w *= factor;
}

double Sketch::count() const {
    double sum = 0;
    each([&](std::uint16_t, double w) { sum += w; });
    return sum;
}

std::vector<std::pair<double, double>> Sketch::buckets() const {
    std::vector<std::pair<double, double>> out;
    each([&](std::uint16_t slot, double w) { out.emplace_back(kTable.value[slot], w); });
    return out;
}

std::optional<double> Sketch::median() const {
    const double n = count();
    if (!(n > 0)) return std::nullopt;
    const double lower = *quantile(0.5), whole = std::round(n);
    if (std::fmod(whole, 2) != 0) return lower;
    return 0.5 * (lower + *quantile((0.5 * whole + 0.5) / whole));
}

std::optional<double> Sketch::quantile(double q) const {
    const double total = count();
    if (!(total > 0)) return std::nullopt;
    // A hair less than q W, so that 0.07 * 100 = 7.000000000000001 still means rank 7.
    const double rank = std::clamp(q, 0.0, 1.0) * total * (1 - 1e-12);
    double below = 0;
    std::uint16_t found = kUnder;
    bool done = false;
    each([&](std::uint16_t slot, double w) {
        if (done) return;
        below += w;
        found = slot;
        done = below >= rank;
    });
    return kTable.value[found];
}

void Sketch::save(std::string& out) const {
    std::uint32_t n = 0;
    each([&](std::uint16_t, double) { ++n; });
    put(out, n);
    each([&](std::uint16_t slot, double w) {
        put(out, slot);
        put(out, std::bit_cast<std::uint64_t>(w));
    });
}

std::optional<Sketch> Sketch::load(std::string_view& in) {
    std::uint32_t n = 0;
    std::string_view rest = in;
    if (!take(rest, n) || n > kSlots) return std::nullopt;
    Sketch s;
    int before = -1;
    for (std::uint32_t i = 0; i < n; ++i) {
        std::uint16_t slot = 0;
        std::uint64_t bits = 0;
        if (!take(rest, slot) || !take(rest, bits)) return std::nullopt;
        const auto w = std::bit_cast<double>(bits);
        if (slot <= before || slot >= kSlots || !usable(w)) return std::nullopt;
        before = slot;
        s.weight_of(slot) = w;
    }
    in = rest;
    return s;
}

bool Sketch::operator==(const Sketch& other) const {
    std::vector<Bucket> mine, theirs;
    each([&](std::uint16_t slot, double w) { mine.push_back({w, slot}); });
    other.each([&](std::uint16_t slot, double w) { theirs.push_back({w, slot}); });
    return mine == theirs;
}

int Sketch::bucket(Duration x) {
    return slot_of(x) + kFirst - 1;
}

double Sketch::value_of(int bucket) {
    return kTable.value[static_cast<std::size_t>(std::clamp(bucket, kFirst, kLast) - kFirst + 1)];
}

Interval quantile_levels(double q, double n_eff) {
    if (!(n_eff > 0)) return {0, 1};
    const double half = 1.645 * std::sqrt(q * (1 - q) / n_eff);
    return {std::max(0.0, q - half), std::min(1.0, q + half)};
}

}  // namespace assay::estimate
