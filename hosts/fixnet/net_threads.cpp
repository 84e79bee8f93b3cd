// What a session does all day: a thread for each connection, and what its engine asks for.
#include <algorithm>
#include <fmt/format.h>

#include "hosts/fixnet/net_impl.h"

namespace assay::fixnet {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kTick{100};
constexpr seconds kDialLimit{10}, kLogonLimit{10}, kLongestPause{30};
constexpr std::size_t kMostStrangers = 32;  // connections without a Logon yet, of a port

// Takes as long for a wrong password as for the right one.
bool same_secret(std::string_view a, std::string_view b) {
    unsigned differ = a.size() == b.size() ? 0 : 1;
    for (std::size_t i = 0; i < a.size(); ++i)
        differ |= static_cast<unsigned char>(a[i]) ^
                  static_cast<unsigned char>(i < b.size() ? b[i] : '\x01');
    return differ == 0;
}

}  // namespace

bool Net::Impl::message(std::size_t s, bool sent, const std::string& bytes) {
    Slot& slot = *slots[s];
    const auto begun = Clock::now();
    if (!capture.message(s, sent, bytes, sent ? begun : slot.seen)) return false;
    if (!sent) slot.capture_ns += std::chrono::nanoseconds(Clock::now() - begun).count();
    ++(sent ? slot.sent : slot.received);
    return true;
}

void Net::Impl::event(std::size_t s, const std::string& text) {
    {
        const std::lock_guard lock(slots[s]->mutex);
        if (text == "Disconnecting") {
            if (slots[s]->reason.empty()) slots[s]->reason = slots[s]->last_event;
        } else {
            slots[s]->last_event = text;
        }
    }
    // A refusal ends what never was up, and nobody would hear of it.
    say(s, text.starts_with("refused: ") ? Severity::warning : Severity::info, text);
}

void Net::Impl::up(std::size_t s) {
    ++slots[s]->ups;
    capture.up(s);
}

void Net::Impl::down(std::size_t s) {
    std::string why;
    {
        Slot& slot = *slots[s];
        const std::lock_guard lock(slot.mutex);
        if (slot.reason.empty()) slot.reason = "the connection was closed";
        why = slot.last_why = fix::mask_secrets_anywhere(slot.reason);
    }
    capture.down(s, why);
}

bool Net::Impl::transmit(std::size_t s, const std::string& bytes) {
    std::shared_ptr<Link> link;
    {
        const std::lock_guard lock(slots[s]->mutex);
        link = slots[s]->link;
    }
    return link != nullptr && link->write(bytes);
}

void Net::Impl::hang_up(std::size_t s) {
    std::shared_ptr<Link> link;
    std::string why;
    {
        const std::lock_guard lock(slots[s]->mutex);
        link = slots[s]->link;
        why = slots[s]->reason.empty() ? slots[s]->last_event : slots[s]->reason;
    }
    if (link != nullptr) link->close(why);
}

// One message after the other out of what has come.
void Net::Impl::take(std::size_t s, Link& link, Stream& stream) {
    Slot& slot = *slots[s];
    slot.seen = Clock::now();
    const auto garbled = [&](std::string_view bytes, const char* why) {
        if (bytes.find_first_not_of("\x01\r\n ") == std::string_view::npos) return;
        ++slot.garbled;
        capture.garbled(s, bytes, why);
    };
    Clock::duration in_engine{};
    stream.cut(
        [&](std::string_view bytes) {
            const auto envelope = open_envelope(bytes);
            if (!envelope) {
                garbled(bytes, envelope.error().text().c_str());
                return !link.closed();
            }
            std::vector<EngineField> header, body;
            for (const fix::Field& f : envelope->header) header.push_back(plain_field(f));
            const std::vector<fix::Field> fields =
                envelope->admin() ? fields_of(envelope->body) : std::vector<fix::Field>{};
            for (const fix::Field& f : fields) body.push_back(plain_field(f));
            if (envelope->msg_type == "5") {
                std::string why = "the other side logged out";
                for (const fix::Field& f : fields)
                    if (f.tag == 58) why += ": " + std::string(f.value);
                const std::lock_guard lock(slot.mutex);
                if (slot.reason.empty()) slot.reason = why;
            }
            const auto before = Clock::now();
            const std::int64_t captured = slot.capture_ns;
            engine->incoming(s, std::string(bytes), header, body);
            const auto took = Clock::now() - before;
            in_engine += took;
            slot.engine_ns += std::chrono::nanoseconds(took).count() - (slot.capture_ns - captured);
            return !link.closed();
        },
        garbled);
    slot.ours_ns += std::chrono::nanoseconds(Clock::now() - slot.seen - in_engine).count();
}

void Net::Impl::run(std::size_t s, std::shared_ptr<Link> link, Stream stream) {
    Slot& slot = *slots[s];
    {
        const std::lock_guard lock(slot.mutex);
        slot.link = link;
        slot.reason.clear();
        slot.last_event.clear();
    }
    say(s, Severity::info, "connected with " + link->peer());
    engine->connected(s);
    Clock::time_point ticked{};
    while (!link->closed()) {
        if (!stream.bytes.empty()) take(s, *link, stream);
        if (const auto now = Clock::now(); now - ticked >= kTick) {
            engine->tick(s);
            ticked = now;
        }
        if (link->closed()) break;
        link->wait(kTick);
        link->flush();
        if (!link->read(stream.bytes)) break;
    }
    {
        const std::lock_guard lock(slot.mutex);
        if (slot.reason.empty()) slot.reason = link->why();
    }
    engine->disconnected(s);
    const std::lock_guard lock(slot.mutex);
    slot.link.reset();
}

