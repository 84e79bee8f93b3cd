#include "hosts/http/connection.h"

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <ctime>
#include <fmt/format.h>

#include "hosts/cli/iso_time.h"
#include "hosts/http/origin.h"

namespace assay::http {
namespace {

namespace asio = boost::asio;

// Sun, 06 Nov 1994 08:49:37 GMT
std::string http_date() {
    constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::time_t now = std::time(nullptr);
    std::tm t{};
    gmtime_r(&now, &t);
    return fmt::format("{}, {:02d} {} {:04d} {:02d}:{:02d}:{:02d} GMT",
                       kDays[static_cast<std::size_t>(t.tm_wday)], t.tm_mday,
                       kMonths[static_cast<std::size_t>(t.tm_mon)], t.tm_year + 1900, t.tm_hour,
                       t.tm_min, t.tm_sec);
}

std::string heartbeat() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const Nanos at{std::chrono::duration_cast<std::chrono::nanoseconds>(now).count()};
    return fmt::format("event: heartbeat\ndata: {{\"at\":\"{}\",\"at_ns\":{}}}\n\n",
                       cli::iso_time(at), at.ns);
}

bool has_header(const Reply& reply, std::string_view name) {
    for (const Pair& header : reply.headers)
        if (header.first == name) return true;
    return false;
}

}  // namespace

Connection::Connection(std::unique_ptr<Wire> wire, Shared& shared)
    : wire_(std::move(wire)), shared_(shared), wake_(wire_->executor()) {
    shared_.meters.opened();
}

Connection::~Connection() {
    shared_.meters.closed();
}

void Connection::cut() {
    gone_ = true;
    deadline_ = Clock::time_point::max();
    wire_->close();
    wake_.cancel();
}

void Connection::end_soon() {
    if (between_requests_)
        cut();
    else
        wake_.cancel();
}

void Connection::look_again() {
    if (!still_ || ended_ || still_()) return;
    ended_ = true;
    wake();
}

void Shared::failed(const Request& request, std::string_view target, int status) {
    const auto second =
        std::chrono::time_point_cast<std::chrono::seconds>(Connection::Clock::now());
    if (second != failures_in) {
        if (failures > kMostFailuresTold)
            log(fmt::format("{} more requests failed", failures - kMostFailuresTold));
        failures_in = second;
        failures = 0;
    }
    if (++failures > kMostFailuresTold) return;
    log(fmt::format("request {} of {}{}: {} {} was answered {}", request.id,
                    request.by.name.empty() ? "" : request.by.name + " at ", request.remote,
                    request.method, target.substr(0, target.find('?')).substr(0, 200), status));
}

asio::awaitable<bool> Connection::write(std::string_view bytes) {
    allow(shared_.config.limits.write_time);
    const bool written = co_await wire_->write(bytes);
    deadline_ = Clock::time_point::max();
    if (!written) gone_ = true;
    co_return written;
}

asio::awaitable<void> Connection::run() {
    allow(shared_.config.limits.header_time);
    const bool opened = co_await wire_->open();
    if (!opened) {
        shared_.meters.refused("handshake");
        co_return;
    }
    RequestReader reader(shared_.config.limits.read);
    for (bool open = true; open && !gone_;) {
        const bool came = co_await read_request(reader);
        if (!came) break;
        if (reader.state() == RequestReader::State::refused) {
            Request unread;
            Reply reply = problem_reply(reader.problem());
            shared_.meters.answered("", "", reply.status, 0);
            co_await send(unread, std::move(reply), false);
            co_await close_gently();
            co_return;
        }
        open = co_await answer(reader.take());
    }
    if (!gone_) co_await close_gently();
}

