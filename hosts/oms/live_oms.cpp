#include "hosts/oms/live_oms.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <map>
#include <mutex>
#include <vector>

#include "core/fix/message.h"
#include "hosts/fixnet/envelope.h"
#include "hosts/fixnet/net.h"

namespace assay::oms {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostWaiting = 100'000;  // reports that were not looked at yet
constexpr auto kLook = 50ms;                   // at `stop`
constexpr auto kForAnswers = 3s;               // to cancels at the end

Nanos utc_now() {
    return {std::chrono::duration_cast<std::chrono::nanoseconds>(
                std::chrono::system_clock::now().time_since_epoch())
                .count()};
}

std::string front_of(const Options& o) {
    if (!o.front.empty()) return o.front;
    return fmt::format(
        "O{:%y%m%d%H%M%S}",
        fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())));
}

}  // namespace

class LiveOms::Impl : public fixnet::Capture {
  public:
    Impl(const Options& o, Say to) : options(o), say(std::move(to)), book(front_of(o)) {}

    // --- Capture
    bool message(std::size_t, bool sent, std::string_view bytes, Seen) override {
        if (sent) return true;
        const auto e = fixnet::open_envelope(bytes);
        if (!e || e->admin()) return true;
        const std::lock_guard lock(mutex);
        if (arrived.size() >= kMostWaiting) return false;
        arrived.emplace_back(bytes);
        changed.notify_all();
        return true;
    }
    bool note(std::size_t, std::string_view) override { return true; }
    void up(std::size_t) override { set_up(true, "is up"); }
    void down(std::size_t, std::string_view why) override {
        set_up(false, fmt::format("is down: {}", why));
    }
    void event(std::size_t, fixnet::Severity severity, std::string_view text) override {
        if (severity != fixnet::Severity::info) say(fmt::format("FIX: {}", text));
    }
    void garbled(std::size_t, std::string_view bytes, std::string_view why) override {
        say(fmt::format("{} bytes are not understood: {}", bytes.size(), why));
    }
    void set_up(bool now, std::string_view text) {
        {
            const std::lock_guard lock(mutex);
            is_up = now;
            changed.notify_all();
        }
        say(fmt::format("{} -> {} {}", options.sender, options.target, text));
    }

    // --- the loop
    bool send(const std::string& bytes) {
        if (bytes.empty()) return false;
        const auto sent = net->send(0, bytes);
        const std::lock_guard lock(mutex);
        unsent += !sent;
        return sent.has_value();
    }
    std::string send_order(const OrderBook::Wish& wish);
    void draw_next(Clock::time_point from);
    void send_due(Clock::time_point now);
    void hear_all();
    void wait_until(Clock::time_point until);
    void wind_up();

    const Options options;
    Say say;
    std::unique_ptr<fixnet::Net> net;
    fix::Message parsed;
    bool first_sent{};
    std::uint64_t drawn{};  // orders of the flow
    DrawnOrder next;
    Clock::time_point next_at{};
    struct SecondThought {
        std::string cl_ord_id;
        Change change{};
        Qty qty;
    };
    std::multimap<Clock::time_point, SecondThought> second_thoughts;

    mutable std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::string> arrived;
    bool is_up{};
    OrderBook book;
    std::uint64_t unsent{};
};

std::string LiveOms::Impl::send_order(const OrderBook::Wish& wish) {
    std::string id, bytes;
    {
        const std::lock_guard lock(mutex);
        bytes = book.new_order(wish, utc_now(), id);
    }
    send(bytes);
    return id;
}

void LiveOms::Impl::draw_next(Clock::time_point from) {
    next = drawn_order(*options.flow, ++drawn);
    next_at = from + std::chrono::nanoseconds(next.gap.ns);
}