void Net::Impl::pause(milliseconds how_long) {
    const auto until = Clock::now() + how_long;
    while (!stopping && Clock::now() < until)
        std::this_thread::sleep_for(
            std::min<Clock::duration>(milliseconds(50), until - Clock::now()));
}

// The connection was there, and no session came of it: once for each reason.
void Net::Impl::say_no_logon(std::size_t s, std::string& said) {
    std::string why;
    {
        const std::lock_guard lock(slots[s]->mutex);
        why = slots[s]->reason;
    }
    if (why.empty()) why = "the other side closed the connection without a word";
    if (stopping || why == said) return;
    said = why;
    say(s, Severity::warning,
        fmt::format("the Logon to {}:{} as {} led to nothing: {}", specs[s].host, specs[s].port,
                    specs[s].sender, why));
}

void Net::Impl::call(std::size_t s) {
    const SessionSpec& spec = specs[s];
    Slot& slot = *slots[s];
    const milliseconds first = seconds(std::max(spec.reconnect_s, 1));
    milliseconds next = first;
    std::string said, said_no_logon;
    while (!stopping) {
        auto link = Link::dial(spec.host, spec.port, slot.tls.get(), spec.tls.server_name,
                               Clock::now() + kDialLimit, stopping);
        if (!link) {
            ++slot.failures;
            if (said != link.error().text() && !stopping)
                say(s, Severity::warning, said = link.error().text());
        } else {
            said.clear();
            const std::uint64_t before = slot.ups;
            slot.taken = true;
            run(s, std::move(*link), {});
            slot.taken = false;
            if (slot.ups == before) {
                ++slot.failures;
                say_no_logon(s, said_no_logon);
            } else {
                next = first;
                said_no_logon.clear();
            }
        }
        if (stopping) break;
        pause(next);
        next = std::min<milliseconds>(next * 2, kLongestPause);
    }
}

// Whose Logon it is; kNoSession with `why`.
std::size_t Net::Impl::session_of(std::size_t port, std::string_view logon,
                                  std::string& why) const {
    const auto e = open_envelope(logon);
    if (!e || e->msg_type != "A") {
        why = "the first message is no Logon";
        return kNoSession;
    }
    for (const std::size_t s : ports[port]->sessions) {
        const SessionSpec& spec = specs[s];
        if (e->value(8) != spec.begin_string || e->value(49) != spec.target ||
            e->value(56) != spec.sender)
            continue;
        std::string_view user, password;
        for (const fix::Field& f : fields_of(e->body)) {
            if (f.tag == 553) user = f.value;
            if (f.tag == 554) password = f.value;
        }
        const bool known = (spec.username.empty() || same_secret(spec.username, user)) &
                           (spec.password.empty() || same_secret(spec.password, password));
        if (known) return s;
        why = "Username(553) or Password(554) is not that of session " + spec.name;
        return kNoSession;
    }
    why = fmt::format("no session is {} from {} to {}", e->value(8), e->value(49), e->value(56));
    return kNoSession;
}

void Net::Impl::greet(std::size_t p, std::shared_ptr<Link> link) {
    Port& port = *ports[p];
    const auto until = Clock::now() + kLogonLimit;
    const auto refuse = [&](const std::string& why) {
        --port.strangers;
        if (!stopping)
            say(kNoSession, Severity::warning,
                fmt::format("{} at port {} is refused: {}", link->peer(), port.listener->port(),
                            why));
    };
    if (port.tls != nullptr)
        if (auto ok = link->greet(*port.tls, until, stopping); !ok)
            return refuse(ok.error().text());
    // The first message says whose connection it is. It is looked at again by run().
    Stream all;
    std::size_t s = kNoSession;
    std::string why;
    for (bool found = false; !found;) {
        if (stopping || Clock::now() >= until) return refuse("no Logon in time");
        link->wait(kTick);
        if (!link->read(all.bytes)) return refuse("it hung up before its Logon");
        if (all.bytes.size() > fix::FramerOptions{}.max_message)
            return refuse("no Logon in its first bytes");
        Stream look;
        look.bytes = all.bytes;
        look.cut(
            [&](std::string_view bytes) {
                found = true;
                s = session_of(p, bytes, why);
                return false;
            },
            [](std::string_view, const char*) {});
    }
    if (s == kNoSession) return refuse(why);
    if (slots[s]->taken.exchange(true))
        return refuse("session " + specs[s].name + " is connected already");
    --port.strangers;
    run(s, std::move(link), std::move(all));
    slots[s]->taken = false;
}

void Net::Impl::listen(std::size_t p) {
    Port& port = *ports[p];
    while (!stopping) {
        std::shared_ptr<Link> link = port.listener->accept(kTick);
        const std::lock_guard lock(guests_mutex);
        std::erase_if(guests, [](Guest& g) {
            if (!g.done) return false;
            g.thread.join();
            return true;
        });
        if (link == nullptr || stopping) continue;
        if (port.strangers >= kMostStrangers) {
            say(kNoSession, Severity::warning,
                link->peer() + " is refused: too many connections without a Logon");
            continue;
        }
        ++port.strangers;
        Guest& guest = guests.emplace_back();
        const std::string peer = link->peer();
        try {
            guest.thread = std::thread([this, p, link = std::move(link), &guest]() mutable {
                greet(p, std::move(link));
                guest.done = true;
            });
        } catch (const std::system_error& e) {
            guests.pop_back();
            --port.strangers;
            say(kNoSession, Severity::warning,
                fmt::format("{} is refused: no thread for it ({})", peer, e.what()));
        }
    }
}

}  // namespace assay::fixnet
