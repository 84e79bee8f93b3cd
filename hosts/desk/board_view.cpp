#include "hosts/desk/board_view.h"

namespace assay::desk {

namespace {

constexpr std::string_view kValueNames[score::kPageValues] = {"composite",
                                                              "lcb",
                                                              "fill_rate",
                                                              "latency_ms",
                                                              "price_improvement_bps",
                                                              "leakage_bps_per_lot",
                                                              "fee_bps",
                                                              "composite_sd",
                                                              "n_eff",
                                                              "reject_rate",
                                                              "reject_cost_bps",
                                                              "leakage_bps_15s",
                                                              "composite_slow",
                                                              "latency_rt_ms_p99",
                                                              "all_in_cost_bps"};

const char* gate_text(score::Gate gate) {
    return gate == score::Gate::open ? "open" : score::text(gate);
}

}  // namespace

std::optional<Regime> regime_named(std::string_view name) {
    for (const Regime r : {Regime::calm, Regime::normal, Regime::stressed})
        if (name == text(r)) return r;
    return std::nullopt;
}

std::uint8_t usual_size(const score::Page& page, Regime regime) {
    std::uint8_t usual = score::kPageSizes - 1;
    double most = -1;  // a place where orders went counts before anything is known of them
    for (std::uint8_t size = 0; size < score::kPageSizes; ++size) {
        // The first ranking is that of places where no order went.
        if (page.ranking_of[score::place_index(size, regime)] == 0) continue;
        double orders = 0;
        for (const score::PageRow& row : page.ranked(size, regime))
            orders += row.value(score::PageValue::n_eff).value_or(0);
        if (orders <= most) continue;
        usual = size;
        most = orders;
    }
    return usual;
}

http::Known known_if(std::optional<double> value, std::string_view why) {
    return value ? http::Known{value, {}} : http::Known{std::nullopt, std::string(why)};
}

http::RankingView ranking_view(const score::Page& page, std::uint8_t size, Regime regime,
                               SizeBy size_by, const score::Profile& profile, Nanos now,
                               std::span<const double> orders_behind) {
    http::RankingView v;
    v.profile = page.profile;
    v.symbol = page.symbol;
    v.rank_by = profile.rank_by == score::RankBy::lcb ? "lcb" : "composite";
    v.size = size;
    v.size_name = size_name(size_by, size);
    v.regime = text(regime);
    v.epoch = page.stamp.epoch;
    v.sequence = page.stamp.sequence;
    v.as_of = page.stamp.as_of;
    v.age = now > page.stamp.as_of ? now - page.stamp.as_of : Duration{};
    v.config_version = page.config_version;
    v.priors_version = page.priors_version;
    const score::PageRanking* ranking = page.ranking(size, regime);
    v.p_leader =
        known_if(ranking != nullptr && ranking->eligible > 1 ? std::optional(ranking->p_leader)
                                                             : std::nullopt,
                 "fewer than two LPs are eligible");
    std::uint32_t rank = 0;
    for (const score::PageRow& row : page.ranked(size, regime)) {
        http::RankingRow r;
        r.lp = page.lps[row.lp];
        r.gate = gate_text(row.gate);
        if (row.gate == score::Gate::open) r.rank = ++rank;
        r.insufficient = row.evidence() != estimate::Evidence::enough;
        const auto value = [&](score::PageValue which) {
            return known_if(row.value(which), "there is not enough to say");
        };
        r.composite = value(score::PageValue::composite);
        r.lcb = value(score::PageValue::lcb);
        r.sd = value(score::PageValue::composite_sd);
        const auto orders = [](std::optional<double> n, const char* none) {
            return known_if(n && *n > 0 ? n : std::nullopt, none);
        };
        r.n_eff = orders(row.value(score::PageValue::n_eff),
                         "none of its orders is known to have been of this size and condition");
        r.n_eff_lp = orders(
            row.lp < orders_behind.size() ? std::optional(orders_behind[row.lp]) : std::nullopt,
            "none of its orders is known");
        for (std::size_t i = 0; i < score::kPageValues; ++i) {
            const auto which = static_cast<score::PageValue>(i);
            if (which == score::PageValue::composite || which == score::PageValue::lcb ||
                which == score::PageValue::composite_sd || which == score::PageValue::n_eff)
                continue;
            r.values.emplace_back(kValueNames[i], value(which));
        }
        v.rows.push_back(std::move(r));
    }
    return v;
}

}  // namespace assay::desk