// What time asks for; the session is up.
void LiveOms::Impl::send_due(Clock::time_point now) {
    if (options.first && !first_sent) {
        first_sent = true;
        const std::string id = send_order(*options.first);
        say(fmt::format("sent {}: {} {} {}", id, options.first->side == Side::buy ? "buy" : "sell",
                        as_double(options.first->qty), options.first->symbol));
    }
    if (options.flow && drawn == 0 && options.most > 0) draw_next(now);
    while (options.flow && drawn > 0 && drawn <= options.most && next_at <= now) {
        const std::string id = send_order({next.symbol, next.side, next.qty});
        if (next.change)
            second_thoughts.emplace(now + std::chrono::nanoseconds(next.change_after.ns),
                                    SecondThought{id, *next.change, next.new_qty});
        // Not from `next_at`: what a session that was down kept from being sent is not made up for.
        draw_next(now);
    }
    while (!second_thoughts.empty() && second_thoughts.begin()->first <= now) {
        const SecondThought t = std::move(second_thoughts.begin()->second);
        second_thoughts.erase(second_thoughts.begin());
        std::string bytes;
        {
            const std::lock_guard lock(mutex);
            bytes = t.change == Change::cancel ? book.cancel(t.cl_ord_id, utc_now())
                                               : book.replace(t.cl_ord_id, t.qty, utc_now());
        }
        send(bytes);
    }
}

void LiveOms::Impl::hear_all() {
    const std::lock_guard lock(mutex);
    for (const std::string& bytes : arrived)
        if (!fix::parse(bytes, '\x01', parsed)) book.hear(parsed);
    arrived.clear();
}

void LiveOms::Impl::wait_until(Clock::time_point until) {
    std::unique_lock lock(mutex);
    changed.wait_until(lock, until, [&] { return !arrived.empty(); });
}

// Nothing of ours goes on working when nobody is there to hear of it.
void LiveOms::Impl::wind_up() {
    std::vector<std::string> cancels;
    {
        const std::lock_guard lock(mutex);
        if (!is_up) return;
        for (const std::string& id : book.open()) cancels.push_back(book.cancel(id, utc_now()));
    }
    for (const std::string& bytes : cancels) send(bytes);
    const auto end = Clock::now() + kForAnswers;
    for (;;) {
        hear_all();
        {
            const std::lock_guard lock(mutex);
            if (book.counts().open() == 0 || !is_up) return;
        }
        if (Clock::now() >= end) return;
        wait_until(std::min(end, Clock::now() + kLook));
    }
}

LiveOms::LiveOms(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LiveOms::~LiveOms() = default;

Result<std::unique_ptr<LiveOms>> LiveOms::open(const Options& options, Say say) {
    auto impl = std::make_unique<Impl>(options, std::move(say));
    fixnet::SessionSpec s;
    s.name = options.target;
    s.role = fixnet::Role::lp;  // orders go out
    s.lp = options.target;
    s.sender = options.sender;
    s.target = options.target;
    s.host = options.host;
    s.port = options.port;
    // It keeps no journal, so it cannot go on where another run of it ended.
    s.reset_on_logon = true;
    s.begin_string = options.begin_string;
    s.appl_ver = options.appl_ver;
    s.time_digits = options.begin_string == "FIX.4.2" ? 3 : 6;
    auto net = fixnet::Net::open({std::move(s)}, *impl);
    if (!net) return std::unexpected(net.error());
    impl->net = std::move(*net);
    return std::unique_ptr<LiveOms>(new LiveOms(std::move(impl)));
}

void LiveOms::run(const std::atomic<bool>& stop) {
    Impl& my = *impl_;
    my.net->start();
    while (!stop) {
        my.hear_all();
        const auto now = Clock::now();
        bool up = false, open = false;
        {
            const std::lock_guard lock(my.mutex);
            up = my.is_up;
        }
        if (up) my.send_due(now);
        {
            const std::lock_guard lock(my.mutex);
            open = my.book.counts().open() > 0;
        }
        const bool more = (my.options.first && !my.first_sent) ||
                          (my.options.flow && my.drawn <= my.options.most && my.options.most > 0);
        if (up && !more && !open) break;
        auto until = now + kLook;
        if (up && my.options.flow && my.drawn > 0 && my.drawn <= my.options.most)
            until = std::min(until, my.next_at);
        my.wait_until(until);
    }
    my.wind_up();
    my.net->stop("the OMS closes");
    my.hear_all();
}

Counts LiveOms::counts() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->book.counts();
}

std::uint64_t LiveOms::unsent() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->unsent;
}

std::string LiveOms::last_reject() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->book.last_reject();
}

}  // namespace assay::oms
