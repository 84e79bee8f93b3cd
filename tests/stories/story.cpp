#include "tests/stories/story.h"

#include <cmath>
#include <fmt/format.h>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <sstream>

#include "core/units/decimal.h"
#include "tests/gateway.h"
#include "tests/path.h"

namespace assay::stories {
namespace {

using testkit::Gateway;
using testkit::Path;

// What is wrong with a line of a story, or with what came of it.
struct Wrong {
    std::string text;
};

Qty qty_of(const std::string& s) {
    const Decimal d = parse_qty(s);
    if (!d) throw Wrong{fmt::format("\"{}\" is no quantity", s)};
    return {d.scaled};
}
Price price_of(const std::string& s) {
    const Decimal d = parse_price(s);
    if (!d) throw Wrong{fmt::format("\"{}\" is no price", s)};
    return {d.scaled};
}

// The words of a line, one after the other.
class Words {
  public:
    explicit Words(const std::string& line) {
        std::istringstream in(line);
        for (std::string w; in >> w;) words_.push_back(w);
    }
    std::string next(const char* what) {
        if (at_ == words_.size())
            throw Wrong{fmt::format("the line ends where {} should stand", what)};
        return words_[at_++];
    }
    void want(const std::string& word) {
        const std::string w = next(word.c_str());
        if (w != word) throw Wrong{fmt::format("\"{}\" stands where \"{}\" should", w, word)};
    }
    bool maybe(const std::string& word) {
        if (at_ == words_.size() || words_[at_] != word) return false;
        ++at_;
        return true;
    }
    bool more() const { return at_ != words_.size(); }
    std::string rest() {
        std::string r;
        for (; at_ != words_.size(); ++at_) r += (r.empty() ? "" : " ") + words_[at_];
        return r;
    }

  private:
    std::vector<std::string> words_;
    std::size_t at_{};
};

// The LP's own view of an order, from which its reports take CumQty, LeavesQty and OrdStatus.
struct Order {
    std::string root, lp, symbol, side, current, asked, asked_by;
    Qty qty, asked_qty;
    std::string price, tif, order_id;
    std::map<std::string, Qty> fills;
    std::set<std::string> busted;
    bool closed{};
    Qty cum() const {
        Qty sum;
        for (const auto& [id, q] : fills)
            if (!busted.contains(id)) sum += q;
        return sum;
    }
};

class Player {
  public:
    Player(const std::string& version, Config config)
        : gateway_("FIX." + version), path_(std::move(config)) {}

    void play(const std::string& text) {
        Words w(text);
        std::string first = w.next("a word");
        if (first == "day") return set_day(w.next("a date"));
        if (first == "expect") return expect(w);
        if (first == "again") return again();
        if (first == "end") return path_.end();
        set_time(first);
        const std::string verb = w.next("what happened");
        static const std::map<std::string, void (Player::*)(Words&)> kVerbs = {
            {"market", &Player::market},
            {"send", &Player::send},
            {"cancel", &Player::cancel},
            {"replace", &Player::replace},
            {"refuse-fill", &Player::refuse_fill},
            {"fill", &Player::fill},
            {"bust", &Player::bust},
            {"correct", &Player::correct},
            {"reject", &Player::reject},
            {"session-reject", &Player::session_reject},
            {"business-reject", &Player::business_reject},
            {"canceled", &Player::canceled},
            {"refused", &Player::refused},
            {"replaced", &Player::replaced},
            {"restate", &Player::restate},
            {"wait", &Player::wait},
        };
        static const std::map<std::string, const char*> kPlain = {
            {"ack", "0"},    {"gateway-ack", "A"},    {"done", "3"},           {"expire", "C"},
            {"status", "I"}, {"cancel-pending", "6"}, {"replace-pending", "E"}};
        if (const auto plain = kPlain.find(verb); plain != kPlain.end())
            return plain_report(w, plain->second);
        const auto it = kVerbs.find(verb);
        if (it == kVerbs.end()) throw Wrong{fmt::format("there is no word \"{}\"", verb)};
        (this->*it->second)(w);
        if (w.more()) throw Wrong{fmt::format("\"{}\" is one word too many", w.rest())};
    }

