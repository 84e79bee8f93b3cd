#include "core/kernel/live_scores.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/kernel/tails.h"

namespace assay {
namespace {

static_assert(score::kPageSizes == kSizes);
const Priors kNothingKnown;
constexpr std::size_t kMostDirty = 1'024;  // beyond: the page is worked out anew
constexpr std::uint8_t kNoPlace = 255;     // a place where no order went

std::uint8_t place_of(const CellKey& key) {
    return static_cast<std::uint8_t>(score::place_index(key.size, static_cast<Regime>(key.regime)));
}

Nanos frame_at(Nanos now) {
    if (now.ns < INT64_MIN + LiveScores::kFrame.ns) return now;  // a kernel that was told nothing
    return {floor_div(now.ns, LiveScores::kFrame.ns) * LiveScores::kFrame.ns};
}

}  // namespace

LiveScores::LiveScores(const Config& config, const score::Profile& profile, std::uint64_t epoch)
    : profile_(profile),
      fees_(config.fees),
      config_version_(config.version),
      epoch_(epoch),
      priors_(&kNothingKnown) {}

void LiveScores::adopt(const Priors& priors) {
    priors_ = &priors;
    mark_all();
}

void LiveScores::mark(std::uint32_t symbol) {
    if (std::exchange(pages_[symbol].changed, true)) return;
    changed_.push_back(symbol);
}

void LiveScores::mark_all() {
    for (std::uint32_t symbol = 0; symbol < pages_.size(); ++symbol) {
        pages_[symbol].anew = true;
        mark(symbol);
    }
}

void LiveScores::update(const Kernel& kernel, std::span<const std::uint32_t> touched) {
    while (pages_.size() < kernel.symbols().size()) {
        pages_.emplace_back();
        mark(static_cast<std::uint32_t>(pages_.size() - 1));
    }
    // What was today's is yesterday's: it left every window.
    if (std::exchange(session_, kernel.session()) != kernel.session()) mark_all();
    for (; cells_seen_ < kernel.cells().size(); ++cells_seen_) {
        const CellKey& key = kernel.cells()[cells_seen_].key;
        pages_[key.symbol].cells.push_back(static_cast<std::uint32_t>(cells_seen_));
        pages_[key.symbol].anew = true;
        mark(key.symbol);
    }
    for (const std::uint32_t cell : touched) {
        const CellKey& key = kernel.cells()[cell].key;
        if (lp_news_.size() <= key.lp) lp_news_.resize(key.lp + 1);
        ++lp_news_[key.lp];
        SymbolPage& s = pages_[key.symbol];
        if (s.dirty.empty() || s.dirty.back() != cell) s.dirty.push_back(cell);
        if (s.dirty.size() > kMostDirty) {
            s.dirty.clear();
            s.anew = true;
        }
        mark(key.symbol);
    }
}

void LiveScores::renew_older_than(Nanos t) {
    for (std::uint32_t symbol = 0; symbol < pages_.size(); ++symbol)
        if (pages_[symbol].page.stamp.as_of < t) mark(symbol);
}

std::vector<std::uint32_t> LiveScores::take_changed() {
    for (const std::uint32_t symbol : changed_) pages_[symbol].changed = false;
    return std::exchange(changed_, {});
}

std::span<const double> LiveScores::orders_behind(std::uint32_t symbol) const {
    return pages_[symbol].n_eff;
}

std::span<const Standing> LiveScores::standings(std::uint32_t symbol, std::uint8_t size,
                                                Regime regime) const {
    const SymbolPage& s = pages_[symbol];
    if (s.page.ranking(size, regime) == nullptr) return {};
    const std::size_t lps = s.page.lps.size();
    return std::span(s.standings)
        .subspan(s.page.ranking_of[score::place_index(size, regime)] * lps, lps);
}

const score::Page& LiveScores::page(const Kernel& kernel, std::uint32_t symbol) {
    SymbolPage& s = pages_[symbol];
    if (const Nanos frame = frame_at(kernel.now()); std::exchange(s.frame, frame) != frame)
        s.anew = true;
    if (s.anew || !amend(kernel, symbol)) build(kernel, symbol);
    s.dirty.clear();
    s.anew = false;
    refresh_tails(kernel, s);
    s.page.stamp = {epoch_, s.page.stamp.sequence + 1, kernel.now()};
    s.page.checksum = s.page.sum();
    return s.page;
}

// Who and what the page is of; nothing of how good they are.
void LiveScores::lay_out(const Kernel& kernel, std::uint32_t symbol) {
    SymbolPage& s = pages_[symbol];
    score::Page& p = s.page;
    p.symbol = kernel.symbols().name(symbol);
    p.profile = profile_.name;
    p.profile_hash = profile_.hash();
    p.config_version = config_version_;
    p.priors_version = priors_->version;
    p.sizes = kernel.foresight().grid().upper;

    std::set<std::string_view> names;
    std::set<std::uint8_t> places;
    for (const auto& [lp, prior] : priors_->lps) {
        names.insert(lp);
        if (const auto here = prior.symbols.find(p.symbol); here != prior.symbols.end())
            for (const auto& [place, belief] : here->second.places) places.insert(place);
    }
    for (const std::uint32_t cell : s.cells) {
        names.insert(kernel.lps().name(kernel.cells()[cell].key.lp));
        places.insert(place_of(kernel.cells()[cell].key));
    }
    p.lps.assign(names.begin(), names.end());
    s.lp_ids.clear();
    s.n_eff_before.clear();
    for (const std::string& lp : p.lps) {
        s.lp_ids.push_back(kernel.lps().find(lp));
        const auto prior = priors_->lps.find(lp);
        s.n_eff_before.push_back(prior == priors_->lps.end() ? 0 : prior->second.n_eff);
    }
    // The first ranking is that of all places where no order went.
    p.ranking_of.fill(0);
    std::uint8_t next = 1;
    for (const std::uint8_t place : places)
        if (place < score::kPlaces) p.ranking_of[place] = next++;
    p.rankings.assign(next, {});
    p.rows.assign(next * p.lps.size(), {});
    s.standings.assign(p.rows.size(), {});
    s.n_eff = s.n_eff_before;
    p.tails.clear();
    p.improvements.assign(p.lps.size(), {});
    s.tails_at.assign(p.lps.size(), UINT64_MAX);
}

void LiveScores::build(const Kernel& kernel, std::uint32_t symbol) {
    lay_out(kernel, symbol);
    SymbolPage& s = pages_[symbol];
    const std::size_t lps = s.page.lps.size();
    std::vector<const Cell*> cells(s.standings.size());
    for (const std::uint32_t i : s.cells) {
        const Cell& cell = kernel.cells()[i];
        const auto lp = static_cast<std::size_t>(
            std::find(s.lp_ids.begin(), s.lp_ids.end(), cell.key.lp) - s.lp_ids.begin());
        cells[s.page.ranking_of[place_of(cell.key)] * lps + lp] = &cell;
    }
    for (std::size_t r = 0; r < s.page.rankings.size(); ++r)
        for (std::size_t lp = 0; lp < lps; ++lp) stand(kernel, s, r, lp, cells[r * lps + lp]);
    for (std::size_t lp = 0; lp < lps; ++lp) count(s, lp);
    for (std::size_t r = 0; r < s.page.rankings.size(); ++r) order(s, r);
}

// Only what the dirty cells change. False: the page has to be built.
bool LiveScores::amend(const Kernel& kernel, std::uint32_t symbol) {
    SymbolPage& s = pages_[symbol];
    std::vector<bool> moved(s.page.rankings.size());
    for (const std::uint32_t i : s.dirty) {
        const Cell& cell = kernel.cells()[i];
        const auto at = std::find(s.lp_ids.begin(), s.lp_ids.end(), cell.key.lp);
        const std::size_t ranking = s.page.ranking_of[place_of(cell.key)];
        if (at == s.lp_ids.end() || ranking == 0) return false;
        const auto lp = static_cast<std::size_t>(at - s.lp_ids.begin());
        stand(kernel, s, ranking, lp, &cell);
        moved[ranking] = true;
        // How well it is known counts in every place.
        if (count(s, lp)) moved.assign(moved.size(), true);
    }
    for (std::size_t r = 0; r < moved.size(); ++r)
        if (moved[r]) order(s, r);
    return true;
}

void LiveScores::stand(const Kernel& kernel, SymbolPage& s, std::size_t ranking, std::size_t lp,
                       const Cell* cell) {
    const std::string& name = s.page.lps[lp];
    const auto place = static_cast<std::uint8_t>(
        ranking == 0 ? kNoPlace
                     : std::find(s.page.ranking_of.begin(), s.page.ranking_of.end(), ranking) -
                           s.page.ranking_of.begin());
    const auto mid = priors_->mid.find(s.page.symbol);
    const auto prior = priors_->lps.find(name);
    const StandingFacts facts{kernel, profile_, profile_.fast_kappa.value_or(priors_->kappa),
                              s.frame};
    s.standings[ranking * s.page.lps.size() + lp] = standing_of(
        facts, priors_->of(name, s.page.symbol, place), cell,
        taker_fee_bps(fees_, name,
                      mid == priors_->mid.end() ? std::optional<std::int64_t>{} : mid->second),
        prior == priors_->lps.end() ? std::nullopt : prior->second.leakage_per_lot);
}

// Adds up how well an LP is known. True where that changes how it is ranked.
bool LiveScores::count(SymbolPage& s, std::size_t lp) const {
    double n = s.n_eff_before[lp];
    for (std::size_t r = 0; r < s.page.rankings.size(); ++r)
        n += s.standings[r * s.page.lps.size() + lp].today;
    const double was = std::exchange(s.n_eff[lp], n);
    return (was < kWellKnown) != (n < kWellKnown);
}

void LiveScores::order(SymbolPage& s, std::size_t ranking) const {
    const std::size_t lps = s.page.lps.size();
    s.page.rankings[ranking] = rank(profile_, std::span(s.standings).subspan(ranking * lps, lps),
                                    s.n_eff, std::span(s.page.rows).subspan(ranking * lps, lps));
}

// What is believed of all sessions, brought up to date by what was seen lately.
estimate::BySize LiveScores::improvement_of(const Kernel& kernel, std::uint32_t id,
                                            const Priors::OfLp* prior, Nanos at) const {
    estimate::BySize slow;
    slow.fill(priors_->improvement);
    if (prior != nullptr) slow = prior->improvement;
    if (id >= kernel.foresight().lps().size()) return slow;
    estimate::Improvement lately = kernel.foresight().lps()[id].lately;
    lately.weigh(std::max(at, lately.t0), kernel.fast_half_life());
    return estimate::improvement_over(slow, lately);
}

void LiveScores::refresh_tails(const Kernel& kernel, SymbolPage& s) {
    const Foresight& f = kernel.foresight();
    std::vector<score::PageTail>& tails = s.page.tails;
    const double weight = f.weight_at(kernel.session_clock(s.frame));
    for (std::size_t lp = 0; lp < s.page.lps.size(); ++lp) {
        // An LP of the priors that this shard meets by another symbol.
        if (s.lp_ids[lp] == NameTable::kNone) s.lp_ids[lp] = kernel.lps().find(s.page.lps[lp]);
        const std::uint32_t id = s.lp_ids[lp];
        if (s.tails_at[lp] == news_of(id)) continue;
        s.tails_at[lp] = news_of(id);
        const auto index = static_cast<std::uint16_t>(lp);
        const auto prior = priors_->lps.find(s.page.lps[lp]);
        s.page.improvements[lp] = {improvement_of(
            kernel, id, prior == priors_->lps.end() ? nullptr : &prior->second, s.frame)};
        const std::vector<score::PageTail> fresh = tails_of(
            id < f.lps().size() ? &f.lps()[id] : nullptr, weight,
            prior == priors_->lps.end() ? nullptr : &prior->second, *priors_, f.grid(), index);
        const auto begin =
            std::find_if(tails.begin(), tails.end(), [&](const auto& t) { return t.lp >= index; });
        const auto end =
            std::find_if(begin, tails.end(), [&](const auto& t) { return t.lp != index; });
        if (end - begin == static_cast<std::ptrdiff_t>(fresh.size())) {
            std::copy(fresh.begin(), fresh.end(), begin);
        } else {
            tails.insert(tails.erase(begin, end), fresh.begin(), fresh.end());
        }
    }
    if (!tails.empty() && tails.back().lp == score::PageTail::kAnyLp) return;
    const std::vector<score::PageTail> anyone = tails_of_anyone(*priors_, f.grid());
    tails.insert(tails.end(), anyone.begin(), anyone.end());
}

}  // namespace assay
