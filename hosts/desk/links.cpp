#include "hosts/desk/links.h"

#include <fmt/format.h>

#include "core/fix/secrets.h"
#include "core/fix/values.h"
#include "core/units/archive.h"
#include "hosts/fixnet/envelope.h"

namespace assay::desk {

namespace {

// Messages that may have left without the journal having got to the disk: at most 1,000 in 5 ms.
std::uint64_t lost_within(Duration journal_delay) {
    return 1'000 *
           std::max<std::uint64_t>(1, static_cast<std::uint64_t>(journal_delay.ns) / 5'000'000);
}
constexpr std::size_t kMostOfLetter = std::size_t{64} << 10;

// A Logon, or a UserRequest.
bool may_hold_secrets(std::string_view bytes) {
    const std::string_view head = bytes.substr(0, 40);
    for (const std::string_view type : {"\x01"
                                        "35=A\x01",
                                        "\x01"
                                        "35=BE\x01"})
        if (head.find(type) != std::string_view::npos) return true;
    return false;
}

fixnet::Role role_of(Role role) {
    switch (role) {
        case Role::oms:
            return fixnet::Role::oms;
        case Role::lp:
            return fixnet::Role::lp;
        case Role::drop_copy:
            return fixnet::Role::drop_copy;
        case Role::market_data:
            return fixnet::Role::market_data;
    }
    return fixnet::Role::drop_copy;
}

fixnet::SessionSpec spec_of(const SessionSettings& s) {
    fixnet::SessionSpec spec;
    spec.name = s.info.name;
    spec.role = role_of(s.info.role);
    spec.lp = s.info.lp;
    spec.acceptor = s.accepts;
    spec.begin_string = s.begin_string;
    spec.appl_ver = s.appl_ver;
    spec.sender = s.sender;
    spec.target = s.target;
    spec.host = s.host;
    spec.port = s.port;
    spec.heartbeat_s = s.heartbeat_s;
    spec.reset_on_logon = s.reset_on_logon;
    spec.accept_reset = s.accept_reset;
    spec.username = s.username;
    spec.password = s.password;
    spec.time_digits = s.time_digits >= 0 ? s.time_digits : s.begin_string == "FIX.4.2" ? 3 : 6;
    spec.starts = s.starts;
    spec.ends = s.ends;
    spec.private_network = s.private_network;
    spec.kept = s.kept;
    spec.reconnect_s = s.reconnect_s;
    if (!s.certificate.empty() || !s.authorities.empty()) {
        spec.tls.on = true;
        spec.tls.certificate = s.certificate;
        spec.tls.key = s.key;
        spec.tls.authorities = s.authorities;
        spec.tls.server_name = s.server_name;
    }
    return spec;
}

}  // namespace

std::vector<fixnet::SessionSpec> session_specs(const DeskSettings& settings) {
    std::vector<fixnet::SessionSpec> specs;
    for (const SessionSettings& s : settings.sessions)
        if (settings.mode != Mode::paper || s.info.role != Role::lp) specs.push_back(spec_of(s));
    return specs;
}

Links::Links(const DeskSettings& settings, journal::Journal& journal)
    : counts_(settings.sessions.size()),
      settings_(&settings),
      sequences_(settings.sessions.size()),
      of_net_(settings.sessions.size(), kNone) {
    for (const SessionSettings& s : settings.sessions)
        numbers_.push_back(journal.session(s.info.name));
}

Links::~Links() {
    stop("the program ends");
}

void Links::begin(const std::string& beside) {
    Loader a(beside);
    std::uint64_t n = 0;
    a(n);
    for (std::uint64_t i = 0; a.ok() && i < n; ++i) {
        std::string name;
        fixnet::Sequences s;
        a(name);
        s.archive(a);
        for (std::size_t place = 0; a.ok() && place < sequences_.size(); ++place)
            if (settings_->sessions[place].info.name == name) sequences_[place] = std::move(s);
    }
}

std::string Links::kept() {
    std::string out;
    Saver a(out);
    a(static_cast<std::uint64_t>(sequences_.size()));
    for (std::size_t place = 0; place < sequences_.size(); ++place) {
        a(settings_->sessions[place].info.name);
        sequences_[place].archive(a);
    }
    return out;
}

void Links::seen(const journal::Entry& e, const std::string& session) {
    ended_in_order_ =
        e.mark == journal::Mark::note && e.session == 0 && e.bytes == "said|stopped=1";
    for (std::size_t place = 0; place < sequences_.size(); ++place) {
        if (settings_->sessions[place].info.name != session) continue;
        if (e.mark == journal::Mark::note)
            sequences_[place].note(e.at, e.bytes);
        else
            sequences_[place].message(e.at, e.mark == journal::Mark::sent, e.bytes);
    }
}

void Links::applied(const Input& input, std::uint32_t place, const SessionOutput&) {
    if (input.session == 0 && input.mark == journal::Mark::note) changed(input);
    if (place >= sequences_.size()) return;
    if (input.mark == journal::Mark::note)
        sequences_[place].note(input.at, input.bytes);
    else
        sequences_[place].message(input.at, input.mark == journal::Mark::sent, input.bytes);
    Counts& c = counts_[place];
    c.gap_fills_ignored = sequences_[place].ignored_gap_fills();
    c.waits_for_gap = sequences_[place].waits_for_gap();
    const Role role = settings_->sessions[place].info.role;
    if (input.mark != journal::Mark::received || (role != Role::lp && role != Role::drop_copy))
        return;
    const auto envelope = fixnet::open_envelope(input.bytes);
    Nanos sent{kNever};
    if (envelope && envelope->value(43) != "Y" &&
        fix::read_utc_timestamp(envelope->value(52), sent))
        c.clock_skew.seen(input.at, sent);
}

void Links::changed(const Input& input) {
    const auto note = Note::read(input.bytes);
    if (!note || (note->name() != "up" && note->name() != "down")) return;
    for (std::size_t place = 0; place < counts_.size(); ++place)
        if (settings_->sessions[place].info.name == note->value("session"))
            counts_[place].changed_ns = input.at.ns;
}

Result<void> Links::open(Sequencer& sequencer, bool paper_lps, Log& log) {
    sequencer_ = &sequencer;
    log_ = &log;
    std::vector<fixnet::SessionSpec> specs;
    std::vector<fixnet::Recovered> recovered;
    for (std::size_t place = 0; place < settings_->sessions.size(); ++place) {
        if (paper_lps && settings_->sessions[place].info.role == Role::lp) continue;
        of_net_[place] = specs.size();
        places_.push_back(place);
        specs.push_back(spec_of(settings_->sessions[place]));
        recovered.push_back(sequences_[place].recovered(
            ended_in_order_ ? 0 : lost_within(settings_->journal_delay)));
    }
    auto net = fixnet::Net::open(std::move(specs), *this, std::move(recovered));
    if (!net) return std::unexpected(net.error());
    net_ = std::move(*net);
    return {};
}

void Links::start() {
    if (net_ != nullptr) net_->start();
}

void Links::stop(std::string_view why) {
    // Not gone yet: the desk's thread may be sending.
    if (net_ == nullptr || std::exchange(stopped_, true)) return;
    // Before the sessions: that they go down is not their LPs' fault.
    (void)sequencer_->put(0, journal::Mark::note, "stopping");
    net_->stop(why);
    (void)sequencer_->put(0, journal::Mark::note, "said|stopped=1");
}

std::uint16_t Links::port(std::string_view session) const {
    for (std::size_t place = 0; place < settings_->sessions.size(); ++place)
        if (settings_->sessions[place].info.name == session && net_ != nullptr &&
            of_net_[place] != kNone)
            return net_->port(of_net_[place]);
    return 0;
}

Result<void> Links::send(std::uint32_t session, std::string_view bytes) {
    if (net_ == nullptr || session >= of_net_.size() || of_net_[session] == kNone)
        return fail("it has no session");
    return net_->send(of_net_[session], bytes);
}

// MsgType is the third field of a sound message; what else is looked at stands in the header.
void Links::count(Counts& c, bool sent, std::string_view bytes) {
    if (!sent) c.bytes_in += bytes.size();
    const std::string_view head = bytes.substr(0, 160);
    const std::size_t type = head.find(
        "\x01"
        "35=");
    if (type == std::string_view::npos || type + 5 >= head.size()) return;
    if (!sent && head.find("\x01"
                           "43=Y\x01") != std::string_view::npos)
        ++c.poss_dups;
    if (head[type + 5] != '\x01') return;
    switch (head[type + 4]) {
        case '2':
            ++(sent ? c.resend_requests_out : c.resend_requests_in);
            break;
        case '3':
            ++(sent ? c.rejects_out : c.rejects_in);
            break;
        case '4':
            if (!sent) ++c.sequence_resets;
            break;
        default:
            break;
    }
}

Links::Told Links::told(std::uint32_t place) const {
    const Counts& c = counts_[place];
    const std::int64_t changed = c.changed_ns;
    return {c.resend_requests_in,
            c.resend_requests_out,
            c.sequence_resets,
            c.poss_dups,
            c.rejects_in,
            c.rejects_out,
            c.downs,
            c.too_low,
            c.garbled,
            c.bytes_in,
            c.garbled_bytes,
            c.gap_fills_ignored,
            c.waits_for_gap,
            c.clock_skew.median(),
            changed == kNever.ns ? std::nullopt : std::optional(Nanos{changed})};
}

bool Links::message(std::size_t session, bool sent, std::string_view bytes,
                    fixnet::Capture::Seen seen) {
    count(counts_[places_[session]], sent, bytes);
    const auto mark = sent ? journal::Mark::sent : journal::Mark::received;
    const std::uint32_t number = numbers_[places_[session]];
    if (!may_hold_secrets(bytes)) return sequencer_->put(number, mark, bytes, seen).has_value();
    return sequencer_->put(number, mark, fix::without_secrets(bytes), seen).has_value();
}

bool Links::note(std::size_t session, std::string_view text) {
    return sequencer_->put(numbers_[places_[session]], journal::Mark::note, text).has_value();
}

void Links::say(LogLevel level, std::size_t session, std::string message,
                std::vector<std::pair<std::string_view, std::string>> fields) {
    if (log_ == nullptr) return;
    const std::string_view name =
        session < places_.size() ? std::string_view(of(session).info.name) : std::string_view();
    log_->write({level, "sessions", std::move(message), name, std::move(fields)});
}

void Links::up(std::size_t session) {
    const std::string& name = of(session).info.name;
    (void)sequencer_->put(0, journal::Mark::note, Note("up").with("session", name).text());
    say(LogLevel::info, session, fmt::format("session {} is up", name));
}

void Links::down(std::size_t session, std::string_view why) {
    Counts& c = counts_[places_[session]];
    ++c.downs;
    if (why.find("too low") != std::string_view::npos) ++c.too_low;
    const std::string& name = of(session).info.name;
    (void)sequencer_->put(0, journal::Mark::note,
                          Note("down").with("session", name).with("why", why).text());
    say(LogLevel::warning, session, fmt::format("session {} is down: {}", name, why),
        {{"why", std::string(why)}});
}

void Links::event(std::size_t session, fixnet::Severity severity, std::string_view what) {
    if (session == fixnet::Net::kNoSession && what.find("is refused") != std::string_view::npos)
        ++refused_logons_;
    if (severity != fixnet::Severity::warning) return;
    say(LogLevel::warning, session,
        fmt::format("{}: {}", session < places_.size() ? of(session).info.name : "sessions", what));
}

// Kept as it came, behind what is wrong with it: a note of the session, which nobody acts upon.
void Links::garbled(std::size_t session, std::string_view bytes, std::string_view why) {
    ++counts_[places_[session]].garbled;
    counts_[places_[session]].garbled_bytes += bytes.size();
    std::string letter = Note("garbled")
                             .with("why", why)
                             .with("length", std::to_string(bytes.size()))
                             .with("bytes", "")
                             .text();
    letter += fix::mask_secrets(bytes.substr(0, kMostOfLetter), '\x01');
    (void)sequencer_->put(numbers_[places_[session]], journal::Mark::note, letter);
    say(LogLevel::warning, session,
        fmt::format("session {}: {} bytes are no FIX message: {}", of(session).info.name,
                    bytes.size(), why),
        {{"bytes", std::to_string(bytes.size())}, {"why", std::string(why)}});
}

}  // namespace assay::desk