  private:
    void set_day(const std::string& date) {
        int y = 0, m = 0, d = 0;
        if (std::sscanf(date.c_str(), "%d-%d-%d", &y, &m, &d) != 3)
            throw Wrong{"a date is 2026-11-20"};
        day_ = testkit::day_number(y, m, d);
    }
    void set_time(const std::string& text) {
        int h = 0, m = 0;
        double s = 0;
        if (std::sscanf(text.c_str(), "%d:%d:%lf", &h, &m, &s) != 3)
            throw Wrong{fmt::format("\"{}\" is no time such as 10:00:00.015", text)};
        const Nanos at{day_ * kDay.ns + h * kHour.ns + m * kMinute.ns + std::llround(s * 1e9)};
        if (at < at_) throw Wrong{"time runs backwards"};
        at_ = at;
    }
    void put(const std::string& from, const std::string& to, const char* type,
             const std::string& body) {
        last_ = {from, to, type, body, gateway_.seq(from, to) + 1, at_};
        path_.feed(gateway_.line(at_, from, to, type, body));
    }
    // The last message once more: same number, PossDup, and when it was first sent.
    void again() {
        Gateway resend(gateway_.is_42() ? "FIX.4.2" : "FIX.4.4");
        std::string line;
        for (std::uint64_t n = 0; n < last_.seq; ++n)
            line =
                resend.line(at_, last_.from, last_.to, last_.type,
                            fmt::format("43=Y|122={}|{}", testkit::fix_time(last_.at), last_.body));
        path_.feed(line);
    }
    Order& order(const std::string& id) {
        const auto it = root_of_.find(id);
        if (it == root_of_.end()) throw Wrong{fmt::format("no order {} was sent", id)};
        return orders_.at(it->second);
    }
    // Reports of orders that were never sent: LP_A knows them as 1000 XYZ.
    Order& order_or_stranger(const std::string& id) {
        if (!root_of_.contains(id)) {
            root_of_[id] = id;
            orders_[id] = {id, "LP_A", "XYZ", "1",       id, {}, {}, qty_of("1000"),
                           {}, "0",    "0",   "O-" + id, {}, {}, {}};
        }
        return order(id);
    }
    void report(Order& o, const std::string& exec_id, const char* trans,
                const std::string& exec_type, const std::string& status, const std::string& more,
                const std::string& cl_ord_id = {}, const std::string& orig = {}) {
        const Qty cum = o.cum(), leaves = o.closed || cum > o.qty ? Qty{} : o.qty - cum;
        std::string body =
            fmt::format("37={}|11={}|", o.order_id, cl_ord_id.empty() ? o.current : cl_ord_id);
        if (!orig.empty()) body += fmt::format("41={}|", orig);
        body += fmt::format("17={}|", exec_id.empty() ? fmt::format("X{}", ++reports_) : exec_id);
        if (gateway_.is_42()) body += fmt::format("20={}|", trans);
        body += fmt::format("150={}|39={}|55={}|54={}|38={}|14={}|151={}|6=0|60={}|{}", exec_type,
                            status, o.symbol, o.side, to_text(o.qty), to_text(cum), to_text(leaves),
                            testkit::fix_time(at_), more);
        put(o.lp, "US", "8", body);
    }
    std::string status_of(const Order& o) const {
        return o.cum() >= o.qty ? "2" : o.closed ? "4" : o.cum().micro > 0 ? "1" : "0";
    }

