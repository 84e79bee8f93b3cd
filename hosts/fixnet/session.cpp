#include "hosts/fixnet/session.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <tuple>

#include "hosts/fixnet/link.h"

namespace assay::fixnet {

const char* text(Role role) {
    switch (role) {
        case Role::oms:
            return "oms";
        case Role::lp:
            return "lp";
        case Role::drop_copy:
            return "drop_copy";
        case Role::market_data:
            return "market_data";
    }
    return "";
}

bool may_send(Role role) {
    return role != Role::drop_copy;
}

namespace {

bool plain(const std::string& text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

// "HH:MM:SS"
bool is_time(const std::string& text) {
    const auto two = [&](std::size_t at, int below) {
        if (text[at] < '0' || text[at] > '9' || text[at + 1] < '0' || text[at + 1] > '9')
            return false;
        return (text[at] - '0') * 10 + (text[at + 1] - '0') < below;
    };
    return text.size() == 8 && text[2] == ':' && text[5] == ':' && two(0, 24) && two(3, 60) &&
           two(6, 60);
}

Result<void> check_version(const SessionSpec& s) {
    if (s.begin_string == "FIX.4.2" || s.begin_string == "FIX.4.4") {
        if (!s.appl_ver.empty())
            return fail(
                fmt::format("appl_ver = \"{}\" belongs to FIXT.1.1 only: leave it out, or "
                            "set begin_string = \"FIXT.1.1\"",
                            s.appl_ver));
        return {};
    }
    if (s.begin_string != "FIXT.1.1")
        return fail(fmt::format("begin_string is \"{}\"; expected FIX.4.2, FIX.4.4 or FIXT.1.1",
                                s.begin_string));
    if (s.appl_ver != "9")
        return fail(fmt::format(
            "appl_ver is \"{}\"; with FIXT.1.1 expected 9, which is FIX 5.0 SP2", s.appl_ver));
    return {};
}

Result<void> check_reach(const SessionSpec& s) {
    if (!s.acceptor || is_loopback(s.host)) return {};
    const bool known = !s.password.empty() || !s.tls.authorities.empty();
    if ((s.tls.on && known) || s.private_network) return {};
    return fail(fmt::format(
        "would listen at {}, where other machines reach it, without {}: set tls with a password "
        "or with authorities for client certificates, or listen at 127.0.0.1, or say "
        "private_network = true where the line is private",
        s.host, s.tls.on ? "knowing who calls" : "TLS"));
}

Result<void> check_one(const SessionSpec& s) {
    if (!plain(s.sender) || !plain(s.target))
        return fail("sender and target are CompIDs: printable characters, no blanks");
    if (s.sender == s.target) return fail("sender and target are the same: whom would it talk to?");
    if (auto ok = check_version(s); !ok) return ok;
    if (s.host.empty()) return fail("host is empty: give an address or a name");
    if (!s.acceptor && s.port == 0) return fail("port is 0: an initiator must know where to call");
    if (!s.acceptor && (s.heartbeat_s < 1 || s.heartbeat_s > 3'600))
        return fail(fmt::format("heartbeat_s is {}; expected 1 to 3600 seconds", s.heartbeat_s));
    if (s.time_digits != 0 && s.time_digits != 3 && s.time_digits != 6)
        return fail(fmt::format("time_digits is {}; expected 0, 3 or 6", s.time_digits));
    if (!is_time(s.starts) || !is_time(s.ends))
        return fail(fmt::format("starts = \"{}\", ends = \"{}\"; expected HH:MM:SS in UTC",
                                s.starts, s.ends));
    if (s.role == Role::lp && s.lp.empty())
        return fail("is a session with an LP, but lp does not say with which");
    if (s.tls.on && s.acceptor && (s.tls.certificate.empty() || s.tls.key.empty()))
        return fail("listens with TLS: set tls.certificate and tls.key");
    if (s.tls.on && !s.acceptor && s.tls.authorities.empty())
        return fail("calls with TLS: set tls.authorities, by which the other side is verified");
    if (s.tls.certificate.empty() != s.tls.key.empty())
        return fail("tls.certificate and tls.key belong together: set both");
    return check_reach(s);
}

}  // namespace

Result<void> check(const std::vector<SessionSpec>& specs) {
    std::set<std::string> names;
    std::set<std::tuple<std::string, std::string, std::string>> ends;
    for (const SessionSpec& s : specs) {
        if (!plain(s.name)) return fail("a session has no name, or one with blanks in it");
        const std::string place = "session " + s.name;
        if (!names.insert(s.name).second)
            return fail(place + ": the name is taken by another session");
        if (!ends.emplace(s.begin_string, s.sender, s.target).second)
            return fail(
                fmt::format("{}: another session is {} from {} to {} too: nothing on the "
                            "wire would tell them apart",
                            place, s.begin_string, s.sender, s.target));
        if (auto ok = check_one(s); !ok) return std::unexpected(Error(ok.error()).in(place));
    }
    // Who listens at one port does so in one way.
    for (const SessionSpec& a : specs)
        for (const SessionSpec& b : specs) {
            if (&a == &b || !a.acceptor || !b.acceptor || a.port == 0 || a.port != b.port ||
                a.host != b.host)
                continue;
            if (a.tls.on != b.tls.on || a.tls.certificate != b.tls.certificate ||
                a.tls.key != b.tls.key || a.tls.authorities != b.tls.authorities)
                return fail(
                    fmt::format("sessions {} and {} listen at {}:{} with different tls: "
                                "give them ports of their own",
                                a.name, b.name, a.host, a.port));
        }
    return {};
}

}  // namespace assay::fixnet
