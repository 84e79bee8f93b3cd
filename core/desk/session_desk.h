// The desk behind its sessions: what came by each of them, and what people did, in one order. A
// host journals an input, gives it here, and sends what comes out of it; after a crash the same
// inputs, read from the journal, lead to the same state (docs/desk.md).
//
//     SessionDesk desk(config, run);
//     desk.message(at, session, direction, bytes, out);   // captured on a session
//     desk.note(at, "kill|lp=LP_A|who=ann|why=...", out);  // what is no message
//     for (Outgoing& o : out.desk.outgoing) ...            // to LPs, once it is durable
//     for (Reply& r : out.replies) ...                     // to OMSs, once it is durable
//
// No clock, thread, file or socket. Same calls, same bytes out.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/desk/desk.h"
#include "core/desk/in_order.h"
#include "core/desk/oms.h"
#include "core/desk/outbox.h"
#include "core/units/result.h"

namespace assay::desk {

enum class Role : std::uint8_t { oms, lp, drop_copy, market_data };
const char* text(Role role);

struct SessionInfo {
    std::string name;  // in the journal and everywhere else
    Role role{};
    Oms::Session oms;  // of an OMS
    std::string lp;    // of an LP or its drop copy: its name
    // Of an OMS: when its session goes down, what is open of its parents is cancelled.
    bool cancel_on_disconnect{};
};

struct SessionDeskConfig {
    DeskConfig desk;
    ParentDefaults parents;
    std::vector<SessionInfo> sessions;
    // Nothing may go out to LPs that have no session up.
    bool needs_sessions{true};
    // False: a shadow. What a parent's first decision would have sent is recorded, and no more.
    bool sends{true};
};

// One thing a person or the host did, and not a message: name|key=value|...; values hold no '|' and
// no line break.
//
//     run|n=3|mode=live     the process started, for the third time
//     tick                  time has passed, and something was due
//     up|session=LP_A       logged on; down|session=LP_A|why=...
//     kill|who=|why=        with lp=, symbol=, or neither: everything
//     release|first=|second=  with the same scope
//     cancel|parent=7|who=
//     settle|child=|first=|second=|why=   with filled= and price= of what was found filled
//     config|version=|who=|why=|changed=|rules=   other rules from here on (core/desk/rules.h)
//     dead|session=|entry=|why=   entry 7 of the journal is no message that can be read
//     paused|ms=            the process stood still: nothing goes out until resumed
//     clock|moved_ms=       the system's clock was stepped
//     disk|state=full       nothing goes out until disk|state=room
//     resumed               it has caught up
//     intent|lp=LP_A|child= what was about to be sent; its bytes follow as captured
//     unsent|child=         an order that was held back by a kill or a pause, and is over
//     stopping              the process is about to end: nothing goes out, sessions are hung up
//     said|stopped=1        the process ended in order
class Note {
  public:
    static Result<Note> read(std::string_view text);
    explicit Note(std::string_view name) : text_(name) {}
    Note& with(std::string_view key, std::string_view value);

    std::string_view name() const;
    std::string_view value(std::string_view key) const;  // empty: absent
    std::uint64_t number(std::string_view key) const;    // 0: absent, or no number
    const std::string& text() const { return text_; }

  private:
    Note() = default;
    std::string text_;
};

// A message that was framed but cannot be read. It changed nothing; its bytes are in the journal.
struct DeadLetter {
    std::uint32_t session{};  // its place; SessionDesk::kApi
    std::uint64_t entry{};    // of the journal
    std::string why;
};

struct SessionOutput {
    Output desk;
    std::vector<Reply> replies;  // to OMSs, and kept in the outbox until they are captured as sent
    std::vector<DeadLetter> dead;
    std::vector<std::string> problems;  // what an input said and could not be done
    void clear() {
        desk.clear();
        replies.clear();
        dead.clear();
        problems.clear();
    }
};

class SessionDesk {
  public:
    SessionDesk(SessionDeskConfig config, std::uint64_t run);

    // `session`: its place in the configuration.
    void message(Nanos at, std::uint32_t session, fix::Direction direction, std::uint64_t seq,
                 std::string_view bytes, SessionOutput& out);
    // Parent orders that come by no session: FIX all the same.
    static constexpr std::uint32_t kApi = UINT32_MAX;
    void note(Nanos at, std::string_view text, SessionOutput& out);
    // The session layer noted that a session's numbers begin at 1 again.
    void numbers_begin_anew(std::uint32_t session, bool by_logon);
    // Messages of a session that wait behind a gap.
    std::size_t waiting(std::uint32_t session) const { return in_order_[session].waiting(); }

    // When time itself is an input; see the note `tick`.
    std::optional<Nanos> next_due() const { return desk_->next_due(); }
    std::uint64_t run() const { return run_; }
    // Seen in the order of calls.
    std::uint64_t inputs() const { return inputs_; }

    Desk& desk() { return *desk_; }
    const Desk& desk() const { return *desk_; }
    const Oms& oms() const { return oms_; }
    // Replies that are on no wire yet. A shadow has none: it says nothing.
    const Outbox& outbox() const { return outbox_; }
    // With the rules that are in force (core/desk/rules.h).
    const SessionDeskConfig& config() const { return config_; }
    // Dead letters of a session since the first run.
    std::uint64_t dead(std::uint32_t session) const;
    // Why the last parent order of the API was not taken; for who just asked.
    const std::string& last_refusal() const { return last_refusal_; }
    std::uint32_t session_named(std::string_view name) const;  // kApi: none

    std::string save() const;
    Result<void> load(std::string_view bytes);

  private:
    void act(Nanos at, std::uint32_t session, fix::Direction direction, std::uint64_t seq,
             std::string_view bytes, SessionOutput& out);
    void give_up(std::uint32_t session, Nanos at, SessionOutput& out);
    void bury(std::uint32_t session, std::uint64_t seq, std::string why, SessionOutput& out);
    void parents(const Asked& asked, Nanos at, SessionOutput& out);
    void tell_oms(std::size_t from, SessionOutput& out);
    void keep(std::size_t from, SessionOutput& out);
    void settle(const Note& note, Nanos at, SessionOutput& out);
    void session_changed(const Note& note, Nanos at, SessionOutput& out);
    void forget_parents(std::size_t from, Nanos at, const SessionOutput& out);
    route::Scope scope_of(const Note& note, SessionOutput& out, bool& known) const;
    void begin_run(std::uint64_t run, Nanos at, SessionOutput& out);
    void change_rules(const Note& note, SessionOutput& out);
    Result<void> go_on_as(SessionDeskConfig config, std::uint64_t run);
    Result<void> take_state(std::string_view bytes, std::uint64_t run, const SessionDeskConfig* as);

    SessionDeskConfig config_;
    std::uint64_t run_{}, inputs_{};
    std::unique_ptr<Desk> desk_;
    Oms oms_;
    Outbox outbox_;
    std::vector<InOrder> in_order_;    // by place
    std::vector<std::uint64_t> dead_;  // by place; the last: of the API
    fix::Message message_;
    std::string last_refusal_;
    bool stopping_{};
};

}  // namespace assay::desk