    void market(Words& w) {
        const std::string symbol = w.next("a symbol"), bid = w.next("a bid");
        w.want("x");
        const std::string bid_size = w.next("a size");
        w.want("/");
        const std::string ask = w.next("an offer");
        w.want("x");
        path_.feed(gateway_.market(at_, symbol, price_of(bid), price_of(ask), qty_of(bid_size),
                                   qty_of(w.next("a size"))));
    }
    void wait(Words&) { path_.feed(gateway_.line(at_, "MARKET", "US", "0", "")); }
    void send(Words& w) {
        Order o;
        o.root = o.current = w.next("a ClOrdID");
        o.lp = w.next("an LP");
        const std::string side = w.next("a side");
        static const std::map<std::string, std::string> kSides = {
            {"buy", "1"}, {"sell", "2"}, {"short", "5"}, {"cross", "8"}};
        if (!kSides.contains(side)) throw Wrong{fmt::format("\"{}\" is no side", side)};
        o.side = kSides.at(side);
        o.qty = qty_of(w.next("a quantity"));
        o.symbol = w.next("a symbol");
        w.want("at");
        o.price = to_text(price_of(w.next("a price")));
        const std::string tif = w.next("a time in force");
        static const std::map<std::string, std::string> kTifs = {
            {"DAY", "0"}, {"GTC", "1"}, {"IOC", "3"}, {"FOK", "4"}};
        if (!kTifs.contains(tif)) throw Wrong{fmt::format("\"{}\" is no time in force", tif)};
        o.tif = kTifs.at(tif);
        const bool resent = w.maybe("resent");
        std::string body =
            fmt::format("11={}|55={}|54={}|38={}|40=2|44={}|59={}|60={}|", o.root, o.symbol, o.side,
                        to_text(o.qty), o.price, o.tif, testkit::fix_time(at_));
        if (resent) body = "97=Y|" + body;
        put("US", o.lp, "D", body);
        o.order_id = fmt::format("O-{}-{}", o.root, ++order_ids_);
        if (resent && root_of_.contains(o.root)) return;
        sent_seq_[o.root] = last_.seq;
        root_of_[o.root] = o.root;
        orders_[o.root] = o;
    }
    void cancel(Words& w) {
        Order& o = order(w.next("a ClOrdID"));
        w.want("as");
        o.asked_by = w.next("the new ClOrdID");
        root_of_[o.asked_by] = o.root;
        put("US", o.lp, "F",
            fmt::format("11={}|41={}|37={}|55={}|54={}|38={}|60={}|", o.asked_by, o.current,
                        o.order_id, o.symbol, o.side, to_text(o.qty), testkit::fix_time(at_)));
        sent_seq_[o.asked_by] = last_.seq;
    }
    void replace(Words& w) {
        Order& o = order(w.next("a ClOrdID"));
        w.want("by");
        o.asked = w.next("the new ClOrdID");
        o.asked_qty = qty_of(w.next("a quantity"));
        w.want("at");
        const std::string px = to_text(price_of(w.next("a price")));
        root_of_[o.asked] = o.root;
        put("US", o.lp, "G",
            fmt::format("11={}|41={}|37={}|55={}|54={}|38={}|40=2|44={}|59={}|60={}|", o.asked,
                        o.current, o.order_id, o.symbol, o.side, to_text(o.asked_qty), px, o.tif,
                        testkit::fix_time(at_)));
    }
    void refuse_fill(Words& w) {
        Order& o = order(w.next("a ClOrdID"));
        put("US", o.lp, "Q",
            fmt::format("37={}|17={}|127=D|55={}|54={}|38={}|", o.order_id, w.next("an ExecID"),
                        o.symbol, o.side, to_text(o.qty)));
    }
    void plain_report(Words& w, const std::string& code) {
        const std::string id = w.next("a ClOrdID");
        Order& o = order_or_stranger(id);
        if (code == "3" || code == "C") o.closed = true;
        const std::string status = code == "I" ? status_of(o) : code;
        const char* trans = code == "I" ? "3" : "0";
        const std::string type = code == "I" && gateway_.is_42() ? status : code;
        const bool pending = code == "6" || code == "E";
        report(o, {}, trans, type, status, {}, pending ? id : std::string{},
               pending ? o.current : std::string{});
    }
    void fill(Words& w) {
        const std::string id = w.next("a ClOrdID");
        Order& o = order_or_stranger(id);
        const std::string qty = w.next("a quantity");
        w.want("at");
        const std::string px = w.next("a price");
        w.want("as");
        const std::string exec = w.next("an ExecID");
        std::string more = fmt::format("32={}|31={}|", qty, px);
        if (w.maybe("of")) {
            std::string date = w.next("a date");
            std::erase(date, '-');
            more += fmt::format("75={}|", date);
        }
        if (!qty.starts_with('-')) o.fills.try_emplace(exec, qty_of(qty));
        const std::string status = o.cum() >= o.qty ? "2" : "1";
        report(o, exec, "0", gateway_.is_42() ? status : "F", status, more,
               id == o.root ? o.current : id);
    }
    void bust(Words& w) {
        const std::string id = w.next("a ClOrdID");
        Order& o = order_or_stranger(id);
        const std::string ref = w.next("an ExecID");
        w.want("as");
        o.busted.insert(ref);
        const std::string status = o.closed ? "4" : o.cum().micro > 0 ? "1" : "0";
        report(o, w.next("an ExecID"), "1", gateway_.is_42() ? status : "H", status,
               fmt::format("19={}|", ref));
    }
    void correct(Words& w) {
        Order& o = order_or_stranger(w.next("a ClOrdID"));
        const std::string ref = w.next("an ExecID");
        w.want("to");
        const std::string qty = w.next("a quantity");
        w.want("at");
        const std::string px = w.next("a price");
        w.want("as");
        if (o.fills.contains(ref)) o.fills[ref] = qty_of(qty);
        const std::string status = status_of(o);
        report(o, w.next("an ExecID"), "2", gateway_.is_42() ? status : "G", status,
               fmt::format("19={}|32={}|31={}|", ref, qty, px));
    }
    void reject(Words& w) {
        Order& o = order_or_stranger(w.next("a ClOrdID"));
        const std::string reason = w.next("an OrdRejReason");
        o.closed = true;
        report(o, {}, "0", "8", "8", fmt::format("103={}|58={}|", reason, w.rest()));
    }
    void session_reject(Words& w) {
        const std::string id = w.next("a ClOrdID");
        const Order& o = order(id);
        put(o.lp, "US", "3", fmt::format("45={}|372=D|373=5|58={}|", sent_seq_.at(id), w.rest()));
    }
    void business_reject(Words& w) {
        const std::string id = w.next("a ClOrdID");
        const Order& o = order(id);
        put(o.lp, "US", "j", fmt::format("45={}|372=D|380=3|58={}|", sent_seq_.at(id), w.rest()));
    }
    void canceled(Words& w) {
        Order& o = order_or_stranger(w.next("a ClOrdID"));
        o.closed = true;
        const std::string by = o.asked_by;
        report(o, {}, "0", "4", "4", {}, by, by.empty() ? std::string{} : o.current);
    }
    void refused(Words& w) {
        const std::string id = w.next("a ClOrdID"), reason = w.next("a CxlRejReason");
        Order& o = order(id);
        const bool of_replace = id == o.asked;
        (of_replace ? o.asked : o.asked_by).clear();
        put(o.lp, "US", "9",
            fmt::format("37={}|11={}|41={}|39={}|102={}|434={}|", o.order_id, id, o.current,
                        status_of(o), reason, of_replace ? 2 : 1));
    }
    void replaced(Words& w) {
        const std::string id = w.next("a ClOrdID");
        Order& o = order(id);
        const std::string before = o.current;
        if (o.asked == id) o.qty = o.asked_qty;
        o.current = id;
        report(o, {}, "0", "5", gateway_.is_42() ? "5" : status_of(o), {}, id, before);
    }
    void restate(Words& w) {
        Order& o = order_or_stranger(w.next("a ClOrdID"));
        w.want("to");
        o.qty = qty_of(w.next("a quantity"));
        report(o, {}, "0", "D", status_of(o), "378=5|");
    }

