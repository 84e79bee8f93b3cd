// A day's routing decisions on disk: what the router was asked, decided, heard and was worth, in
// the order in which it happened. The layout is in docs/wire.md. Written next to the FIX logs of
// the same day, as `decisions.bin`; replaying and explaining read it.
#pragma once

#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/route/router.h"
#include "core/units/result.h"

namespace assay {

inline constexpr std::string_view kDecisionsName = "decisions.bin";

// A parent that is over. `cost_bps`: its shortfall against the mid on arrival, of what was filled
// and what was forced at the end; > 0: a cost. Absent where nothing was done or no mid was there.
// `vwap_slippage_bps`: of what LPs filled, against what the market traded meanwhile (docs/spec.md
// 2.12); absent where no trade of it was seen between the first and the last fill.
struct ParentEnd {
    std::uint64_t parent{};
    Nanos at{kNever};
    route::ParentState state{};
    Qty filled, forced;  // by LPs; from the market, when the rounds were over
    std::optional<double> cost_bps;
    std::optional<double> vwap_slippage_bps{};
    template <class Archive>
    void archive(Archive& a) {
        a(parent, at, state, filled, forced, cost_bps, vwap_slippage_bps);
    }
};

// Everything that is written goes down in full, or close() says what went wrong.
class DecisionsWriter {
  public:
    // Errors: the file cannot be made.
    static Result<DecisionsWriter> create(const std::string& path);

    void parent(const route::ParentOrder& order);
    // All that one call of the router led to, in order: decisions, outcomes, reports, alerts.
    void routed(const route::Outputs& out);
    void ended(const ParentEnd& end);
    std::uint64_t bytes() const { return bytes_; }
    Result<void> close();

  private:
    struct Close {
        void operator()(std::FILE* f) const { std::fclose(f); }
    };
    DecisionsWriter(std::string path, std::FILE* file);
    void frame(char kind, const std::string& body);
    void put(std::string_view bytes);

    std::string path_;
    std::unique_ptr<std::FILE, Close> file_;
    std::uint64_t bytes_{};
    int error_{};
};

// What a file holds of one parent. Decisions in the order they were made, each with the outcome
// that followed; those that sent nothing too.
struct ParentStory {
    std::optional<route::ParentOrder> order;
    std::vector<route::Decision> decisions;
    std::vector<route::ParentReport> reports;
    std::vector<route::Alert> alerts;
    std::optional<ParentEnd> end;
};

struct DecisionsFile {
    std::map<std::uint64_t, ParentStory> parents;  // by id
    std::vector<route::Alert> alerts;              // of no parent
    std::uint64_t records{};
    // The last record was being written when the file ended: left out, and worth a word.
    std::uint64_t bytes_cut_off{};
};
// `path`: the file, or a folder that holds a decisions.bin.
// Errors: it is not there, is none, is of another version, or is damaged (with the offset).
Result<DecisionsFile> read_decisions(const std::string& path);

}  // namespace assay
