// assay explain: every number behind one order or fill.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fmt/format.h>
#include <unistd.h>

#include "core/fix/decode.h"
#include "core/fix/secrets.h"
#include "core/units/decimal.h"
#include "hosts/cli/commands.h"
#include "hosts/cli/explain_output.h"
#include "hosts/cli/iso_time.h"
#include "hosts/cli/settings_command.h"
#include "hosts/cli/source.h"

namespace assay::cli {
namespace {

int complain(const std::string& text, int code) {
    fmt::print(stderr, "assay: {}\n", text);
    return code;
}

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

std::string in_words(const Happening& what) {
    struct Words {
        std::string operator()(const Sent& m) const {
            const char* tif = m.tif == Tif::ioc   ? ", IOC"
                              : m.tif == Tif::fok ? ", FOK"
                              : m.tif == Tif::gtc ? ", GTC"
                                                  : ", day";
            return fmt::format("{} {}{}{}", text(m.side), to_text(m.order_qty),
                               m.price ? " at " + to_text(*m.price) : " at market", tif);
        }
        std::string operator()(const Filled& m) const {
            return fmt::format("filled {} at {}, ExecID {}", to_text(m.execution.last_qty),
                               to_text(m.execution.last_px), m.execution.exec_id);
        }
        std::string operator()(const Corrected& m) const {
            return fmt::format("corrected {} to {} at {}", m.exec_ref_id,
                               to_text(m.execution.last_qty), to_text(m.execution.last_px));
        }
        std::string operator()(const Busted& m) const {
            return fmt::format("busted {}", m.exec_ref_id);
        }
        std::string operator()(const Acked&) const { return "acknowledged"; }
        std::string operator()(const AckedByGateway&) const {
            return "acknowledged by the gateway";
        }
        std::string operator()(const Canceled&) const { return "canceled"; }
        std::string operator()(const Expired&) const { return "expired"; }
        std::string operator()(const DoneForDay&) const { return "done for the day"; }
        std::string operator()(const Rejected& m) const {
            return fmt::format("rejected ({}{}{})", text(m.reject_class),
                               m.text.empty() ? "" : ": ", m.text);
        }
        std::string operator()(const CancelRequested&) const { return "cancel asked for"; }
        std::string operator()(const ReplaceRequested& m) const {
            return fmt::format("replace asked for: {}{}", to_text(m.order_qty),
                               m.price ? " at " + to_text(*m.price) : "");
        }
        std::string operator()(const Replaced&) const { return "replaced"; }
        std::string operator()(const PendingCancel&) const { return "cancel pending"; }
        std::string operator()(const PendingReplace&) const { return "replace pending"; }
        std::string operator()(const CancelRejected&) const { return "cancel or replace refused"; }
        std::string operator()(const Restated&) const { return "restated"; }
        std::string operator()(const MessageRejected& m) const {
            return fmt::format("message rejected {}", m.text);
        }
        std::string operator()(const Repudiated&) const { return "we do not know this trade"; }
        std::string operator()(const StatusReported&) const { return "status"; }
        std::string operator()(const std::monostate&) const { return ""; }
        std::string operator()(const Quote&) const { return "quote"; }
        std::string operator()(const SessionOpened&) const { return "session opened"; }
        std::string operator()(const SessionClosed&) const { return "session closed"; }
        std::string operator()(const Halted&) const { return "halted"; }
        std::string operator()(const Resumed&) const { return "resumed"; }
        std::string operator()(const Tick&) const { return ""; }
    };
    return std::visit(Words{}, what);
}

bool from_us(const Happening& what) {
    return std::holds_alternative<Sent>(what) || std::holds_alternative<CancelRequested>(what) ||
           std::holds_alternative<ReplaceRequested>(what) ||
           std::holds_alternative<Repudiated>(what);
}

const char* state_name(const Bbo& q) {
    return assay::text(q.state);
}

// Writes down what the kernel tells of one order.
class Teller final : public Witness {
  public:
    explicit Teller(std::string id) : id_(std::move(id)) {}
    bool wants(const OrderRef& ref) const override {
        return ref.cl_ord_id == id_ || ref.orig_cl_ord_id == id_ || ref.order_id == id_;
    }
    void message(const Event& e, std::string_view outcome) override {
        ExplainedMessage m;
        m.at = e.at;
        m.direction = from_us(e.what) ? Direction::out : Direction::in;
        m.offset = e.place.offset;
        m.in_words = in_words(e.what);
        if (outcome != "applied") m.in_words += fmt::format(" [{}]", outcome);
        if (first_) {
            if (const auto* sent = std::get_if<Sent>(&e.what)) {
                explanation.title =
                    fmt::format("order {}: {} of {} to {}", id_, in_words(*sent), e.symbol, e.lp);
                first_ = false;
            }
        }
        places.push_back(e.place);
        explanation.messages.push_back(std::move(m));
    }
    void quote(std::string_view role, Nanos at, const Bbo& q) override {
        ExplainedQuote x;
        x.used_for = role;
        x.at = q.at;
        if (known(q.at) && at >= q.at) x.age = at - q.at;
        const auto side = [](Price p, Qty size) {
            return size.micro > 0 ? fmt::format("{} x {}", to_text(p), to_text(size)) : to_text(p);
        };
        x.bid = side(q.bid, q.bid_size);
        x.ask = side(q.ask, q.ask_size);
        x.state = state_name(q);
        explanation.quotes.push_back(std::move(x));
    }
    void metric(std::string_view name, std::string_view formula, std::string inputs, double result,
                std::string_view unit) override {
        ExplainedMetric m;
        m.name = name;
        m.formula = formula;
        if (unit.empty() && inputs.starts_with("absent")) {
            m.absent = std::move(inputs);
        } else {
            m.filled_in = std::move(inputs);
            m.result = result;
        }
        m.unit = unit;
        explanation.metrics.push_back(std::move(m));
    }
    void changed(std::string_view estimate, double before, double after,
                 std::string_view unit) override {
        explanation.changes.push_back({std::string(estimate), before, after, std::string(unit)});
    }

