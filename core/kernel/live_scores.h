// The scores of one shard while events arrive: pages for the board, brought up to date by what
// changed and nothing else.
//
//     std::vector<std::uint32_t> touched;
//     kernel.tell_touched(&touched);
//     LiveScores live(config, config.profile, epoch);
//     live.adopt(priors);                          // at the start of each session: fold_priors()
//     kernel.apply(event);
//     live.update(kernel, touched), touched.clear();
//     for (const std::uint32_t symbol : live.take_changed()) board.publish(live.page(kernel,
//     symbol));
//
// An order that ends costs its own cell O(KPIs), one sorting of the LPs in its place and the tails
// of its LP. Nothing is fitted: what was believed before today comes in as Priors, and stands for
// the session. The pages are those that a LiveScores made anew would give, byte for byte.
//
// Not thread safe; one for each shard and profile, in the thread of its kernel. Profiles of one
// kernel share its fast half-life. After Kernel::load, a new one is made.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/kernel/kernel.h"
#include "core/kernel/priors.h"
#include "core/kernel/standing.h"
#include "core/score/page.h"

namespace assay {

class LiveScores {
  public:
    // Today's evidence has the weight it has at the last whole minute, or at its last order if that
    // is later: a page is as good for the minute that follows.
    static constexpr Duration kFrame = kMinute;

    // `epoch`: higher than that of whoever wrote these pages before.
    LiveScores(const Config& config, const score::Profile& profile, std::uint64_t epoch);

    // From now on this was believed before today. It must outlive this, or the next one adopted.
    void adopt(const Priors& priors);
    // Events were applied, and touched these cells of the kernel.
    void update(const Kernel& kernel, std::span<const std::uint32_t> touched);
    // Pages not made since `t` count as changed: a page that is too old is not read any more, even
    // if nothing has happened to it.
    void renew_older_than(Nanos t);
    // Symbols, by the kernel's numbers, whose page has changed since it was asked for.
    std::vector<std::uint32_t> take_changed();
    // Child orders behind each LP of the page, decayed, in step with its `lps`: of all symbols
    // before this session, and of this symbol since; all sizes and conditions together.
    std::span<const double> orders_behind(std::uint32_t symbol) const;
    // What is believed of each LP in one place, in step with the page's `lps`; until the next
    // page() of the symbol.
    std::span<const Standing> standings(std::uint32_t symbol, std::uint8_t size,
                                        Regime regime) const;
    // A new version of a symbol's page, as of the kernel's time; sealed, ready to be published.
    // Holds until the next call for this symbol.
    const score::Page& page(const Kernel& kernel, std::uint32_t symbol);

  private:
    struct SymbolPage {
        score::Page page;
        std::vector<std::uint32_t> cells;  // of the symbol, in the kernel
        std::vector<std::uint32_t> dirty;  // of those
        bool anew{true};                   // all of it has to be worked out
        bool changed{};
        Nanos frame{kNever};
        std::vector<std::uint32_t> lp_ids;  // of the page's LPs, in the kernel; kNone: not there
        std::vector<Standing> standings;    // as the page's rows, but by name
        std::vector<double> n_eff;          // of each LP: before today, and in all
        std::vector<double> n_eff_before;
        std::vector<std::uint64_t> tails_at;  // LpNews that each LP's tails are of
    };
    void mark(std::uint32_t symbol);
    void mark_all();
    void build(const Kernel& kernel, std::uint32_t symbol);
    bool amend(const Kernel& kernel, std::uint32_t symbol);
    void lay_out(const Kernel& kernel, std::uint32_t symbol);
    void stand(const Kernel& kernel, SymbolPage& s, std::size_t ranking, std::size_t lp,
               const Cell* cell);
    bool count(SymbolPage& s, std::size_t lp) const;
    void order(SymbolPage& s, std::size_t ranking) const;
    estimate::BySize improvement_of(const Kernel& kernel, std::uint32_t id,
                                    const Priors::OfLp* prior, Nanos at) const;
    void refresh_tails(const Kernel& kernel, SymbolPage& s);
    std::uint64_t news_of(std::uint32_t lp_id) const {
        return lp_id < lp_news_.size() ? lp_news_[lp_id] : 0;
    }

    score::Profile profile_;
    FeeSchedule fees_;
    std::uint64_t config_version_{}, epoch_{};
    const Priors* priors_;
    std::vector<SymbolPage> pages_;       // by the kernel's symbol
    std::vector<std::uint32_t> changed_;  // symbols
    std::vector<std::uint64_t> lp_news_;  // by the kernel's LP: how often its capacity has changed
    std::uint32_t session_{};
    std::size_t cells_seen_{};
};

}  // namespace assay
