#include "hosts/history/decision_rows.h"

#include <fmt/format.h>

#include "core/route/decision_words.h"
#include "core/units/archive.h"

namespace assay::history {
namespace {

template <class T>
std::string saved(const T& value) {
    std::string bytes;
    Saver saver(bytes);
    saver(value);
    return bytes;
}

template <class T>
Result<void> load(std::string_view bytes, T& value, const std::string& what) {
    Loader loader(bytes);
    loader(value);
    if (!loader.ok() || !loader.at_end())
        return fail(
            fmt::format("{} cannot be read: it is damaged, or another version of Assay "
                        "wrote it",
                        what));
    return {};
}

}  // namespace

DecisionRow decision_row(const route::Decision& d) {
    return {.id = d.inputs.id,
            .at = d.inputs.at,
            .parent = d.inputs.parent,
            .bytes = d.bytes(),
            .outcome = d.outcome ? saved(*d.outcome) : std::string(),
            .words = route::decision_words(d)};
}

OutcomeRow outcome_row(const route::DecisionOutcome& outcome) {
    return {outcome.decision, saved(outcome)};
}

ParentRow parent_row(const route::ParentOrder& order, Nanos at) {
    ParentRow row;
    row.id = order.id;
    row.at = at;
    row.symbol = order.symbol;
    row.state = route::text(route::ParentState::received);
    row.side = order.side;
    row.qty = order.qty;
    row.bytes = saved(order);
    return row;
}

Result<route::Decision> decision_of(const DecisionRow& row) {
    auto d = route::Decision::from_bytes(row.bytes);
    if (!d) return std::unexpected(std::move(d.error()).in(fmt::format("decision {}", row.id)));
    if (row.outcome.empty()) return d;
    route::DecisionOutcome outcome;
    if (auto read = load(row.outcome, outcome, fmt::format("the outcome of decision {}", row.id));
        !read)
        return std::unexpected(read.error());
    d->outcome = std::move(outcome);
    return d;
}

Result<route::ParentOrder> parent_order_of(const ParentRow& row) {
    route::ParentOrder order;
    if (auto read = load(row.bytes, order, fmt::format("parent {}", row.id)); !read)
        return std::unexpected(read.error());
    return order;
}

}  // namespace assay::history
