// The only file that knows QuickFIX; C++14 (see CMakeLists.txt).
//
// QuickFIX is given headers only. It keeps the fields of a body sorted by tag, which takes
// repeating groups apart, and without a dictionary it refuses a tag that stands twice. So what
// comes in is shown to it without its body, and what goes out is one field, whose value is all the
// rest of the body as it stands: lengths, sums and order come out right.
#include "hosts/fixnet/engine.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "hosts/fixnet/engine_peer.h"

namespace assay {
namespace fixnet {

namespace {

// QuickFIX registers sessions by name for the whole process; nobody here looks for them there.
std::string fresh_qualifier() {
    static std::atomic<unsigned> made{0};
    return FIX::IntConvertor::convert(static_cast<int>(++made));
}

constexpr int kMostTooHigh = 100000;
constexpr std::size_t kMostTooHighBytes = std::size_t{64} << 20;
constexpr std::chrono::seconds kGapPatience(3);
constexpr int kGapRounds = 2;  // beside QuickFIX's own

}  // namespace

EnginePeer::EnginePeer(EngineOwner& o, std::size_t n, const EngineSession& spec)
    : owner(o),
      number(n),
      begin_string(spec.begin_string),
      username(spec.initiator ? spec.username : std::string()),
      password(spec.initiator ? spec.password : std::string()),
      most_kept(spec.kept),
      accept_reset(spec.accept_reset),
      resets(spec.reset_on_logon),
      next_sender(spec.next_sender),
      next_target(spec.next_target),
      kept(spec.sent.begin(), spec.sent.end()) {
    if (spec.created_s >= 0) created = FIX::UtcTimeStamp(static_cast<time_t>(spec.created_s));
    const FIX::TimeRange day(FIX::UtcTimeOnlyConvertor::convert(spec.starts),
                             FIX::UtcTimeOnlyConvertor::convert(spec.ends));
    session.reset(new FIX::Session(
        app, stores, FIX::SessionID(spec.begin_string, spec.sender, spec.target, fresh_qualifier()),
        FIX::DataDictionaryProvider(), day, spec.initiator ? spec.heartbeat_s : 0, &logs));
    session->setSenderDefaultApplVerID(spec.appl_ver);
    // Clocks of LPs are off, and ours may be stepped: what a message is worth is not told by it.
    session->setCheckLatency(false);
    session->setResetOnLogon(spec.reset_on_logon);
    session->setTimestampPrecision(spec.time_digits);
    session->setValidateLengthAndChecksum(false);  // done before a message comes here
}

void EnginePeer::take(const std::string& bytes, const std::vector<EngineField>& header,
                      const std::vector<EngineField>& body) {
    FIX::Message message;
    for (const EngineField& f : header)
        message.getHeader().setField(f.tag, std::string(f.data, f.size));
    for (const EngineField& f : body) message.setField(f.tag, std::string(f.data, f.size));
    session->getLog()->onIncoming(bytes);

    const std::string type = message.getHeader().getField(FIX::FIELD::MsgType);
    const int expected = next_target;
    int seq = 0;
    try {
        seq = FIX::IntConvertor::convert(message.getHeader().getField(FIX::FIELD::MsgSeqNum));
    } catch (const std::exception&) {  // QuickFIX says what is wrong with it
    }
    // QuickFIX begins anew before it asks anybody.
    if (type == "A" && !accept_reset && !resets && expected > 1 &&
        message.isSetField(FIX::FIELD::ResetSeqNumFlag) &&
        message.getField(FIX::FIELD::ResetSeqNumFlag) == "Y")
        return hang_up(
            "refused: the Logon begins the numbers anew (ResetSeqNumFlag(141)=Y) while " +
            FIX::IntConvertor::convert(expected) + " is expected, and accept_reset = false");
    too_high = seq > expected ? too_high + 1 : 0;
    too_high_bytes = seq > expected ? too_high_bytes + bytes.size() : 0;
    if (too_high > kMostTooHigh || too_high_bytes > kMostTooHighBytes)
        return hang_up("too many messages behind a gap that was not filled");
    if (type == "2" && message.isSetField(FIX::FIELD::BeginSeqNo) && seq != 0) {
        const int begin = FIX::IntConvertor::convert(message.getField(FIX::FIELD::BeginSeqNo));
        if (begin >= next_sender || begin < 1)
            return hang_up("ResendRequest for messages that were never sent");
    }

    // QuickFIX counts a Reject behind a gap as if the gap were filled, and what is in it would
    // never be asked for. A Heartbeat it treats as it should.
    if (type == "3" && seq > expected) message.getHeader().setField(FIX::FIELD::MsgType, "0");
    in_logon = type == "A";
    try {
        session->next(message, FIX::UtcTimeStamp());
    } catch (...) {
        in_logon = false;
        throw;
    }
    in_logon = false;
    // QuickFIX answers a ResendRequest behind a gap, and does not keep it: its number is missing
    // too.
    if (seq > expected && type != "5") gap_end = std::max(gap_end, type == "2" ? seq + 1 : seq);
    // The same with a Logout, which ends the session all the same.
    if (type == "5" && seq != expected && next_target == expected + 1) next_target = expected;
}

void EnginePeer::look_at_gap() {
    const int next = next_target;
    if (!up || next >= gap_end) {
        gap_end = gap_next = gap_rounds = 0;
        return;
    }
    const auto now = std::chrono::steady_clock::now();
    if (next != gap_next) {
        gap_next = next;
        gap_rounds = 0;
        gap_moved = now;
    }
    if (now - gap_moved < kGapPatience || gap_rounds >= kGapRounds) return;
    ++gap_rounds;
    gap_moved = now;
    say("messages from " + FIX::IntConvertor::convert(next) + " on are still missing: asked again");
    FIX::Message request;
    request.getHeader().setField(FIX::FIELD::MsgType, "2");
    request.setField(FIX::FIELD::BeginSeqNo, FIX::IntConvertor::convert(next));
    request.setField(FIX::FIELD::EndSeqNo, "0");
    session->send(request);
}

class Engine::Impl {
  public:
    std::vector<std::unique_ptr<EnginePeer>> peers;
};

Engine::Engine(EngineOwner& owner, const std::vector<EngineSession>& sessions) : impl_(new Impl) {
    try {
        for (std::size_t i = 0; i < sessions.size(); ++i)
            impl_->peers.emplace_back(new EnginePeer(owner, i, sessions[i]));
    } catch (const std::exception& e) {
        throw std::runtime_error(e.what());
    }
}

Engine::~Engine() {}

void Engine::connected(std::size_t session) {
    EnginePeer& p = *impl_->peers[session];
    const std::lock_guard<std::mutex> lock(p.mutex);
    p.too_high = p.gap_end = 0;
    p.too_high_bytes = 0;
    p.guarded([&] { p.session->setResponder(&p.way); });
}

void Engine::disconnected(std::size_t session) {
    EnginePeer& p = *impl_->peers[session];
    const std::lock_guard<std::mutex> lock(p.mutex);
    p.guarded([&] { p.session->disconnect(); });
}

void Engine::tick(std::size_t session) {
    EnginePeer& p = *impl_->peers[session];
    const std::lock_guard<std::mutex> lock(p.mutex);
    p.guarded([&] {
        p.session->next();
        p.look_at_gap();
    });
}

void Engine::incoming(std::size_t session, const std::string& bytes,
                      const std::vector<EngineField>& header,
                      const std::vector<EngineField>& body) {
    EnginePeer& p = *impl_->peers[session];
    const std::lock_guard<std::mutex> lock(p.mutex);
    p.guarded([&] { p.take(bytes, header, body); });
}

Engine::Sent Engine::send(std::size_t session, const std::vector<EngineField>& header,
                          int first_tag, const std::string& value) {
    EnginePeer& p = *impl_->peers[session];
    const std::lock_guard<std::mutex> lock(p.mutex);
    if (!p.session->isLoggedOn() || p.session->sentLogout()) return Sent::not_logged_on;
    bool sent = false;
    p.guarded([&] {
        FIX::Message message;
        for (const EngineField& f : header)
            message.getHeader().setField(f.tag, std::string(f.data, f.size));
        put_body(message, first_tag, value);
        sent = p.session->send(message);
    });
    return sent ? Sent::yes : Sent::not_kept;
}

void Engine::log_out(std::size_t session, const std::string& reason) {
    EnginePeer& p = *impl_->peers[session];
    const std::lock_guard<std::mutex> lock(p.mutex);
    p.guarded([&] {
        p.session->logout(reason);
        p.session->next();
    });
}

bool Engine::logged_on(std::size_t session) const {
    return impl_->peers[session]->up;
}
int Engine::next_sender(std::size_t session) const {
    return impl_->peers[session]->next_sender;
}
int Engine::next_target(std::size_t session) const {
    return impl_->peers[session]->next_target;
}

}  // namespace fixnet
}  // namespace assay