// False: there will be no request any more. True: done or refused.
asio::awaitable<bool> Connection::read_request(RequestReader& reader) {
    using State = RequestReader::State;
    const ServerLimits& limits = shared_.config.limits;
    std::array<char, 4096> buffer;
    State last = State::done;
    for (;;) {
        const State state = reader.state();
        if (state == State::done || state == State::refused) break;
        // Each phase has its time, however slowly its bytes come.
        if (state != last)
            allow(state == State::idle     ? limits.idle
                  : state == State::header ? limits.header_time
                                           : limits.body_time);
        last = state;
        between_requests_ = state == State::idle;
        if (between_requests_ && shared_.stopping) co_return false;
        if (reader.wants_continue()) {
            const Clock::time_point until = deadline_;
            const bool sent = co_await write("HTTP/1.1 100 Continue\r\n\r\n");
            if (!sent) co_return false;
            deadline_ = until;
        }
        const std::size_t n = co_await wire_->read(buffer);
        if (n == 0) co_return false;
        reader.feed(std::string_view(buffer.data(), n));
    }
    between_requests_ = false;
    deadline_ = Clock::time_point::max();
    co_return true;
}

asio::awaitable<Reply> Connection::reply_to(const Request& request, const std::string& target) {
    if (auto problem = foreign(request, shared_.config.names)) {
        Reply reply = problem_reply(*problem);
        label(reply, request.id);
        co_return reply;
    }
    Reply reply = shared_.routes.answer(request, target);
    while (reply.later) {
        const auto work = std::move(reply.later);
        const std::function<Reply()> rest = co_await asio::co_spawn(
            shared_.beside,
            [&work]() -> asio::awaitable<std::function<Reply()>> { co_return work(); },
            asio::use_awaitable);
        reply = rest();
    }
    co_return reply;
}

// Whether the connection goes on.
asio::awaitable<bool> Connection::answer(RequestReader::Read read) {
    const Clock::time_point start = Clock::now();
    read.request.id =
        fmt::format("{:08x}-{}", shared_.request_ids_from & 0xffffffffu, ++shared_.requests);
    read.request.remote = wire_->remote;
    read.request.tls = wire_->is_tls();
    const Request request = std::move(read.request);
    Reply reply = co_await reply_to(request, read.target);
    if (reply.stream && shared_.streams >= shared_.config.limits.streams) {
        const std::string pattern = reply.pattern;
        reply = problem_reply({.status = 503,
                               .detail = fmt::format("All {} streams are in use; try again later",
                                                     shared_.config.limits.streams)});
        reply.headers.emplace_back("Retry-After", "5");
        label(reply, request.id);
        reply.pattern = pattern;
    }
    const std::chrono::duration<double> took = Clock::now() - start;
    shared_.meters.answered(reply.pattern, request.method, reply.status, took.count());
    if (reply.status >= 400) shared_.failed(request, read.target, reply.status);
    if (reply.stream) {
        const StreamWish wish = *reply.stream;
        const bool begun = co_await send(request, std::move(reply), false);
        if (begun) co_await stream(wish);
        co_return false;
    }
    const bool keep_alive = read.keep_alive && !shared_.stopping;
    const bool sent = co_await send(request, std::move(reply), keep_alive);
    co_return sent&& keep_alive;
}

