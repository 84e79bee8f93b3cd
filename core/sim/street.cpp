#include "core/sim/street.h"

#include <map>
#include <set>
#include <utility>

#include "core/fix/message.h"
#include "core/fix/values.h"
#include "core/sim/fix_log.h"
#include "core/sim/script_answers.h"
#include "core/sim/world.h"
#include "core/units/decimal.h"

namespace assay::sim {

namespace {

class DrawnStreet : public Street {
  public:
    DrawnStreet(WorldConfig config, std::uint64_t seed) : world_(std::move(config), seed) {
        for (const LpConfig& lp : world_.config().lps) lps_.push_back(lp.name);
    }
    const std::vector<std::string>& lps() const override { return lps_; }
    const std::string& market() const override { return world_.config().market_comp_id; }
    const std::string& us() const override { return world_.config().our_comp_id; }
    std::optional<Nanos> next_at() const override { return world_.next_at(); }

    std::optional<Said> next(Nanos until) override {
        // Parents of the world's own are nobody's here; they only move the market along.
        while (const auto step = world_.next(until)) {
            const auto* record = std::get_if<fix::Record>(&step->what);
            if (record == nullptr || record->direction != fix::Direction::received) continue;
            const std::uint32_t by =
                record->session == kMarketSession ? kMarket : record->session - session_of(0);
            return Said{step->at, by, record->bytes};
        }
        return std::nullopt;
    }

    void hear(std::uint32_t lp, std::string_view bytes, Nanos at) override {
        world_.send(lp, bytes, at, {++heard_, 0});
    }

  private:
    World world_;
    std::vector<std::string> lps_;
    std::uint32_t heard_{};
};

constexpr Duration kQuoteEvery{5'000'000'000};

class ScriptedStreet : public Street {
  public:
    ScriptedStreet(const Script& script, Nanos now) : script_(script), asked_(lps_of(script)) {
        for (const LongRunRecord& lp : script_.long_run.lps) lps_.push_back(lp.lp);
        quote_at(now, script_.market.front());
        quiet_ = now + kQuoteEvery;
    }
    const std::vector<std::string>& lps() const override { return lps_; }
    const std::string& market() const override { return script_.long_run.market; }
    const std::string& us() const override { return script_.long_run.us; }

    std::optional<Nanos> next_at() const override {
        return queue_.empty() ? quiet_ : std::min(quiet_, queue_.begin()->first.first);
    }

    std::optional<Said> next(Nanos until) override {
        // A market that does not move says so every few seconds.
        while (quiet_ <= until && (queue_.empty() || quiet_ < queue_.begin()->first.first)) {
            quote_at(quiet_, quote_of(quiet_));
            quiet_ = quiet_ + kQuoteEvery;
        }
        if (queue_.empty() || queue_.begin()->first.first > until) return std::nullopt;
        const Nanos at = queue_.begin()->first.first;
        said_ = std::move(queue_.begin()->second);
        queue_.erase(queue_.begin());
        return Said{at, said_.first, said_.second};
    }

    void hear(std::uint32_t lp, std::string_view bytes, Nanos at) override {
        if (fix::parse(bytes, '\x01', message_)) return;
        const fix::Message& m = message_;
        if (m.msg_type == "D")
            order(lp, at);
        else if (m.msg_type == "F" || m.msg_type == "G")
            too_late(lp, at);
    }

  private:
    static std::size_t lps_of(const Script& s) { return s.long_run.lps.size(); }

    void put(Nanos at, std::uint32_t by, const std::string& line) {
        queue_.emplace(std::pair(at, ++put_),
                       std::pair(by, std::string(captured(line, 0, 0).bytes)));
    }
    void say(std::uint32_t lp, Nanos at, const char* type, const std::string& body) {
        put(at, lp, log_.line(at, lps_[lp], us(), type, body));
    }
    const ScriptedQuote& quote_of(Nanos at) const {
        const ScriptedQuote* now = &script_.market.front();
        for (const ScriptedQuote& q : script_.market)
            if (entry_ && *entry_ + q.from <= at) now = &q;
        return *now;
    }
    void quote_at(Nanos at, const ScriptedQuote& q) {
        put(at, kMarket,
            log_.quote(at, market(), us(), script_.parent.symbol, q.bid, q.ask, q.bid_size,
                       q.ask_size));
    }

    void order(std::uint32_t lp, Nanos at) {
        const fix::Message& m = message_;
        const std::string id(m.cl_ord_id);
        const Side side = side_of_fix(m.side);
        const char* refused = m.symbol != script_.parent.symbol ? "unknown symbol"
                              : id.empty() || side == Side::none || m.order_qty.micro <= 0
                                  ? "unsupported order characteristic"
                              : !known_.insert({lp, id}).second ? "duplicate ClOrdID"
                                                                : nullptr;
        if (refused != nullptr)
            return say(lp, at + kMillisecond, "8",
                       "37=NONE|11=" + id + "|17=R" + std::to_string(++put_) + "|150=8|39=8|55=" +
                           std::string(m.symbol) + "|54=" + m.side + "|38=" + to_text(m.order_qty) +
                           "|14=0|151=0|6=0|103=99|58=" + refused + "|60=" + fix_time(at) + "|");
        enter(at);
        const LongRunRecord& record = script_.long_run.lps[lp];
        const ScriptedFill fill = scripted_fill(script_, record, ++asked_[lp], m.order_qty);
        const Nanos then = at + fill.after;
        const Price px =
            scripted_price(record, side, scripted_touch(script_, side, then - *entry_));
        for (const std::string& body :
             scripted_reports({id, m.symbol, side, m.order_qty, fill.filled, px, then}))
            say(lp, then, "8", body);
    }

    // The script's clock starts.
    void enter(Nanos at) {
        if (entry_) return;
        entry_ = at;
        for (const ScriptedQuote& q : script_.market)
            if (q.from.ns > 0) quote_at(at + q.from, q);
    }

    void too_late(std::uint32_t lp, Nanos at) {
        const fix::Message& m = message_;
        const std::string orig(m.orig_cl_ord_id);
        const bool ours = known_.contains({lp, orig});
        say(lp, at + kMillisecond, "9",
            "37=" + (ours ? "O" + orig : "NONE") + "|11=" + std::string(m.cl_ord_id) +
                "|41=" + orig + "|39=" + (ours ? "0" : "8") +
                "|434=" + (m.msg_type == "F" ? "1" : "2") + "|102=" + (ours ? "0" : "1") +
                "|60=" + fix_time(at) + "|58=" + (ours ? "too late" : "unknown order") + "|");
    }

    Script script_;
    FixLog log_;
    std::vector<std::string> lps_;
    std::vector<int> asked_;  // children so far, by LP
    std::set<std::pair<std::uint32_t, std::string>> known_;
    std::optional<Nanos> entry_;
    Nanos quiet_;  // when a market that stands still says so
    std::uint64_t put_{};
    std::map<std::pair<Nanos, std::uint64_t>, std::pair<std::uint32_t, std::string>> queue_;
    std::pair<std::uint32_t, std::string> said_;
    fix::Message message_;
};

}  // namespace

std::unique_ptr<Street> drawn_street(WorldConfig config, std::uint64_t seed) {
    return std::make_unique<DrawnStreet>(std::move(config), seed);
}

Result<std::unique_ptr<Street>> scripted_street(const Script& script, Nanos now) {
    if (auto ok = possible(script); !ok) return std::unexpected(ok.error());
    return std::make_unique<ScriptedStreet>(script, now);
}

}  // namespace assay::sim
