#include "core/desk/session_desk.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "core/desk/rules.h"
#include "core/units/archive.h"
#include "core/units/decimal.h"

namespace assay::desk {

namespace {

constexpr std::string_view kSessionMagic = "ASSAYSD3";
constexpr std::string_view kDiskFull = "the disk is full";

// Everything is halted, as the disk is full.
bool disk_is_full(const route::Gate& gate) {
    const auto stops = gate.stops();
    return std::any_of(stops.begin(), stops.end(), [](const auto& s) {
        return s.stop == route::Stop::halted && s.scope == route::Scope{} && s.why == kDiskFull;
    });
}

std::uint64_t number_of(std::string_view text) {
    std::uint64_t value = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && rest == text.data() + text.size() ? value : 0;
}

std::string words(const fix::ParseError& wrong) {
    return wrong.code == fix::ParseCode::missing_field
               ? fmt::format("tag {} is missing", wrong.tag)
               : fmt::format("{} in tag {} at byte {}", fix::text(wrong.code), wrong.tag,
                             wrong.offset);
}

}  // namespace

const char* text(Role role) {
    switch (role) {
        case Role::oms:
            return "oms";
        case Role::lp:
            return "lp";
        case Role::drop_copy:
            return "drop-copy";
        case Role::market_data:
            return "market-data";
    }
    return "";
}

// --- notes ---------------------------------------------------------------------------------------

Result<Note> Note::read(std::string_view text) {
    Note note;
    note.text_ = text;
    if (note.name().empty()) return fail("a note without a name");
    return note;
}

Note& Note::with(std::string_view key, std::string_view value) {
    text_ += '|';
    text_ += key;
    text_ += '=';
    for (const char c : value) text_ += c == '|' || c == '\n' || c == '\r' ? ' ' : c;
    return *this;
}

std::string_view Note::name() const {
    return std::string_view(text_).substr(0, text_.find('|'));
}

std::string_view Note::value(std::string_view key) const {
    std::string_view rest = std::string_view(text_).substr(name().size());
    while (!rest.empty()) {
        rest.remove_prefix(1);
        const std::string_view field = rest.substr(0, rest.find('|'));
        rest.remove_prefix(field.size());
        const std::size_t equals = field.find('=');
        if (equals != std::string_view::npos && field.substr(0, equals) == key)
            return field.substr(equals + 1);
    }
    return {};
}

std::uint64_t Note::number(std::string_view key) const {
    return number_of(value(key));
}

// --- the desk ------------------------------------------------------------------------------------

SessionDesk::SessionDesk(SessionDeskConfig config, std::uint64_t run)
    : config_(std::move(config)),
      run_(run),
      desk_(std::make_unique<Desk>(config_.desk, run)),
      oms_(config_.parents),
      outbox_(config_.sessions.size()),
      in_order_(config_.sessions.size()),
      dead_(config_.sessions.size() + 1) {
    // An LP is sent nothing before its session is up.
    if (config_.needs_sessions)
        for (std::uint32_t i = 0; i < config_.desk.router.lps.size(); ++i)
            desk_->router().halt({route::LpId{i}, {}}, kNever, "its session is not up yet");
}

std::uint32_t SessionDesk::session_named(std::string_view name) const {
    for (std::uint32_t i = 0; i < config_.sessions.size(); ++i)
        if (config_.sessions[i].name == name) return i;
    return kApi;
}

void SessionDesk::message(Nanos at, std::uint32_t session, fix::Direction direction,
                          std::uint64_t seq, std::string_view bytes, SessionOutput& out) {
    ++inputs_;
    if (direction == fix::Direction::sent || session >= in_order_.size())
        return act(at, session, direction, seq, bytes, out);
    InOrder& in_order = in_order_[session];
    if (!in_order.its_turn(seq, bytes)) return;
    act(at, session, direction, seq, bytes, out);
    // At this time, and not when it came: what it does to the state is done now.
    while (const auto next = in_order.next())
        act(at, session, direction, next->entry, next->bytes, out);
}

// What waited behind a gap that was not filled while the session was up. Reports and quotes are
// facts, and come again at the most; orders are left to the OMS, which is asked for them.
void SessionDesk::give_up(std::uint32_t session, Nanos at, SessionOutput& out) {
    const std::vector<InOrder::Held> waited = in_order_[session].down();
    if (waited.empty()) return;
    if (config_.sessions[session].role != Role::oms) {
        for (const InOrder::Held& held : waited)
            act(at, session, fix::Direction::received, held.entry, held.bytes, out);
        return;
    }
    out.problems.push_back(fmt::format(
        "{} messages of {} waited behind a gap when its session went down, and were not "
        "acted upon; it is asked for them when it is back",
        waited.size(), config_.sessions[session].name));
}

void SessionDesk::numbers_begin_anew(std::uint32_t session, bool by_logon) {
    if (session < in_order_.size()) in_order_[session].begin_anew(by_logon);
}

void SessionDesk::act(Nanos at, std::uint32_t session, fix::Direction direction, std::uint64_t seq,
                      std::string_view bytes, SessionOutput& out) {
    const std::size_t told = out.desk.routed.reports.size(), replied = out.replies.size();
    const std::size_t forgotten = out.desk.routed.forgotten.size();
    static const SessionInfo kOfApi{"API", Role::oms, {"API", "DESK", Oms::Version::fix44}, {}};
    const SessionInfo& info =
        session < config_.sessions.size() ? config_.sessions[session] : kOfApi;
    if (info.role != Role::oms) {
        fix::Record record;
        record.capture_ns = at;
        record.session = session;
        record.direction = direction;
        record.seq = seq;
        record.length = static_cast<std::uint32_t>(bytes.size());
        record.bytes = bytes;
        const auto unread = [&] { return desk_->unreadable() + desk_->stage().counts().dead; };
        const std::uint64_t before = unread();
        desk_->take(record, out.desk);
        if (unread() != before) {
            const auto wrong = fix::parse(bytes, '\x01', message_);
            bury(session, seq, wrong ? words(wrong) : "too much waits for its order already", out);
        }
    } else if (direction == fix::Direction::received) {
        if (const auto wrong = fix::parse(bytes, '\x01', message_)) {
            const std::string why = words(wrong);
            bury(session, seq, why, out);
            oms_.unreadable(session, info.oms, message_, why, at, out.replies);
        } else {
            parents(oms_.take(session, info.oms, message_, at, out.replies), at, out);
        }
    } else {
        outbox_.sent(session, bytes);
    }
    tell_oms(told, out);
    keep(replied, out);
    forget_parents(forgotten, at, out);
    if (session == kApi && !out.replies.empty()) {
        fix::Message last;
        if (!fix::parse(out.replies.back().bytes, '\x01', last)) last_refusal_ = last.text;
    }
}

std::uint64_t SessionDesk::dead(std::uint32_t session) const {
    return dead_[std::min<std::size_t>(session, dead_.size() - 1)];
}

void SessionDesk::bury(std::uint32_t session, std::uint64_t seq, std::string why,
                       SessionOutput& out) {
    ++dead_[std::min<std::size_t>(session, dead_.size() - 1)];
    const std::string name =
        session < config_.sessions.size() ? config_.sessions[session].name : "API";
    out.problems.push_back(fmt::format("a message on {} cannot be read: {}", name, why));
    out.dead.push_back({session, seq, std::move(why)});
}

void SessionDesk::parents(const Asked& asked, Nanos at, SessionOutput& out) {
    if (const auto* order = std::get_if<NewParent>(&asked)) {
        desk_->take_parent(order->order, at, out.desk);
        if (!config_.sends) desk_->withdraw(order->order.id, at, out.desk);
    } else if (const auto* cancel = std::get_if<CancelParent>(&asked)) {
        desk_->cancel_parent(cancel->parent, at, out.desk);
    } else if (const auto* replace = std::get_if<ReplaceParent>(&asked)) {
        const auto done =
            desk_->replace_parent(replace->parent, replace->qty, replace->limit, at, out.desk);
        oms_.replaced(replace->parent, done, desk_->router().parent(replace->parent), at,
                      out.replies);
    }
}

void SessionDesk::tell_oms(std::size_t from, SessionOutput& out) {
    for (std::size_t i = from; i < out.desk.routed.reports.size(); ++i)
        oms_.report(out.desk.routed.reports[i], config_.desk.router.lps, out.replies);
}

void SessionDesk::keep(std::size_t from, SessionOutput& out) {
    for (std::size_t i = from; config_.sends && i < out.replies.size(); ++i) {
        Reply& reply = out.replies[i];
        if (reply.session < config_.sessions.size())
            reply.number = outbox_.put(reply.session, reply.bytes);
    }
}

void SessionDesk::forget_parents(std::size_t from, Nanos at, const SessionOutput& out) {
    for (std::size_t i = from; i < out.desk.routed.forgotten.size(); ++i)
        oms_.forget(out.desk.routed.forgotten[i], at);
}

route::Scope SessionDesk::scope_of(const Note& note, SessionOutput& out, bool& known) const {
    route::Scope scope;
    scope.symbol = note.value("symbol");
    known = true;
    const std::string_view lp = note.value("lp");
    if (lp.empty()) return scope;
    for (std::uint32_t i = 0; i < config_.desk.router.lps.size(); ++i)
        if (config_.desk.router.lps[i] == lp) scope.lp = route::LpId{i};
    if (!scope.lp) {
        known = false;
        out.problems.push_back(fmt::format("{}: no LP is called \"{}\"", note.name(), lp));
    }
    return scope;
}

void SessionDesk::note(Nanos at, std::string_view text, SessionOutput& out) {
    ++inputs_;
    const std::size_t told = out.desk.routed.reports.size(), replied = out.replies.size();
    const std::size_t forgotten = out.desk.routed.forgotten.size();
    const auto read = Note::read(text);
    if (!read) {
        out.problems.push_back(read.error().text());
        return;
    }
    const Note& note = *read;
    const std::string_view name = note.name();
    bool known = true;
    if (name == "tick") {
        desk_->pass(at, out.desk);
    } else if (name == "run") {
        // Whoever reads the journal again goes by the mode of each run, and not by its own.
        if (const std::string_view mode = note.value("mode"); !mode.empty() && mode != "replay") {
            config_.needs_sessions = mode == "live";
            config_.sends = mode != "shadow";
        }
        begin_run(note.number("n"), at, out);
    } else if (name == "up" || name == "down") {
        session_changed(note, at, out);
    } else if (name == "kill") {
        const route::Scope scope = scope_of(note, out, known);
        if (known) desk_->kill(scope, at, note.value("who"), note.value("why"), out.desk);
    } else if (name == "release") {
        const route::Scope scope = scope_of(note, out, known);
        if (!known) return;
        const auto done = desk_->router().release(scope, note.value("first"), note.value("second"));
        if (!done) out.problems.push_back(done.error().text());
    } else if (name == "cancel") {
        desk_->cancel_parent(note.number("parent"), at, out.desk);
    } else if (name == "settle") {
        settle(note, at, out);
    } else if (name == "unsent") {
        desk_->never_sent({note.number("child")}, at, out.desk);
    } else if (name == "config") {
        change_rules(note, out);
    } else if (name == "paused") {
        // What is in the sockets' buffers is as old as the pause, and looks new.
        std::string why = fmt::format("the desk stood still for {:.1f} s",
                                      static_cast<double>(note.number("ms")) * 1e-3);
        desk_->router().halt({}, at, why);
        out.desk.routed.alerts.push_back(
            {at, 0, {}, why + ": nothing goes out until it has caught up"});
    } else if (name == "stopping") {
        // A pause that ends, or room on the disk, does not lift what came after it: everything has
        // one halt, which is that of the gravest cause.
        stopping_ = true;
        desk_->router().resume({});
        desk_->router().halt({}, at, "the desk is stopping");
    } else if (name == "disk") {
        if (note.value("state") == "full") {
            if (!stopping_) desk_->router().resume({});
            desk_->router().halt({}, at, kDiskFull);
        } else if (disk_is_full(desk_->router().gate())) {
            desk_->router().resume({});
            desk_->pass(at, out.desk);
        }
    } else if (name == "resumed") {
        if (!stopping_ && !disk_is_full(desk_->router().gate())) desk_->router().resume({});
        desk_->pass(at, out.desk);
    } else if (name != "intent" && name != "said" && name != "dead" && name != "clock") {
        out.problems.push_back(fmt::format("no note is called \"{}\"", name));
    }
    tell_oms(told, out);
    keep(replied, out);
    forget_parents(forgotten, at, out);
}

void SessionDesk::settle(const Note& note, Nanos at, SessionOutput& out) {
    route::Found found;
    if (const auto filled = note.value("filled"); !filled.empty()) {
        const Decimal qty = parse_qty(filled), price = parse_price(note.value("price"));
        if (!qty || (!note.value("price").empty() && !price)) {
            out.problems.push_back(
                fmt::format("settle: \"{}\" at \"{}\" is no fill", filled, note.value("price")));
            return;
        }
        found.filled = Qty{qty.scaled};
        found.price = Price{price ? price.scaled : 0};
    }
    const auto done = desk_->settle({note.number("child")}, note.value("first"),
                                    note.value("second"), at, out.desk, found);
    if (!done) out.problems.push_back(done.error().text());
}

void SessionDesk::session_changed(const Note& note, Nanos at, SessionOutput& out) {
    const bool up = note.name() == "up";
    const std::uint32_t session = session_named(note.value("session"));
    if (session == kApi) return;
    if (up)
        in_order_[session].up();
    else
        give_up(session, at, out);
    const SessionInfo& info = config_.sessions[session];
    if (info.role == Role::oms && !up && info.cancel_on_disconnect)
        for (const std::uint64_t parent : oms_.open_of(session))
            desk_->cancel_parent(parent, at, out.desk);
    if (info.role != Role::lp) return;
    for (std::uint32_t i = 0; i < config_.desk.router.lps.size(); ++i) {
        if (config_.desk.router.lps[i] != info.lp) continue;
        if (up)
            desk_->session_up({i}, at, out.desk);
        else
            desk_->session_down({i}, at, out.desk, stopping_);
    }
    desk_->pass(at, out.desk);
}

// The state goes on under a new number, so that no ClOrdID comes twice; what was out is asked for.
void SessionDesk::begin_run(std::uint64_t run, Nanos at, SessionOutput& out) {
    if (run <= run_) return;
    run_ = run;
    stopping_ = false;
    for (std::uint32_t i = 0; i < in_order_.size(); ++i) give_up(i, at, out);
    desk_->begin_run(run);
    for (std::uint32_t i = 0; i < config_.desk.router.lps.size(); ++i) {
        if (!config_.needs_sessions) break;
        desk_->router().resume({route::LpId{i}, {}});  // whatever it was halted for before
        desk_->router().halt({route::LpId{i}, {}}, at, "its session is not up yet");
    }
    desk_->router().resume({});  // of a pause that the process did not outlive
    desk_->restart(at, out.desk);
}

// The whole state goes on under the other rules, as after a restart, but for what is out: sessions
// stay up, and nobody is asked anything. Pages of the board begin anew, and what is newer must be
// told from what is older: so this counts as a run.
void SessionDesk::change_rules(const Note& note, SessionOutput& out) {
    const auto rules = Rules::read(note.value("rules"));
    std::string wrong = rules ? rules->against(config_) : rules.error().text();
    if (wrong.empty()) {
        if (rules->text() == Rules::of(config_).text()) return;
        SessionDeskConfig next = config_;
        rules->put_into(next);
        if (auto gone_on = go_on_as(std::move(next), run_ + 1); !gone_on)
            wrong = gone_on.error().text();
    }
    if (!wrong.empty()) out.problems.push_back("the rules stay as they were: " + wrong);
}

Result<void> SessionDesk::go_on_as(SessionDeskConfig config, std::uint64_t run) {
    const std::string state = save();
    return take_state(state, run, &config);
}

std::string SessionDesk::save() const {
    std::string out(kSessionMagic);
    Saver a(out);
    const auto given = desk_->router().given();
    a(Rules::of(config_).text(), run_, inputs_, given.children, given.decisions, dead_);
    const_cast<Oms&>(oms_).archive(a);  // archive() only reads while saving
    const_cast<Outbox&>(outbox_).archive(a);
    a(in_order_, stopping_, config_.needs_sessions, config_.sends);
    a(desk_->save());
    return out;
}

Result<void> SessionDesk::load(std::string_view bytes) {
    return take_state(bytes, run_, nullptr);
}

// With the rules of the state, or those of `as`. Refused, everything stays as it was.
Result<void> SessionDesk::take_state(std::string_view bytes, std::uint64_t run,
                                     const SessionDeskConfig* as) {
    if (!bytes.starts_with(kSessionMagic))
        return fail("no state of a desk with sessions, or of another version");
    Loader a(bytes.substr(kSessionMagic.size()));
    std::string rules_text;
    std::uint64_t state_run = 0, inputs = 0;
    route::Router::Given given;
    std::vector<std::uint64_t> dead;
    a(rules_text, state_run, inputs, given.children, given.decisions, dead);
    const auto rules = Rules::read(rules_text);
    if (!rules) return std::unexpected(rules.error());
    SessionDeskConfig config = as != nullptr ? *as : config_;
    if (as == nullptr) {
        if (const std::string wrong = rules->against(config); !wrong.empty()) return fail(wrong);
        rules->put_into(config);
    }
    Oms oms(config.parents);
    oms.archive(a);
    Outbox outbox(config_.sessions.size());
    outbox.archive(a);
    std::vector<InOrder> in_order;
    bool stopping = false;
    a(in_order, stopping, config.needs_sessions, config.sends);
    std::string state;
    a(state);
    if (!a.ok() || !a.at_end() || outbox.sessions() != config_.sessions.size() ||
        in_order.size() != config_.sessions.size() || dead.size() != dead_.size())
        return fail("the state of the desk is damaged");
    auto desk = std::make_unique<Desk>(config.desk, run);
    if (auto loaded = desk->load(state); !loaded) return loaded;
    if (state_run == run) desk->router().go_on_from(given);
    config_ = std::move(config);
    run_ = run;
    desk_ = std::move(desk);
    oms_ = std::move(oms);
    outbox_ = std::move(outbox);
    in_order_ = std::move(in_order);
    stopping_ = stopping;
    inputs_ = inputs;
    dead_ = std::move(dead);
    return {};
}

}  // namespace assay::desk
