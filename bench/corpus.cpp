#include "bench/corpus.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "bench/dice.h"
#include "bench/fix_text.h"

namespace assay::bench {

namespace {

struct Order {
    std::uint32_t lp{}, symbol{};
    std::uint64_t number{};
    std::uint64_t cents{};
    std::uint64_t qty{}, cum{};
    char side{};
};

class Writer {
  public:
    Writer(std::uint64_t seed, Corpus& corpus) : dice_(seed), corpus_(corpus) {}

    void new_order() {
        Order& o = orders_[next_order_++ % orders_.size()];
        o = {static_cast<std::uint32_t>(dice_.below(32)),
             zipf(),
             ++last_order_,
             1000 + dice_.below(50'000),
             100 * (1 + dice_.below(90)),
             0,
             dice_.below(2) == 0 ? '1' : '2'};
        header("D", "ASSAY", lp(o));
        text("11", id(o));
        if (o.lp % 4 == 1) text("1", "ACCT-0042");
        text("21", "1");
        text("55", symbol(o));
        text("54", std::string(1, o.side));
        text("60", time());
        text("38", fmt::format("{}", o.qty));
        text("40", "2");
        text("44", price(o.cents));
        text("59", "3");
        if (o.lp % 4 == 2)
            text("453",
                 "1\x01"
                 "448=TRADER7\x01"
                 "447=D\x01"
                 "452=11");
        if (o.lp % 4 == 3) text("100", "XLP");
        text("58", "parent-0001234/leg-02");
        if (o.lp % 2 == 0) text("9001", "route-7");
        finish();
    }

    void report() {
        Order& o = orders_[dice_.below(std::min<std::uint64_t>(next_order_, orders_.size()))];
        const std::uint64_t kind = dice_.below(10);
        const bool fill = kind >= 3 && o.cum < o.qty;
        const std::uint64_t last = fill ? std::min<std::uint64_t>(100, o.qty - o.cum) : 0;
        o.cum += last;
        const char type = fill ? 'F' : kind == 2 ? '4' : kind == 1 ? '8' : '0';
        const char status = fill ? (o.cum == o.qty ? '2' : '1') : type;
        header("8", lp(o), "ASSAY");
        if (o.lp % 4 == 0) text("55", symbol(o));
        text("37", fmt::format("O{:010}", o.number * 7));
        text("11", id(o));
        text("17", fmt::format("E{:012}", ++last_exec_));
        text("150", std::string(1, type));
        text("39", std::string(1, status));
        if (o.lp % 4 != 0) text("55", symbol(o));
        text("54", std::string(1, o.side));
        text("38", fmt::format("{}", o.qty));
        if (o.lp % 4 == 1) text("1", "ACCT-0042");
        text("44", price(o.cents));
        if (fill) {
            text("32", fmt::format("{}", last));
            text("31", price(o.cents - dice_.below(3)));
        }
        text("151", fmt::format("{}", type == 'F' || type == '0' ? o.qty - o.cum : 0));
        text("14", fmt::format("{}", o.cum));
        text("6", o.cum == 0 ? "0" : price(o.cents));
        text("60", time());
        if (fill) text("30", "XLPX");
        if (type == '8') text("103", "0");
        if (type == '8') text("58", "last look: price moved");
        if (o.lp % 4 == 3) text("851", "2");
        if (o.lp % 2 == 0) text("9001", "route-7");
        finish();
    }

    void cancel_reject() {
        const Order& o = orders_[dice_.below(std::min<std::uint64_t>(next_order_, orders_.size()))];
        header("9", lp(o), "ASSAY");
        text("37", fmt::format("O{:010}", o.number * 7));
        text("11", id(o) + "C");
        text("41", id(o));
        text("39", "2");
        text("434", "1");
        text("102", "0");
        text("60", time());
        text("58", "too late to cancel, order is already filled");
        finish();
    }

    void snapshot() {
        const std::uint64_t cents = 1000 + dice_.below(50'000);
        header("W", "MARKET", "ASSAY");
        text("262", "sub-1");
        text("55", fmt::format("SYM{:04}", zipf()));
        text("268", "4");
        for (std::uint64_t level = 0; level < 2; ++level) {
            text("269", "0");
            text("270", price(cents - level));
            text("271", fmt::format("{}", 100 * (1 + dice_.below(40))));
        }
        for (std::uint64_t level = 0; level < 2; ++level) {
            text("269", "1");
            text("270", price(cents + 2 + level));
            text("271", fmt::format("{}", 100 * (1 + dice_.below(40))));
        }
        finish();
    }

    Dice& dice() { return dice_; }

  private:
    std::uint32_t zipf() {  // half of the flow in the first tenth of the symbols, and so on
        std::uint64_t reach = 5000;
        while (reach > 20 && dice_.below(2) == 0) reach /= 4;
        return static_cast<std::uint32_t>(dice_.below(reach));
    }
    static std::string lp(const Order& o) { return fmt::format("LP_{:02}", o.lp); }
    static std::string id(const Order& o) { return fmt::format("20261120-A{:09}", o.number); }
    static std::string symbol(const Order& o) { return fmt::format("SYM{:04}", o.symbol); }
    static std::string price(std::uint64_t cents) { return fix_price(cents); }
    std::string time() const { return fix_time(34'200'000'000 + clock_); }
    void text(std::string_view tag, std::string_view value) { message_.field(tag, value); }
    void header(std::string_view type, std::string_view from, std::string_view to) {
        clock_ += 1 + dice_.below(40);
        message_.begin(type, ++seq_, from, to, 34'200'000'000 + clock_);
    }
    void finish() {
        const std::string_view message = message_.finish();
        const std::size_t offset = corpus_.bytes.size();
        corpus_.bytes += message;
        corpus_.messages.push_back({offset, static_cast<std::uint32_t>(message.size())});
    }

    Dice dice_;
    Corpus& corpus_;
    FixText message_;
    std::array<Order, 4096> orders_{};
    std::uint64_t next_order_{}, last_order_{}, last_exec_{}, seq_{}, clock_{};
};

}  // namespace

Corpus make_corpus(std::uint64_t seed, std::size_t messages) {
    Corpus corpus;
    corpus.bytes.reserve(messages * 245);
    Writer writer(seed, corpus);
    writer.new_order();
    while (corpus.messages.size() < messages) {
        const std::uint64_t kind = writer.dice().below(20);
        if (kind < 5) {
            writer.new_order();
        } else if (kind < 16) {
            writer.report();
        } else if (kind < 17) {
            writer.cancel_reject();
        } else {
            writer.snapshot();
        }
    }
    return corpus;
}

}  // namespace assay::bench
