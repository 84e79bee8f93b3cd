#include "tests/properties/made_day.h"

#include <algorithm>
#include <fmt/format.h>

#include "tests/gateway.h"

namespace assay::testkit {

std::uint64_t Draw::bits() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15ull;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
}

namespace {

class Maker {
  public:
    Maker(std::uint64_t seed, const DayShape& shape) : draw_(seed), shape_(shape) {}

    std::vector<Row> make() {
        for (int i = 0; i < shape_.symbols; ++i) quote(open_, i);
        for (int i = 0; i < shape_.orders; ++i) {
            at_ = open_ + Duration{1'000'000'000 + i * shape_.apart.ns};
            for (std::uint64_t n = draw_.below(3); n > 0; --n)
                quote(at_ - Duration{static_cast<std::int64_t>(draw_.below(300'000'000))},
                      static_cast<int>(draw_.below(static_cast<std::uint64_t>(shape_.symbols))));
            order(i);
        }
        std::stable_sort(rows_.begin(), rows_.end(),
                         [](const Row& a, const Row& b) { return a.at < b.at; });
        return rows_;
    }

  private:
    static std::string symbol(int i) { return fmt::format("S{:02}", i); }

    void quote(Nanos at, int s) {
        std::int64_t mid = 100'000 + static_cast<std::int64_t>(draw_.below(100)) - 50;  // 0.001
        std::int64_t half = 10, bid = mid - half, ask = mid + half;
        std::string more;
        if (shape_.wild_quotes) {
            switch (draw_.below(10)) {
                case 0:
                    std::swap(bid, ask);
                    break;
                case 1:
                    ask = bid;
                    break;
                case 2:
                    bid = 0;
                    break;
                case 3:
                    ask = 0;
                    break;
                case 4:
                    bid = ask = 0;
                    break;
                case 5:
                    bid = 1, ask = 2'000'000'000'000;
                    break;
                case 6:
                    bid = -bid;
                    break;
                default:
                    break;
            }
        }
        const auto px = [](std::int64_t milli) {
            return fmt::format("{}{}.{:03}", milli < 0 ? "-" : "", std::abs(milli) / 1000,
                               std::abs(milli) % 1000);
        };
        const auto size = [&] {
            return shape_.wild_quotes && draw_.chance(20) ? 0 : 100 * (1 + draw_.below(9));
        };
        rows_.push_back({at, "MARKET", "US", "W",
                         fmt::format("55={}|268=2|269=0|270={}|271={}|269=1|270={}|271={}|",
                                     symbol(s), px(bid), size(), px(ask), size()),
                         -1, false});
    }

    void ask(Nanos at, int i, const std::string& lp, const char* type, const std::string& body) {
        rows_.push_back({at, "US", lp, type, body, i, false});
    }
    void say(Nanos at, int i, const std::string& lp, const std::string& body) {
        rows_.push_back({at, lp, "US", "8", body, i, true});
    }

    void order(int i) {
        const std::string lp = fmt::format(
            "LP_{}", static_cast<char>('A' + draw_.below(static_cast<std::uint64_t>(shape_.lps))));
        const std::string sym =
            symbol(static_cast<int>(draw_.below(static_cast<std::uint64_t>(shape_.symbols))));
        const bool buy = draw_.chance(50), rests = !shape_.lots;
        const int qty = 1000;
        const std::string id = fmt::format("A{}", i);
        const std::string head =
            fmt::format("37=O{}|11={}|55={}|54={}|38={}|", i, id, sym, buy ? 1 : 2, qty);
        ask(at_, i, lp, "D",
            fmt::format("11={}|55={}|54={}|38={}|40=2|44=100.1|59={}|60={}|", id, sym, buy ? 1 : 2,
                        qty, rests ? 0 : 3, fix_time(at_)));
        Nanos t = at_ + Duration{1'000'000 + static_cast<std::int64_t>(draw_.below(20'000'000))};
        const auto later = [&] {
            t = t + Duration{1 + static_cast<std::int64_t>(draw_.below(9'000'000))};
        };
        if (draw_.chance(60)) {
            say(t, i, lp, head + fmt::format("17=X{}|150=0|39=0|14=0|151={}|", i, qty));
            later();
        }
        if (draw_.chance(12)) {
            say(t, i, lp,
                head + fmt::format("17=R{}|150=8|39=8|103={}|14=0|151=0|", i,
                                   draw_.chance(30) ? 1 : 99));
            return;
        }
        if (draw_.chance(3)) return;  // silence
        int left = shape_.may_complete ? qty : qty - 100;
        std::vector<std::pair<std::string, int>> fills;
        for (std::uint64_t n = draw_.below(5); n > 0 && left > 0; --n) {
            const int q = std::min(left, 100 * static_cast<int>(1 + draw_.below(5)));
            left -= q;
            fill(t, i, lp, head, fmt::format("E{}", fills.size()), q, buy);
            fills.emplace_back(fmt::format("E{}", fills.size()), q);
            later();
        }
        const bool full = shape_.may_complete && left == 0;
        if (!full) {
            if (rests) {
                ask(t, i, lp, "F",
                    fmt::format("11=C{}|41={}|55={}|54={}|38={}|", i, id, sym, buy ? 1 : 2, qty));
                later();
            }
            say(t, i, lp, head + fmt::format("17=C{}|150=4|39=4|14=0|151=0|", i));
        }
        if (!shape_.busts || fills.empty() || !draw_.chance(30)) return;
        later();
        const auto& [exec, q] = fills[draw_.below(fills.size())];
        if (draw_.chance(60))
            say(t, i, lp, head + fmt::format("17=B{}|19={}|150=H|39=1|14=0|151=0|", i, exec));
        else
            say(t, i, lp,
                head + fmt::format("17=K{}|19={}|150=G|39=1|32={}|31=100.013|14=0|151=0|", i, exec,
                                   q / 2));
    }
    void fill(Nanos at, int i, const std::string& lp, const std::string& head,
              const std::string& exec, int q, bool buy) {
        const auto off =
            static_cast<std::int64_t>(draw_.below(11));  // at the touch to half a spread better
        const std::int64_t milli = 100'000 + (buy ? 10 - off : off - 10);
        say(at, i, lp,
            head + fmt::format("17={}|150=F|39=1|32={}|31={}.{:03}|14=0|151=0|", exec, q,
                               milli / 1000, milli % 1000));
    }

    Draw draw_;
    DayShape shape_;
    Nanos open_{day_number(2026, 11, 20) * kDay.ns + 10 * kHour.ns};
    Nanos at_{open_};
    std::vector<Row> rows_;
};

}  // namespace

std::vector<Row> made_day(std::uint64_t seed, const DayShape& shape) {
    return Maker(seed, shape).make();
}

std::vector<std::string> lines_of(const std::vector<Row>& rows, const std::string& version) {
    Gateway gateway(version);
    std::vector<std::string> out;
    for (const Row& r : rows) out.push_back(gateway.line(r.at, r.from, r.to, r.type, r.body));
    return out;
}

std::string log_of(const std::vector<Row>& rows, const std::string& version) {
    std::string out;
    for (const std::string& line : lines_of(rows, version)) out += line;
    return out;
}

std::string damaged(std::string log, Draw& draw) {
    for (std::uint64_t n = 1 + draw.below(20); n > 0 && !log.empty(); --n) {
        const std::size_t at = draw.below(log.size());
        const std::size_t some = std::min<std::size_t>(1 + draw.below(60), log.size() - at);
        switch (draw.below(6)) {
            case 0:
                log[at] = static_cast<char>(draw.below(256));
                break;
            case 1:
                log.erase(at, some);
                break;
            case 2:
                log.insert(at, log.substr(at, some));
                break;
            case 3:
                log.insert(at,
                           "8=FIX.4.4\x01"
                           "9=");
                break;
            case 4:
                log.insert(at, std::string(some, static_cast<char>(draw.below(256))));
                break;
            default:
                std::swap(log[at], log[draw.below(log.size())]);
                break;
        }
    }
    if (draw.chance(20)) log.resize(draw.below(log.size() + 1));
    return log;
}

}  // namespace assay::testkit
