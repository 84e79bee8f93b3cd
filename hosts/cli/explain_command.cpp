// assay explain: every number behind one order or fill.
#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "core/units/decimal.h"
#include "hosts/cli/commands.h"
#include "hosts/cli/complain.h"
#include "hosts/cli/explain_output.h"
#include "hosts/cli/explain_teller.h"
#include "hosts/cli/raw_messages.h"
#include "hosts/cli/settings_command.h"

namespace assay::cli {
namespace {

// Which order a fill belongs to: found in a first reading.
class FillFinder final : public Witness {
  public:
    explicit FillFinder(std::string exec_id) : exec_id_(std::move(exec_id)) {}
    bool wants(const OrderRef&) const override { return false; }
    bool looks_at_everything() const override { return true; }
    void message(const Event& e, std::string_view) override {
        const auto* filled = std::get_if<Filled>(&e.what);
        if (filled == nullptr || filled->execution.exec_id != exec_id_) return;
        const std::string id(filled->ref.cl_ord_id.empty() ? filled->ref.order_id
                                                           : filled->ref.cl_ord_id);
        if (std::find(orders_.begin(), orders_.end(), id) == orders_.end()) orders_.push_back(id);
    }
    void quote(std::string_view, Nanos, const Bbo&) override {}
    void metric(std::string_view, std::string_view, std::string, double,
                std::string_view) override {}
    void changed(std::string_view, double, double, std::string_view) override {}
    const std::vector<std::string>& orders() const { return orders_; }

  private:
    std::string exec_id_;
    std::vector<std::string> orders_;
};

// OrdStatus of each ClOrdID that named the order. Of one that is over and was never replaced only
// its end is kept.
void add_statuses(Teller& teller, const Blotter& blotter, std::uint32_t chain) {
    auto& statuses = teller.explanation.statuses;
    for (const Blotter::LinkState& s : blotter.links(chain))
        statuses.push_back({s.cl_ord_id, s.status, to_text(s.cum_qty), to_text(s.leaves_qty)});
    if (!statuses.empty()) return;
    const Chain& c = blotter.chain(chain);
    statuses.push_back({teller.cl_ord_id, Blotter::end_status(c), to_text(c.cum), to_text(Qty{})});
}

// The size and the condition it was counted under, which only the kernel knows.
void add_cell(Teller& teller, const std::string& order, const Replay& done, SizeBy size_by) {
    if (teller.symbol.empty()) return;
    for (const Kernel* k : done.shards()) {
        const Blotter& blotter = k->blotter();
        const std::uint32_t chain = blotter.find(teller.session, {order, {}, order});
        if (chain == kNoIndex) continue;
        const CellKey& key = k->cells()[blotter.chain(chain).cell].key;
        if (k->symbols().name(key.symbol) != teller.symbol) continue;
        teller.explanation.cell += fmt::format(" / {} / {}", size_name(size_by, key.size),
                                               text(static_cast<Regime>(key.regime)));
        add_statuses(teller, blotter, chain);
        return;
    }
}

void add_raw(Teller& teller, const std::vector<std::string>& files) {
    const std::vector<std::string> raw = raw_messages(teller.places, files);
    for (std::size_t i = 0; i < teller.places.size(); ++i) {
        ExplainedMessage& m = teller.explanation.messages[i];
        if (teller.places[i].file >= files.size()) continue;
        m.file = files[teller.places[i].file];
        m.raw = raw[i];
        m.type = type_of(raw[i]);
    }
}

}  // namespace

int explain(const Arguments& args) {
    const Terminal out = terminal_of(STDOUT_FILENO);
    const std::string format = args.value("--format", "table");
    if (format != "table" && format != "json")
        return complain(fmt::format("--format: \"{}\" is none of table, json", format), kUsage);
    const bool of_parent = args.has("--parent"), of_order = args.has("--order"),
               of_fill = args.has("--exec");
    if (of_parent ? of_order || of_fill : !of_order && !of_fill)
        return complain(
            "explain what? Give --order ID, --exec ID, both (a fill of that order), or --parent "
            "ID.",
            kUsage);
    if (args.has("--parent")) return explain_parent(args);
    auto prepared = prepare(args);
    if (!prepared) return complain(prepared.error().text(), kUsage);
    if (args.positional.empty())
        return complain("explain from what? Give the FIX logs or the table of fills.", kUsage);
    for (const std::string& path : args.positional)
        if (path == "-")
            return complain("explain reads its inputs twice: give files, not standard input.",
                            kUsage);

    prepared->options.dead_letter_file.clear();  // kept by assay score
    std::string order = args.value("--order");
    std::vector<std::string> remarks;
    if (args.has("--exec")) {
        FillFinder finder(args.value("--exec"));
        ReplayOptions options = prepared->options;
        options.witness = &finder;
        Settings settings = prepared->settings;
        auto done = replay(settings, options, prepared->calendars);
        if (!done) return complain(done.error().text(), kNothingDone);
        if (finder.orders().empty())
            return complain(fmt::format("no fill with ExecID \"{}\" was found in the input",
                                        args.value("--exec")),
                            kNothingDone);
        const std::vector<std::string>& orders = finder.orders();
        if (of_order && std::find(orders.begin(), orders.end(), order) == orders.end())
            return complain(fmt::format("order {} has no fill with ExecID {}; it stands in {}",
                                        order, args.value("--exec"), fmt::join(orders, ", ")),
                            kNothingDone);
        if (!of_order) order = orders.front();
        if (!of_order && orders.size() > 1)
            remarks.push_back(fmt::format(
                "ExecID {} stands in {} orders (ExecIDs repeat); this is the first. For the others "
                "add --order {}",
                args.value("--exec"), orders.size(),
                fmt::join(orders.begin() + 1, orders.end(), ", or --order ")));
    }
    Teller teller(order);
    prepared->options.witness = &teller;
    prepared->options.threads = 1;
    auto done = replay(prepared->settings, prepared->options, prepared->calendars);
    if (!done) return complain(done.error().text(), kNothingDone);
    if (teller.explanation.messages.empty())
        return complain(
            fmt::format("no order with ClOrdID or OrderID \"{}\" was found in the input", order),
            kNothingDone);
    add_raw(teller, done->input_names);
    add_cell(teller, order, *done, prepared->settings.config.size_by);
    if (teller.explanation.title.empty())
        teller.explanation.title = fmt::format("order {}: its NewOrderSingle was not seen", order);
    teller.explanation.remarks = remarks;
    teller.explanation.config_version = fmt::format("{:016x}", prepared->settings.config.version);
    const std::string text =
        format == "json" ? explain_json(teller.explanation) : explain_text(teller.explanation, out);
    return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() ? kDone : kNothingDone;
}

}  // namespace assay::cli
