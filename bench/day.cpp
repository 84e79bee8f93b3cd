#include "bench/day.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <queue>
#include <string>
#include <vector>

#include "bench/dice.h"
#include "bench/fix_text.h"

namespace assay::bench {

namespace {

constexpr std::uint32_t kLps = 32, kSymbols = 5000;
constexpr std::uint64_t kOpen = 52'200'000'000;    // 14:30 UTC in microseconds
constexpr std::uint64_t kLength = 23'400'000'000;  // 6.5 hours
constexpr std::uint32_t kMarketSession = kLps;

// Messages an order brings on average, and quotes that are written beside it: with them the share
// of quotes is 15 %.
constexpr double kPerOrder = 3.65, kQuotesPerOrder = 0.65;

struct Symbol {
    std::uint64_t bid{}, ask{};  // cents; 0: not quoted yet
    std::uint64_t bid_lots{}, ask_lots{};
};

struct Order {
    std::uint32_t lp{}, symbol{};
    std::uint64_t number{}, qty{}, cum{}, notional{}, limit{};
    bool buy{}, ioc{}, cancel_sent{};
};

enum class Step : std::uint8_t { quote, new_order, answer, fill, cancel_request, cancel };

struct Due {
    std::uint64_t at{}, made{};
    std::uint32_t order{};
    Step step{};
    bool operator>(const Due& o) const { return at != o.at ? at > o.at : made > o.made; }
};

class Day {
  public:
    Day(const DayOptions& options, const std::function<void(std::string_view)>& write)
        : options_(options), write_(write), dice_(options.seed) {
        double sum = 0;
        for (std::uint32_t i = 0; i < kSymbols; ++i) zipf_.push_back(sum += 1.0 / (i + 1));
        const double orders = static_cast<double>(options.messages) / (kPerOrder + kQuotesPerOrder);
        order_gap_ = static_cast<std::uint64_t>(static_cast<double>(kLength) / orders);
        quote_gap_ =
            static_cast<std::uint64_t>(static_cast<double>(kLength) / (orders * kQuotesPerOrder));
    }

    DayCounts run() {
        later(0, Step::quote, 0);
        later(order_gap_, Step::new_order, 0);
        while (!due_.empty()) {
            const Due d = due_.top();
            due_.pop();
            now_ = d.at;
            take(d);
        }
        return counts_;
    }

  private:
    void take(const Due& d) {
        switch (d.step) {
            case Step::quote:
                if (over()) return;
                later(1 + dice_.below(2 * quote_gap_), Step::quote, 0);
                return quote(zipf());
            case Step::new_order:
                if (over()) return;
                later(1 + dice_.below(2 * order_gap_), Step::new_order, 0);
                return new_order();
            case Step::answer:
                return answer(d.order);
            case Step::fill:
                return fill(d.order);
            case Step::cancel_request:
                return cancel_request(d.order);
            case Step::cancel:
                return cancel(d.order);
        }
    }

    // Orders at work have about two more messages to come.
    bool over() const { return counts_.messages + 2 * at_work_ >= options_.messages; }

    void later(std::uint64_t wait, Step step, std::uint32_t order) {
        due_.push({now_ + wait, made_++, order, step});
    }
    // Each LP has a speed of its own: 0.3 to 19 ms.
    std::uint64_t latency(const Order& o) {
        const std::uint64_t typical = 300 + 600 * o.lp;
        return typical / 2 + dice_.below(typical);
    }

