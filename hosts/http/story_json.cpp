#include <array>

#include "hosts/cli/csv_cell.h"
#include "hosts/cli/shortest.h"
#include "hosts/http/json_parts.h"
#include "hosts/http/views_json.h"

namespace assay::http {

using cli::JsonWriter;
using namespace parts;

namespace {

// As people read FIX: the separators as |, and what is not printable as \xNN, as a backslash
// itself.
std::string printable_fix(std::string_view bytes) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string out;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\x01') {
            out += '|';
        } else if (byte < 0x20 || byte > 0x7E || c == '\\') {
            out += "\\x";
            out += kHex[byte >> 4];
            out += kHex[byte & 15];
        } else {
            out += c;
        }
    }
    return out;
}

std::string base64_of(std::string_view bytes) {
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t three = 0;
        for (std::size_t k = 0; k < 3; ++k)
            three =
                three << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
        for (std::size_t k = 0; k < 4; ++k)
            out += i + k <= bytes.size() ? kDigits[three >> (18 - 6 * k) & 63] : '=';
    }
    return out;
}

// Calls each(name, value) for every column, in their order.
template <class Each>
void columns_of(const BestExecutionRow& r, Each each) {
    each("parent", r.parent);
    each("decision", r.decision);
    each("cl_ord_id", r.cl_ord_id);
    each("sent", r.sent);
    each("symbol", r.symbol);
    each("side", std::string(text(r.side)));
    each("lp", r.lp);
    each("kind", r.kind);
    each("qty", std::optional(r.qty));
    each("limit", std::optional(r.limit));
    each("bid", r.bid);
    each("ask", r.ask);
    each("filled_qty", r.filled_qty);
    each("avg_px", r.avg_px);
    each("price_improvement_bps", r.price_improvement_bps);
    each("effective_spread_bps", r.effective_spread_bps);
    each("latency_ms", r.latency_ms);
    each("result", r.result);
    each("policy", r.policy);
    each("profile", r.profile);
    each("step", r.step);
    each("reason", r.reason);
    each("page_version", r.page_version);
    each("priors_version", r.priors_version);
    each("config_version", r.config_version);
}

struct AsJson {
    JsonWriter& out;
    void operator()(const char* name, std::uint64_t x) const { id(out, name, x); }
    void operator()(const char* name, Nanos x) const { time(out, name, x); }
    void operator()(const char* name, const std::string& x) const { out.member(name, x); }
    void operator()(const char* name, const std::optional<double>& x) const { out.member(name, x); }
    template <class T>
    void operator()(const char* name, const std::optional<T>& x) const {
        exact(out, name, x);
    }
};

struct AsCsv {
    std::string& out;
    void cell(std::string text) const {
        if (!out.empty() && out.back() != '\n') out += ',';
        out += text;
    }
    void operator()(const char*, std::uint64_t x) const { cell(std::to_string(x)); }
    void operator()(const char*, Nanos x) const { cell(cli::iso_time(x)); }
    void operator()(const char*, const std::string& x) const { cell(cli::csv_cell(x)); }
    void operator()(const char*, const std::optional<double>& x) const {
        cell(x ? cli::shortest(*x) : std::string());
    }
    template <class T>
    void operator()(const char*, const std::optional<T>& x) const {
        cell(x ? to_text(*x) : std::string());
    }
};

}  // namespace

void write(JsonWriter& out, const TimelineView& v) {
    out.begin_object();
    out.key("parent");
    write(out, v.parent);
    array(out, "decisions", v.decisions, [&](const DecisionLine& d) {
        id(out, "id", d.id);
        out.member("round", d.round);
        time(out, "at", d.at);
        exact(out, "bid", d.bid);
        exact(out, "ask", d.ask);
        out.member("policy", d.policy);
        out.member("step", d.step);
        text_or_null(out, "held", d.held);
        number(out, "predicted_lots", d.predicted_lots);
        number(out, "filled_lots", d.filled_lots);
        text_or_null(out, "words", d.words);
    });
    out.key("children");
    out.begin_array();
    for (const ChildView& c : v.children) write(out, c);
    out.end_array();
    array(out, "executions", v.executions, [&](const TimelineView::Execution& e) {
        out.key("execution");
        write(out, e.execution);
        exact(out, "cum_qty", e.running.cum_qty);
        number(out, "vwap", e.running.vwap);
        number(out, "shortfall_bps", e.running.shortfall_bps);
    });
    out.member("complete", v.complete);
    out.end_object();
}

void write(JsonWriter& out, const MessagesView& v) {
    out.begin_object();
    out.member("cl_ord_id", v.cl_ord_id);
    array(out, "rows", v.rows, [&](const MessageView& m) {
        time(out, "at", m.at);
        out.member("session", m.session);
        out.member("direction", m.direction == fix::Direction::sent ? "sent" : "received");
        out.member("msg_type", m.msg_type);
        text_or_null(out, "exec_type", m.exec_type);
        text_or_null(out, "exec_id", m.exec_id);
        text_or_null(out, "entry", m.entry > 0 ? std::to_string(m.entry) : std::string());
        text_or_null(out, "fix", printable_fix(m.bytes));
        text_or_null(out, "base64", base64_of(m.bytes));
    });
    out.member("complete", v.complete);
    out.end_object();
}

void write(JsonWriter& out, const BestExecutionRow& v) {
    out.begin_object();
    columns_of(v, AsJson{out});
    out.end_object();
}

std::string best_execution_csv(const std::vector<BestExecutionRow>& rows) {
    std::string out;
    const auto head = [&](const char* name, const auto&) {
        if (!out.empty()) out += ',';
        out += name;
    };
    columns_of(BestExecutionRow{}, head);
    out += "\r\n";
    for (const BestExecutionRow& r : rows) {
        columns_of(r, AsCsv{out});
        out += "\r\n";
    }
    return out;
}

}  // namespace assay::http