    // --- what must be so -----------------------------------------------------------------------
    void expect(Words& w) {
        const std::string who = w.next("what is expected");
        if (who == "count") {
            const std::string name = w.next("a count");
            return same(name, std::to_string(count(name)), w.next("a number"));
        }
        if (who == "messages") {
            const std::string name = w.next("applied, duplicate, waiting or dead");
            const Path::Messages m = path_.messages();
            if (m.read != m.applied + m.duplicate + m.waiting + m.dead)
                throw Wrong{"messages do not add up"};
            const std::map<std::string, std::uint64_t> n = {{"applied", m.applied},
                                                            {"duplicate", m.duplicate},
                                                            {"waiting", m.waiting},
                                                            {"dead", m.dead}};
            if (!n.contains(name)) throw Wrong{fmt::format("\"{}\" is no class of messages", name)};
            return same(name, std::to_string(n.at(name)), w.next("a number"));
        }
        if (root_of_.contains(who)) return expect_order(who, w.rest());
        const std::string name = w.next("a KPI"), number = w.next("a number");
        if (kpi::find(name) == nullptr) throw Wrong{fmt::format("no KPI is called \"{}\"", name)};
        const std::optional<double> is = path_.value(who, name);
        if (number == "absent") {
            if (is) throw Wrong{fmt::format("{} {} is {}, not absent", who, name, *is)};
            return;
        }
        if (!is) throw Wrong{fmt::format("{} {} is absent, not {}", who, name, number)};
        const std::size_t dot = number.find('.');
        const int digits = dot == std::string::npos ? 0 : static_cast<int>(number.size() - dot) - 1;
        if (!(std::abs(*is - std::stod(number)) <= 0.5000001 * std::pow(10.0, -digits)))
            throw Wrong{fmt::format("{} {} is {}, not {}", who, name, *is, number)};
    }
    static void same(const std::string& what, const std::string& is, const std::string& wanted) {
        if (is != wanted) throw Wrong{fmt::format("{}: is {}, not {}", what, is, wanted)};
    }
    std::uint64_t count(const std::string& name) const {
        const BlotterCounts c = path_.blotter_counts();
        const std::map<std::string, std::uint64_t> n = {
            {"dup_exec", c.dup_exec},
            {"exec_conflict", c.exec_conflict},
            {"headless_chains", c.headless_chains},
            {"overfills", c.overfills},
            {"busts", c.busts},
            {"busts_parked", c.busts_parked},
            {"busts_unmatched", c.busts_unmatched},
            {"bust_too_late", c.bust_too_late},
            {"corrects", c.corrects},
            {"late_fills", c.late_fills},
            {"fills_after_cancel", c.fills_after_cancel},
            {"unsolicited_cancels", c.unsolicited_cancels},
            {"rej_after_partial", c.rej_after_partial},
            {"cancel_rejects", c.cancel_rejects},
            {"quarantined", c.quarantined},
            {"cl_ord_id_reused", c.cl_ord_id_reused},
            {"timeouts", c.timeouts},
            {"timeouts_answered", c.timeouts_answered},
            {"restated", c.restated},
            {"cum_qty_gaps", c.cum_qty_gaps},
            {"replaced", c.replaced},
            {"repudiated", c.repudiated},
            {"side_conflicts", c.side_conflicts},
            {"outliers", c.outliers},
            {"bad_qty_or_px", c.bad_qty_or_px},
            {"unread", c.unread}};
        if (!n.contains(name)) throw Wrong{fmt::format("there is no count \"{}\"", name)};
        return n.at(name);
    }
    void expect_order(const std::string& id, const std::string& text) const {
        const Path::Found found = path_.find(id);
        std::string is = "unknown";
        if (found.blotter != nullptr)
            is = state_of(*found.blotter, found.chain, found.session, id, text);
        if (is != text) throw Wrong{fmt::format("{} is {}, not {}", id, is, text)};
    }
    // As many parts as the expectation has: the status, then `cum N` and `leaves N`.
    static std::string state_of(const Blotter& blotter, std::uint32_t chain, std::uint32_t session,
                                const std::string& id, const std::string& like) {
        const Chain& c = blotter.chain(chain);
        Qty cum = c.cum, leaves = c.resolved() || c.cum > c.order_qty ? Qty{} : c.order_qty - c.cum;
        std::string status = c.why == Term::timed_out ? "timed out"
                             : c.why == Term::unread  ? "unread"
                                                      : "";
        const char code = blotter.status(session, id);
        for (const auto& link : blotter.links(chain)) {
            if (link.cl_ord_id != id) continue;
            cum = link.cum_qty;
            leaves = link.leaves_qty;
        }
        static const std::map<char, const char*> kWords = {{'0', "new"},
                                                           {'1', "partly filled"},
                                                           {'2', "filled"},
                                                           {'3', "done"},
                                                           {'4', "canceled"},
                                                           {'5', "replaced"},
                                                           {'6', "pending cancel"},
                                                           {'8', "rejected"},
                                                           {'A', "pending new"},
                                                           {'C', "expired"},
                                                           {'E', "pending replace"}};
        if (status.empty() && code != 0) status = kWords.at(code);
        // The working part of a closed order is let go, and with it OrdStatus: its end is kept.
        if (status.empty()) {
            static const std::map<Term, const char*> kEnds = {
                {Term::none, "open"},           {Term::filled, "filled"},
                {Term::canceled, "canceled"},   {Term::expired, "expired"},
                {Term::done, "done"},           {Term::rejected, "rejected"},
                {Term::timed_out, "timed out"}, {Term::unread, "unread"}};
            status = kEnds.at(c.why);
        }
        if (like.find(", cum ") != std::string::npos) status += ", cum " + to_text(cum);
        if (like.find(", leaves ") != std::string::npos) status += ", leaves " + to_text(leaves);
        return status;
    }

