// What questions over sums of minutes have in common: which rows serve a time, and what comes of
// adding them up. Only files of this folder include it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "hosts/history/series.h"
#include "hosts/history/store.h"

namespace assay::history {

struct Segment {
    Level level;
    std::int64_t from, to;  // minutes
};

struct Kept {  // the first minute that is still there, by level
    std::int64_t from[3]{INT64_MIN, INT64_MIN, INT64_MIN};
};
Result<Kept> kept_of(Database& db);

constexpr std::int64_t period(Level level) {
    return kMinutesOf[static_cast<std::size_t>(level)];
}

// [from, to) from the coarsest rows that fit into it, and finer ones at its ends. Where those are
// gone, `widened`: the coarser row counts as a whole.
void cut(Level level, std::int64_t from, std::int64_t to, const Kept& kept,
         std::vector<Segment>& out, bool& widened);

// Minutes of a question, within what there is: [from, to).
Result<std::pair<std::int64_t, std::int64_t>> within_what_is_there(Database& db, Nanos from,
                                                                   Nanos to);

// `told_apart`: by size or condition, which what an LP quoted does not have.
bool passes(const SeriesFilter& filter, const Cell& cell, bool told_apart);
// Remarks on names of the filter that no cell has.
void say_unknown(const SeriesFilter& f, const Cells& cells, std::vector<std::string>& remarks);
std::string date_of(std::int64_t minute);

// What is summed up of one line: of the step at hand, and of all.
struct Sum {
    Measured measured;
    const Cell* first{};
    bool several_symbols{}, several_currencies{};
    std::vector<std::pair<std::int64_t, std::pair<Money, Money>>> days;

    void note(const Cell& cell);
    void add_day(std::int64_t day, Money gain, Money far);
};
kpi::Value value_of(const kpi::Entry& kpi, const Sum& s);

// One picture of the file for all that is read while it lives, whatever is written meanwhile.
class OnePicture {
  public:
    static Result<OnePicture> begin(Database& db);
    OnePicture(OnePicture&& o) noexcept : db_(std::exchange(o.db_, nullptr)) {}
    OnePicture& operator=(OnePicture&&) = delete;
    ~OnePicture() {
        if (db_ != nullptr) (void)db_->run("COMMIT");
    }

  private:
    explicit OnePicture(Database& db) : db_(&db) {}
    Database* db_;
};

}  // namespace assay::history