    Explanation explanation;
    std::vector<Place> places;

  private:
    std::string id_;
    bool first_{true};
};

// The bytes of the messages, read again from where they stand.
void add_raw(Teller& teller, const std::vector<std::string>& files) {
    for (std::size_t i = 0; i < teller.places.size(); ++i) {
        ExplainedMessage& m = teller.explanation.messages[i];
        const Place& place = teller.places[i];
        if (place.file >= files.size()) continue;
        m.file = files[place.file];
        if (place.length == 0) continue;
        auto source = open_source(m.file == "standard input" ? "-" : m.file);
        if (!source) continue;
        std::string bytes(place.length, '\0');
        std::vector<char> skipped(std::size_t{1} << 20);
        std::uint64_t left = place.offset;
        bool ok = true;
        while (left > 0 && ok) {
            const auto got =
                (*source)->read({skipped.data(), std::min<std::uint64_t>(skipped.size(), left)});
            ok = got && *got > 0;
            if (ok) left -= *got;
        }
        std::size_t have = 0;
        while (ok && have < bytes.size()) {
            const auto got = (*source)->read({bytes.data() + have, bytes.size() - have});
            ok = got && *got > 0;
            if (ok) have += *got;
        }
        if (!ok) continue;
        const char delimiter = bytes.find('\x01') != std::string::npos ? '\x01' : '|';
        m.raw = fix::mask_secrets(bytes, delimiter);
        std::replace(m.raw.begin(), m.raw.end(), '\x01', '|');
        const auto type = m.raw.find("|35=");
        if (type != std::string::npos)
            m.type = m.raw.substr(type + 4, m.raw.find('|', type + 1) - type - 4);
    }
}

}  // namespace

int explain(const Arguments& args) {
    const Terminal out = terminal_of(STDOUT_FILENO);
    const std::string format = args.value("--format", "table");
    if (format != "table" && format != "json")
        return complain(fmt::format("--format: \"{}\" is none of table, json", format), kUsage);
    if (args.has("--order") == args.has("--exec"))
        return complain("explain what? Give either --order ID or --exec ID.", kUsage);
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
        order = finder.orders().front();
        if (finder.orders().size() > 1)
            remarks.push_back(fmt::format(
                "ExecID {} stands in {} orders (ExecIDs repeat); this is the first, the others: {}",
                args.value("--exec"), finder.orders().size(),
                fmt::join(finder.orders().begin() + 1, finder.orders().end(), ", ")));
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
    if (teller.explanation.title.empty())
        teller.explanation.title = fmt::format("order {}: its NewOrderSingle was not seen", order);
    teller.explanation.remarks = remarks;
    teller.explanation.config_version = fmt::format("{:016x}", prepared->settings.config.version);
    const std::string text =
        format == "json" ? explain_json(teller.explanation) : explain_text(teller.explanation, out);
    return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() ? kDone : kNothingDone;
}

}  // namespace assay::cli