std::string Connection::head_of(const Reply& reply, bool keep_alive) const {
    std::string head =
        fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\nConnection: {}\r\n", reply.status,
                    reason_phrase(reply.status), http_date(), keep_alive ? "keep-alive" : "close");
    if (!reply.content_type.empty())
        head += fmt::format("Content-Type: {}\r\n", reply.content_type);
    if (!reply.stream && reply.status != 204 && reply.status != 304)
        head += fmt::format("Content-Length: {}\r\n", reply.body.size());
    for (const Pair& header : reply.headers) {
        // Nothing that a handler took from a request may begin a line of its own.
        if (header.second.find_first_of("\r\n") != std::string::npos) continue;
        head += fmt::format("{}: {}\r\n", header.first, header.second);
    }
    const auto unless_said = [&](std::string_view name, std::string_view value) {
        if (!has_header(reply, name)) head += fmt::format("{}: {}\r\n", name, value);
    };
    unless_said("Cache-Control", reply.etag.empty() ? "no-store" : "no-cache");
    unless_said("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    unless_said("X-Content-Type-Options", "nosniff");
    unless_said("Referrer-Policy", "no-referrer");
    unless_said("Cross-Origin-Opener-Policy", "same-origin");
    unless_said("Cross-Origin-Resource-Policy", "same-origin");
    unless_said("Permissions-Policy",
                "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
    if (wire_->is_tls()) unless_said("Strict-Transport-Security", "max-age=31536000");
    return head + "\r\n";
}

asio::awaitable<bool> Connection::send(const Request& request, Reply reply, bool keep_alive) {
    std::string bytes = head_of(reply, keep_alive);
    const bool no_body =
        request.method == "HEAD" || reply.stream || reply.status == 204 || reply.status == 304;
    if (!no_body) bytes += reply.body;
    co_return co_await write(bytes);
}

asio::awaitable<void> Connection::pause(Clock::time_point until) {
    boost::system::error_code ignored;
    wake_.expires_at(until);
    co_await wake_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

asio::awaitable<void> Connection::stream(const StreamWish& wish) {
    ++shared_.streams;
    EventHub::Reader* reader = shared_.hub.join(wish);
    reader->owner = this;
    still_ = wish.still;
    watching_ = true;
    asio::co_spawn(
        wire_->executor(), [this] { return watch(); },
        [this](std::exception_ptr) {
            watching_ = false;
            wake_.cancel();
        });
    try {
        co_await feed_stream(*reader);
    } catch (const std::exception& fault) {  // watch() must end before this does
        shared_.log(fault.what());
    }
    shared_.hub.leave(reader);
    --shared_.streams;
    // watch() reads still, and TLS cannot be read twice at once to take leave.
    if (!gone_ && !wire_->is_tls()) co_await wire_->finish();
    cut();
    while (watching_) co_await pause(Clock::time_point::max());
}

asio::awaitable<void> Connection::feed_stream(EventHub::Reader& reader) {
    const ServerLimits& limits = shared_.config.limits;
    const bool begun = co_await write("retry: 1000\n\n");
    if (!begun) co_return;
    Clock::time_point heartbeat_at = Clock::now() + limits.heartbeat;
    Clock::time_point next_batch = Clock::now();
    while (!gone_) {
        std::string text;
        bool last = false;
        if (shared_.stopping) {
            text = "event: bye\ndata: {\"reason\":\"the desk stops\"}\n\n";
            last = true;
        } else if (ended_) {
            text = "event: bye\ndata: {\"reason\":\"the session has ended\"}\n\n";
            last = true;
        } else if (Clock::now() < next_batch) {
            co_await pause(next_batch);
            continue;
        } else if (shared_.hub.waiting(reader)) {
            EventHub::Batch batch = shared_.hub.take(reader);
            text = std::move(batch.text);
            last = batch.last;
        } else if (Clock::now() >= heartbeat_at) {
            text = heartbeat();
        } else {
            co_await pause(heartbeat_at);
            continue;
        }
        if (!text.empty()) co_await write(text);
        if (last) co_return;
        next_batch = Clock::now() + limits.batch_gap;
        heartbeat_at = Clock::now() + limits.heartbeat;
    }
}

// Notices that the reader of a stream has gone; what it still says is not listened to.
asio::awaitable<void> Connection::watch() {
    std::array<char, 512> buffer;
    std::size_t said = 0;
    while (said < (std::size_t{64} << 10)) {
        const std::size_t n = co_await wire_->read(buffer);
        if (n == 0) break;
        said += n;
    }
    gone_ = true;
    wire_->close();
}

// So that the last reply arrives: bytes that come after it must not make the system reset the
// connection before it was read.
asio::awaitable<void> Connection::close_gently() {
    allow(std::chrono::milliseconds(1'000));
    co_await wire_->finish();
    std::array<char, 4096> buffer;
    for (std::size_t taken = 0; taken < (std::size_t{1} << 20);) {
        const std::size_t n = co_await wire_->read(buffer);
        if (n == 0) break;
        taken += n;
    }
    deadline_ = Clock::time_point::max();
}

}  // namespace assay::http
