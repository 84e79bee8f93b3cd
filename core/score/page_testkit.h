// For tests of pages only: a page with as many LPs as wanted, all of whose numbers tell its
// sequence.
#pragma once

#include <fmt/format.h>
#include <string>

#include "core/score/page.h"

namespace assay::testkit {

inline score::Page page_of(std::string symbol, std::uint64_t sequence, std::size_t lps = 3,
                           std::size_t rankings = 2) {
    score::Page p;
    p.stamp = {1, sequence, Nanos{1'000'000'000 * static_cast<std::int64_t>(sequence)}};
    p.config_version = 7;
    p.priors_version = 1;
    p.profile_hash = 42;
    p.profile = "balanced";
    p.symbol = std::move(symbol);
    for (std::size_t i = 0; i < lps; ++i) p.lps.push_back(fmt::format("LP_{:02}", i));
    for (std::size_t i = 0; i < score::kPlaces; ++i)
        p.ranking_of[i] = static_cast<std::uint8_t>(i % rankings);
    const auto n = static_cast<double>(sequence);
    for (std::size_t r = 0; r < rankings; ++r) {
        p.rankings.push_back({0.5, static_cast<std::uint32_t>(lps), 0});
        for (std::size_t i = 0; i < lps; ++i) {
            score::PageRow row;
            row.lp = static_cast<std::uint16_t>((i + r) % lps);
            for (std::size_t v = 0; v < score::kPageValues; ++v)
                row.put(static_cast<score::PageValue>(v), n);
            p.rows.push_back(row);
        }
    }
    for (std::size_t i = 0; i < estimate::kCapacityPoints; ++i)
        p.sizes.push_back(0.01 * static_cast<double>(i + 1));
    for (std::size_t i = 0; i <= lps; ++i) {
        score::PageTail t;
        t.lp = i == lps ? score::PageTail::kAnyLp : static_cast<std::uint16_t>(i);
        t.limit = estimate::LimitClass::at;
        t.plain.fill(n);
        t.optimistic.fill(n);
        t.n.fill(n);
        p.tails.push_back(t);
    }
    p.checksum = p.sum();
    return p;
}

}  // namespace assay::testkit
