#include "hosts/cli/history_source.h"

#include <algorithm>
#include <fmt/format.h>

#include "hosts/cli/iso_time.h"
#include "hosts/history/decision_rows.h"

namespace assay {
namespace {

using history::ExecutionRow;
using history::History;

class HistorySource : public Source {
  public:
    HistorySource(const std::string& path, std::unique_ptr<History> history)
        : Source(path), history_(std::move(history)) {
        query_.limit = 5'000;
    }
    std::uint64_t raw_bytes_read() const override { return pulled(); }
    std::optional<std::uint64_t> size_hint() const override { return std::nullopt; }

  private:
    Result<std::size_t> pull(std::span<char> into) override {
        while (at_ == text_.size()) {
            if (ended_) return 0;
            if (auto more = next_page(); !more) return std::unexpected(more.error());
        }
        const std::size_t n = std::min(into.size(), text_.size() - at_);
        std::copy_n(text_.begin() + static_cast<std::ptrdiff_t>(at_), n, into.begin());
        at_ += n;
        return n;
    }
    Result<void> next_page() {
        const auto page = history_->executions(query_);
        if (!page) return std::unexpected(page.error());
        text_.clear();
        at_ = 0;
        for (const ExecutionRow& r : page->rows) {
            if (r.bytes.empty())
                return fail(
                    fmt::format("{}: the bytes of message {} are in the desk's journal alone: "
                                "back-test the journal's folder",
                                name(), r.seq));
            text_ += fmt::format("{} : {}\n", cli::iso_time(r.capture_ns), r.bytes);
        }
        query_.cursor = page->next;
        ended_ = page->next.empty();
        return {};
    }

    std::unique_ptr<History> history_;
    history::ExecutionQuery query_;
    std::string text_;
    std::size_t at_{};
    bool ended_{};
};

route::ParentState state_named(std::string_view text) {
    using enum route::ParentState;
    for (const route::ParentState s :
         {received, working, stopping, filled, canceled, expired, rejected})
        if (text == route::text(s)) return s;
    return received;
}

}  // namespace

Result<std::unique_ptr<Source>> history_source(const std::string& path) {
    auto history = History::look_into(path);
    if (!history) return std::unexpected(history.error());
    return std::make_unique<HistorySource>(path, std::move(*history));
}

Result<DecisionsFile> decisions_in(History& history) {
    DecisionsFile out;
    std::string cursor;
    do {
        const auto page = history.parents(1'000, cursor);
        if (!page) return std::unexpected(page.error());
        for (const history::ParentRow& row : page->rows) {
            ParentStory& story = out.parents[row.id];
            auto order = history::parent_order_of(row);
            if (!order) return std::unexpected(order.error());
            story.order = std::move(*order);
            if (row.ended)
                story.end = ParentEnd{.parent = row.id,
                                      .at = *row.ended,
                                      .state = state_named(row.state),
                                      .filled = row.cum,
                                      .forced = {},
                                      .cost_bps = row.shortfall_bps,
                                      .vwap_slippage_bps = row.vwap_slippage_bps};
            ++out.records;
        }
        cursor = page->next;
    } while (!cursor.empty());
    do {
        const auto page = history.decisions(std::nullopt, 1'000, cursor);
        if (!page) return std::unexpected(page.error());
        for (const history::DecisionRow& row : page->rows) {
            auto decision = history::decision_of(row);
            if (!decision) return std::unexpected(decision.error());
            out.parents[row.parent].decisions.push_back(std::move(*decision));
            ++out.records;
        }
        cursor = page->next;
    } while (!cursor.empty());
    return out;
}

}  // namespace assay
