#include "hosts/history/measured_bytes.h"

#include <array>
#include <cstring>
#include <vector>

namespace assay::history {
namespace {

using Wide = unsigned __int128;

void put(std::string& out, Wide v) {
    while (v >= 0x80) {
        out.push_back(static_cast<char>(static_cast<unsigned char>(v) | 0x80));
        v >>= 7;
    }
    out.push_back(static_cast<char>(v));
}

template <class Number>
bool get(std::string_view& in, Number& v) {
    v = 0;
    for (unsigned shift = 0; shift < sizeof(Number) * 8; shift += 7) {
        if (in.empty()) return false;
        const auto byte = static_cast<unsigned char>(in.front());
        in.remove_prefix(1);
        v |= static_cast<Number>(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) return true;
    }
    return false;
}

// As get(), for numbers that mostly are short.
inline bool get_folded(std::string_view& in, Money& v) {
    std::uint64_t low = 0;
    std::size_t i = 0;
    const std::size_t most = in.size() < 9 ? in.size() : 9;
    for (; i < most; ++i) {
        const auto byte = static_cast<unsigned char>(in[i]);
        low |= std::uint64_t{byte & 0x7fu} << (7 * i);
        if ((byte & 0x80) == 0) {
            in.remove_prefix(i + 1);
            v = static_cast<std::int64_t>(low >> 1) ^ -static_cast<std::int64_t>(low & 1);
            return true;
        }
    }
    Wide wide = 0;
    if (!get(in, wide)) return false;
    v = static_cast<Money>(wide >> 1) ^ -static_cast<Money>(wide & 1);
    return true;
}

Wide folded(Money v) {
    return (static_cast<Wide>(v) << 1) ^ static_cast<Wide>(v < 0 ? Money{-1} : Money{0});
}

// Where the numbers of a kpi::Sums stand within it, and whether they have 128 bits.
struct Field {
    std::uint16_t offset;
    bool wide;
};
const std::vector<Field>& fields() {
    static const std::vector<Field> kFields = [] {
        std::vector<Field> out;
        kpi::Sums sums;
        const char* const begin = reinterpret_cast<const char*>(&sums);
        kpi::Sums::pairwise(sums, sums, [&](auto& mine, auto&) {
            const char* const at = reinterpret_cast<const char*>(&mine);
            out.push_back({static_cast<std::uint16_t>(at - begin), sizeof mine == sizeof(Money)});
        });
        return out;
    }();
    return kFields;
}

template <class M, class F>
void each_sketch(M& m, F f) {
    std::uint64_t which = 0;
    for (auto& s : m.latency) f(which++, s);
    f(which++, m.hold_accept);
    f(which++, m.hold_reject);
}

template <class T>
T take(std::string_view& in) {
    T v;
    std::memcpy(&v, in.data(), sizeof v);
    in.remove_prefix(sizeof v);
    return v;
}

}  // namespace

Measured& Measured::operator+=(const Measured& other) {
    sums += other.sums;
    for (std::size_t i = 0; i < latency.size(); ++i) latency[i].merge(other.latency[i]);
    hold_accept.merge(other.hold_accept);
    hold_reject.merge(other.hold_reject);
    fees_known = fees_known || other.fees_known;
    return *this;
}

std::size_t count_of_sums() {
    return fields().size();
}

void save(const kpi::Sums& sums, std::string& out) {
    std::uint64_t skipped = 0;
    kpi::Sums::pairwise(sums, sums, [&](const auto& v, const auto&) {
        if (v == 0) {
            ++skipped;
            return;
        }
        put(out, skipped);
        put(out, folded(v));
        skipped = 0;
    });
}

bool add(std::string_view in, kpi::Sums& into) {
    const std::vector<Field>& all = fields();
    char* const base = reinterpret_cast<char*>(&into);
    std::size_t at = 0;
    while (!in.empty()) {
        at += static_cast<unsigned char>(in.front());  // fewer than 128 can be skipped at once
        if (static_cast<unsigned char>(in.front()) >= 0x80) {
            at -= static_cast<unsigned char>(in.front());
            std::uint64_t skipped = 0;
            if (!get(in, skipped)) return false;
            at += skipped;
        } else {
            in.remove_prefix(1);
        }
        Money v = 0;
        if (at >= all.size() || !get_folded(in, v)) return false;
        const Field f = all[at++];
        if (f.wide) {
            Money sum;
            std::memcpy(&sum, base + f.offset, sizeof sum);
            sum += v;
            std::memcpy(base + f.offset, &sum, sizeof sum);
        } else {
            std::int64_t sum;
            std::memcpy(&sum, base + f.offset, sizeof sum);
            sum += static_cast<std::int64_t>(v);
            std::memcpy(base + f.offset, &sum, sizeof sum);
        }
    }
    return true;
}

// A sketch's own bytes have 10 a bucket. Here weights are counts, and most are 1.
void save_sketches(const Measured& m, std::string& out) {
    std::string bytes;
    each_sketch(m, [&](std::uint64_t which, const estimate::Sketch& s) {
        if (s.empty()) return;
        bytes.clear();
        s.save(bytes);
        std::string_view in = bytes;
        const auto n = take<std::uint32_t>(in);
        put(out, which);
        put(out, n);
        std::uint16_t before = 0;
        for (std::uint32_t i = 0; i < n; ++i) {
            const auto slot = take<std::uint16_t>(in);
            const auto weight = take<double>(in);
            put(out, static_cast<std::uint16_t>(slot - before));
            put(out, static_cast<std::uint64_t>(weight + 0.5));
            before = slot;
        }
    });
}

bool add_sketches(std::string_view in, Measured& into) {
    std::array<estimate::Sketch*, kpi::kLatencies + 2> sketches{};
    each_sketch(into, [&](std::uint64_t which, estimate::Sketch& s) { sketches[which] = &s; });
    std::string bytes;
    while (!in.empty()) {
        std::uint64_t which = 0, n = 0;
        if (!get(in, which) || which >= sketches.size() || !get(in, n) || n > in.size())
            return false;
        bytes.clear();
        const auto append = [&](const auto& v) {
            bytes.append(reinterpret_cast<const char*>(&v), sizeof v);
        };
        append(static_cast<std::uint32_t>(n));
        std::uint16_t slot = 0;
        for (std::uint64_t i = 0; i < n; ++i) {
            std::uint64_t gap = 0, weight = 0;
            if (!get(in, gap) || !get(in, weight)) return false;
            slot = static_cast<std::uint16_t>(slot + gap);
            append(slot);
            append(static_cast<double>(weight));
        }
        std::string_view saved = bytes;
        const auto sketch = estimate::Sketch::load(saved);
        if (!sketch) return false;
        sketches[which]->merge(*sketch);
    }
    return true;
}

}  // namespace assay::history
