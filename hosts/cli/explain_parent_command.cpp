// assay explain --parent: what the desk decided about a parent order, and why.
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <unistd.h>

#include "core/desk/child_wire.h"
#include "core/units/decimal.h"
#include "hosts/cli/commands.h"
#include "hosts/cli/complain.h"
#include "hosts/cli/explain_teller.h"
#include "hosts/cli/explained_parent.h"
#include "hosts/cli/iso_time.h"
#include "hosts/cli/raw_messages.h"
#include "hosts/cli/report_output.h"
#include "hosts/cli/settings_command.h"

namespace assay::cli {
namespace {

// The first argument that is a decisions.bin, or a folder with one; that file is then no log.
std::optional<std::string> take_decisions(std::vector<std::string>& inputs) {
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        std::error_code error;
        const std::filesystem::path path(inputs[i]);
        if (std::filesystem::is_directory(path, error)) {
            if (std::filesystem::exists(path / kDecisionsName, error)) return inputs[i];
        } else if (path.extension() == std::filesystem::path(kDecisionsName).extension()) {
            std::string file = inputs[i];
            inputs.erase(inputs.begin() + static_cast<std::ptrdiff_t>(i));
            return file;
        }
    }
    return std::nullopt;
}

// Notes the messages of the parent's children, and where they stand.
class Listener final : public Witness {
  public:
    explicit Listener(ExplainedParent& parent) : parent_(parent) {
        for (ExplainedDecision& d : parent.decisions)
            for (ExplainedChild& c : d.children)
                if (!c.cl_ord_id.empty()) children_[c.cl_ord_id] = &c;
    }

    bool wants(const OrderRef& ref) const override { return child_of(ref) != nullptr; }
    void message(const Event& e, std::string_view outcome) override {
        ExplainedChild* const c = child_of(ref_of(e.what));
        if (c == nullptr) return;
        if (const auto* sent = std::get_if<Sent>(&e.what)) check(e, *sent, *c);
        ExplainedMessage m;
        m.at = e.at;
        m.direction = from_us(e.what) ? Direction::out : Direction::in;
        m.offset = e.place.offset;
        m.in_words = in_words(e.what);
        if (outcome != "applied") m.in_words += fmt::format(" [{}]", outcome);
        c->messages.push_back(std::move(m));
        places_.push_back(e.place);
        whose_.emplace_back(c, c->messages.size() - 1);
    }
    void quote(std::string_view, Nanos, const Bbo&) override {}
    void metric(std::string_view, std::string_view, std::string, double,
                std::string_view) override {}
    void changed(std::string_view, double, double, std::string_view) override {}

    // Why the decisions cannot be of these logs; empty: they may be. ClOrdIDs repeat from day to
    // day.
    const std::string& other_day() const { return other_day_; }

    void add_raw(const std::vector<std::string>& files) {
        const std::vector<std::string> raw = raw_messages(places_, files);
        for (std::size_t i = 0; i < raw.size(); ++i) {
            ExplainedMessage& m = whose_[i].first->messages[whose_[i].second];
            if (places_[i].file < files.size()) m.file = files[places_[i].file];
            m.raw = raw[i];
            m.type = type_of(raw[i]);
        }
    }

  private:
    void check(const Event& e, const Sent& sent, const ExplainedChild& c) {
        const bool same_order = !parent_.order || (parent_.order->symbol == e.symbol &&
                                                   parent_.order->side == sent.side);
        if (!other_day_.empty() || (sent.order_qty == c.qty && e.lp == c.lp && same_order)) return;
        other_day_ =
            fmt::format("{} is {} shares for {} there, and {} {} {} for {} at {} in the log",
                        c.cl_ord_id, to_text(c.qty), c.lp, text(sent.side), to_text(sent.order_qty),
                        e.symbol, e.lp, iso_time(e.at));
    }
    static OrderRef ref_of(const Happening& what) {
        return std::visit(
            [](const auto& m) {
                if constexpr (requires { m.ref; })
                    return OrderRef(m.ref);
                else
                    return OrderRef{};
            },
            what);
    }
    // A request about a child has an id of its own, and names the child's.
    ExplainedChild* child_of(const OrderRef& ref) const {
        for (const std::string_view id : {ref.cl_ord_id, ref.orig_cl_ord_id}) {
            const auto child = desk::child_named(id);
            if (!child) continue;
            const auto it = children_.find(desk::cl_ord_id_of(*child));
            if (it != children_.end()) return it->second;
        }
        return nullptr;
    }

    const ExplainedParent& parent_;
    std::string other_day_;
    std::map<std::string, ExplainedChild*> children_;  // by ClOrdID
    std::vector<Place> places_;
    std::vector<std::pair<ExplainedChild*, std::size_t>> whose_;
};

}  // namespace

int explain_parent(const Arguments& args) {
    const std::string format = args.value("--format", "table");
    std::vector<std::string> inputs = args.positional;
    if (inputs.empty())
        return complain("explain from what? Give the folder with the decisions.bin and the logs.",
                        kUsage);
    const auto decisions = take_decisions(inputs);
    if (!decisions)
        return complain(
            fmt::format("no decisions.bin is in {}: logs alone do not say why an order went where "
                        "it did. `assay demo acme --out DIR` and `assay simulate --trade POLICY "
                        "--out DIR` write one.",
                        fmt::join(inputs, ", ")),
            kNothingDone);
    const auto file = read_decisions(*decisions);
    if (!file) return complain(file.error().text(), kNothingDone);
    const auto id = parent_named(*file, args.value("--parent"));
    if (!id) return complain(fmt::format("{}: {}", *decisions, id.error().text()), kNothingDone);
    ExplainedParent parent = explained(*id, file->parents.at(*id));
    if (file->bytes_cut_off > 0)
        parent.remarks.push_back(
            fmt::format("the file of decisions ends inside a record: its last {} bytes are left "
                        "out, and what they said is missing",
                        file->bytes_cut_off));

    Listener listener(parent);
    Arguments logs = args;
    logs.positional = inputs;
    if (inputs.empty()) {
        parent.remarks.push_back("no FIX logs were given: the messages are left out");
    } else {
        auto prepared = prepare(logs);
        if (!prepared) return complain(prepared.error().text(), kUsage);
        prepared->options.dead_letter_file.clear();  // kept by assay score
        prepared->options.witness = &listener;
        prepared->options.threads = 1;
        auto done = replay(prepared->settings, prepared->options, prepared->calendars);
        if (!listener.other_day().empty())
            return complain(fmt::format("{}: its decisions are of another day than the logs: {}. "
                                        "Name the logs that were written with it",
                                        *decisions, listener.other_day()),
                            kNothingDone);
        if (done)
            listener.add_raw(done->input_names);
        else
            parent.remarks.push_back(
                fmt::format("the messages are left out: {}", done.error().text()));
    }
    const std::string text =
        format == "json" ? parent_json(parent) : parent_text(parent, terminal_of(STDOUT_FILENO));
    return write_out(text) ? kDone : kNothingDone;
}

}  // namespace assay::cli