    void quote(std::uint32_t i) {
        Symbol& s = symbols_[i];
        if (s.bid == 0) {
            s.bid = 1000 + dice_.below(50'000);
        } else {
            s.bid = std::max<std::uint64_t>(s.bid + dice_.below(5), 102) - 2;
        }
        s.ask = s.bid + 1 + dice_.below(4);
        s.bid_lots = 1 + dice_.below(40);
        s.ask_lots = 1 + dice_.below(40);
        ++counts_.quotes;
        begin("W", kMarketSession, true);
        text_.field("262", "sub-0000001");
        text_.field("55", symbol(i));
        text_.field("268", "4");
        for (std::uint64_t level = 0; level < 2; ++level) {
            text_.field("269", "0");
            text_.field("270", fix_price(s.bid - level));
            text_.field("271", 100 * (s.bid_lots + level));
        }
        for (std::uint64_t level = 0; level < 2; ++level) {
            text_.field("269", "1");
            text_.field("270", fix_price(s.ask + level));
            text_.field("271", 100 * (s.ask_lots + level));
        }
        finish();
    }

    void new_order() {
        const std::uint32_t symbol_index = zipf();
        if (symbols_[symbol_index].bid == 0)
            quote(symbol_index);  // nobody trades what has no price
        std::uint32_t i;
        if (free_.empty()) {
            i = static_cast<std::uint32_t>(orders_.size());
            orders_.emplace_back();
        } else {
            i = free_.back();
            free_.pop_back();
        }
        ++at_work_;
        Order& o = orders_[i];
        o = {};
        o.lp = static_cast<std::uint32_t>(dice_.below(kLps));
        o.symbol = symbol_index;
        o.number = ++counts_.orders;
        o.qty = 100 * (1 + dice_.below(30));
        o.buy = dice_.percent(50);
        o.ioc = dice_.percent(70);
        const Symbol& s = symbols_[symbol_index];
        o.limit = o.buy ? s.ask + 1 : s.bid - 1;
        begin("D", o.lp, false);
        text_.field("11", id(o));
        if (o.lp % 4 == 1) text_.field("1", "ACCT-0042");
        text_.field("21", "1");
        text_.field("55", symbol(o.symbol));
        text_.field("54", o.buy ? '1' : '2');
        text_.field("60", fix_time(now_));
        text_.field("38", o.qty);
        text_.field("40", "2");
        text_.field("44", fix_price(o.limit));
        text_.field("59", o.ioc ? '3' : '0');
        if (o.lp % 4 == 2)
            for (const auto& [tag, value] :
                 {std::pair{"453", "1"}, {"448", "TRADER7"}, {"447", "D"}, {"452", "11"}})
                text_.field(tag, value);
        if (o.lp % 4 == 3) text_.field("100", "XLP");
        text_.field("58", "parent-00001234/leg-002");
        if (o.lp % 2 == 0) text_.field("9001", "route-7");
        finish();
        later(latency(o), Step::answer, i);
    }

    void answer(std::uint32_t i) {
        Order& o = orders_[i];
        if (dice_.percent(4 + o.lp / 4)) {
            ++counts_.rejects;
            report(o, '8', '8', 0, 0);
            return done(i);
        }
        ++counts_.acks;
        report(o, '0', '0', 0, 0);
        if (dice_.percent(88)) return later(latency(o), Step::fill, i);
        if (o.ioc) return later(latency(o), Step::cancel, i);
        later(200'000 + dice_.below(4'000'000), Step::cancel_request, i);
    }

    void fill(std::uint32_t i) {
        Order& o = orders_[i];
        const Symbol& s = symbols_[o.symbol];
        const std::uint64_t left = o.qty - o.cum;
        const bool whole = o.cancel_sent || dice_.percent(66);
        const std::uint64_t last = whole ? left : std::min(left, 100 * (1 + dice_.below(10)));
        const std::uint64_t better = dice_.percent(25) ? 1 : 0;
        const std::uint64_t px =
            o.buy ? std::min(s.ask - better, o.limit) : std::max(s.bid + better, o.limit);
        o.cum += last;
        o.notional += last * px;
        ++counts_.fills;
        counts_.filled_qty += last;
        report(o, 'F', o.cum == o.qty ? '2' : '1', last, px);
        if (o.cum == o.qty) {
            if (o.cancel_sent) cancel_reject(o);
            return done(i);
        }
        if (dice_.percent(60)) return later(latency(o), Step::fill, i);
        if (o.ioc) return later(latency(o), Step::cancel, i);
        later(200'000 + dice_.below(4'000'000), Step::cancel_request, i);
    }

    void cancel_request(std::uint32_t i) {
        Order& o = orders_[i];
        o.cancel_sent = true;
        ++counts_.cancel_requests;
        begin("F", o.lp, false);
        text_.field("41", id(o));
        text_.field("37", order_id(o));
        text_.field("11", id(o) + "C");
        text_.field("55", symbol(o.symbol));
        text_.field("54", o.buy ? '1' : '2');
        text_.field("60", fix_time(now_));
        text_.field("38", o.qty);
        text_.field("58", "parent-00001234/leg-002 taken back by the desk");
        finish();
        // Some fills cross the request on the wire.
        const bool too_late = dice_.percent(40);
        later(latency(o), too_late ? Step::fill : Step::cancel, i);
    }

    void cancel(std::uint32_t i) {
        Order& o = orders_[i];
        ++counts_.cancels;
        report(o, '4', '4', 0, 0);
        done(i);
    }

    void report(const Order& o, char type, char status, std::uint64_t last, std::uint64_t px) {
        begin("8", o.lp, true);
        if (o.lp % 4 == 0) text_.field("55", symbol(o.symbol));
        text_.field("37", order_id(o));
        const bool of_cancel = type == '4' && o.cancel_sent;
        text_.field("11", of_cancel ? id(o) + "C" : id(o));
        if (of_cancel) text_.field("41", id(o));
        text_.field("17", fmt::format("E{:012}", ++last_exec_));
        text_.field("150", type);
        text_.field("39", status);
        if (o.lp % 4 != 0) text_.field("55", symbol(o.symbol));
        text_.field("54", o.buy ? '1' : '2');
        text_.field("38", o.qty);
        if (o.lp % 4 == 1) text_.field("1", "ACCT-0042");
        text_.field("44", fix_price(o.limit));
        if (last != 0) {
            text_.field("32", last);
            text_.field("31", fix_price(px));
        }
        text_.field("151", type == 'F' || type == '0' ? o.qty - o.cum : 0);
        text_.field("14", o.cum);
        text_.field("6", o.cum == 0 ? "0" : fix_price(o.notional / o.cum));
        text_.field("60", fix_time(now_ - 60));
        if (last != 0) text_.field("30", "XLPX");
        if (type == '8') {
            text_.field("103", "99");
            text_.field("58", "last look: price moved");
        }
        if (o.lp % 4 == 3) text_.field("851", "2");
        if (o.lp % 2 == 0) text_.field("9001", "route-7");
        finish();
    }

    void cancel_reject(const Order& o) {
        ++counts_.cancel_rejects;
        begin("9", o.lp, true);
        text_.field("37", order_id(o));
        text_.field("11", id(o) + "C");
        text_.field("41", id(o));
        text_.field("39", "2");
        text_.field("434", "1");
        text_.field("102", "0");
        text_.field("60", fix_time(now_ - 60));
        text_.field("58", "too late to cancel, order is already filled");
        finish();
    }

    void done(std::uint32_t i) {
        free_.push_back(i);
        --at_work_;
    }

    std::uint32_t zipf() {
        const double x = static_cast<double>(dice_.next() >> 11) * 0x1p-53 * zipf_.back();
        return static_cast<std::uint32_t>(std::lower_bound(zipf_.begin(), zipf_.end(), x) -
                                          zipf_.begin());
    }
    static std::string id(const Order& o) { return fmt::format("20261120-A{:09}", o.number); }
    static std::string order_id(const Order& o) { return fmt::format("O{:010}", o.number * 7); }
    static std::string symbol(std::uint32_t i) { return fmt::format("SYM{:04}", i); }

    // `inbound`: from the LP (or the market) to us.
    void begin(std::string_view type, std::uint32_t session, bool inbound) {
        const std::string other =
            session == kMarketSession ? "MARKET" : fmt::format("LP_{:02}", session);
        const std::uint64_t seq = ++seq_[session][inbound];
        const std::uint64_t sent = now_ - (inbound ? 40 : 0);
        text_.begin(type, seq, inbound ? other : "ASSAY", inbound ? "ASSAY" : other, sent);
    }
    void finish() {
        const std::string_view message = text_.finish();
        line_ = fix_time(now_);
        line_ += " : ";
        line_ += message;
        line_ += '\n';
        write_(line_);
        ++counts_.messages;
        counts_.message_bytes += message.size();
        counts_.bytes += line_.size();
    }

    DayOptions options_;
    const std::function<void(std::string_view)>& write_;
    Dice dice_;
    FixText text_;
    std::string line_;
    DayCounts counts_;
    std::vector<double> zipf_;
    std::array<Symbol, kSymbols> symbols_{};
    std::array<std::array<std::uint64_t, 2>, kLps + 1> seq_{};
    std::vector<Order> orders_;
    std::vector<std::uint32_t> free_;
    std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
    std::uint64_t now_{kOpen}, made_{}, at_work_{}, last_exec_{};
    std::uint64_t order_gap_{}, quote_gap_{};
};

}  // namespace

DayCounts make_day(const DayOptions& options, const std::function<void(std::string_view)>& write) {
    return Day(options, write).run();
}

}  // namespace assay::bench