    struct Sent {
        std::string from, to;
        const char* type{};
        std::string body;
        std::uint64_t seq{};
        Nanos at;
    };
    Gateway gateway_;
    Path path_;
    std::int64_t day_{testkit::day_number(2026, 11, 20)};
    Nanos at_{INT64_MIN};
    Sent last_;
    std::map<std::string, Order> orders_;         // by root
    std::map<std::string, std::string> root_of_;  // ClOrdID -> root
    std::map<std::string, std::uint64_t> sent_seq_;
    int reports_{}, order_ids_{};
};

std::string trimmed(const std::string& line) {
    const auto from = line.find_first_not_of(" \t");
    if (from == std::string::npos) return {};
    return line.substr(from, line.find_last_not_of(" \t\r") - from + 1);
}

}  // namespace

std::vector<Story> read_stories(const std::string& path) {
    std::vector<Story> out;
    std::ifstream in(path);
    std::string line;
    const std::string name = path.substr(path.rfind('/') + 1);
    for (int n = 1; std::getline(in, line); ++n) {
        line = trimmed(line);
        if (line.empty() || line[0] == '#') continue;
        if (line.starts_with("story ")) {
            out.push_back({name, line.substr(6), {"4.2", "4.4"}, {}});
        } else if (line.starts_with("fix ")) {
            out.back().versions.clear();
            std::istringstream versions(line.substr(4));
            for (std::string v; versions >> v;) out.back().versions.push_back(v);
        } else {
            out.back().lines.push_back({n, line});
        }
    }
    return out;
}

std::vector<std::string> play(const Story& story, const std::string& version) {
    std::vector<std::string> wrong;
    Config config;
    config.profile = *score::find_profile("balanced");
    Player player(version, config);
    for (const Line& line : story.lines) {
        try {
            player.play(line.text);
        } catch (const Wrong& w) {
            wrong.push_back(
                fmt::format("{}:{}: {}\n    {}", story.file, line.number, w.text, line.text));
            if (!line.text.starts_with("expect")) break;
        }
    }
    return wrong;
}

}  // namespace assay::stories
