// desk.toml: everything that `assay desk` is told. examples/acme-desk.toml shows and explains each
// key.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/desk/session_desk.h"
#include "core/units/result.h"
#include "hosts/cli/toml_file.h"
#include "hosts/desk/log.h"
#include "hosts/desk/service.h"
#include "hosts/desk/weight_limits.h"
#include "hosts/history/history.h"
#include "hosts/http/accounts.h"

namespace assay::desk {

// A session as the file has it; what QuickFIX makes of it is hosts/fixnet's affair.
struct SessionSettings {
    SessionInfo info;
    bool accepts{};
    std::string begin_string{"FIX.4.4"}, appl_ver;
    std::string sender, target, host{"127.0.0.1"};
    std::uint16_t port{};
    int heartbeat_s{30};
    bool reset_on_logon{};
    bool accept_reset{true};
    std::string username, password;
    std::string certificate, key, authorities;  // TLS where one is there
    std::string server_name;                    // in the acceptor's certificate, where not `host`
    std::string starts{"00:00:00"}, ends{"00:00:00"};  // of the session's day, UTC
    bool private_network{};
    int time_digits{-1};  // of SendingTime's fraction; -1: 3 for FIX 4.2, else 6
    std::uint64_t kept{10'000};
    int reconnect_s{1};
};

// An option of the command line that stands in the place of a key: "desk.mode", "live", "--mode".
struct Override {
    std::string key, value, option;
};

struct DeskSettings {
    Mode mode{Mode::paper};
    std::string folder{"desk-state"};
    std::string listen{"127.0.0.1:8080"};
    SessionDeskConfig desk;
    std::vector<SessionSettings> sessions;  // in step with desk.sessions
    Duration journal_delay{5'000'000};
    std::uint64_t journal_bytes{256u << 10};
    // Since a child has settled: then the scores know it no more, and its minute's row goes.
    Duration orders_kept{2 * kHour.ns};
    Duration snapshot_every{300'000'000'000};
    std::uint64_t snapshot_entries{1'000'000};
    std::uint64_t queue{1u << 20};  // inputs
    std::string config_file, reference_file, fees_file;
    std::vector<std::string> profile_files;
    std::uint64_t version{};  // of all of it
    // Of what the state rests on: what no reload changes and every entry of the journal was read
    // by.
    std::uint64_t state_version{};
    LogFormat log_format{LogFormat::text};
    LogLevel log_least{LogLevel::info};
    history::HistoryConfig keep;
    // HTTP beside `listen`: TLS where there is a certificate, accounts where there are some.
    std::string http_certificate, http_key;
    std::vector<std::string> http_names;
    std::vector<http::Account> accounts;
    bool http_open{};  // accounts = "none": nobody signs in, whoever reaches it may everything
    Duration session_idle{15 * kMinute.ns}, session_most{12 * kHour.ns};
    std::string audit_heads;  // the audit's second file; empty: beside the first
    // Whether a change of weights needs another person; absent: where others can reach the desk.
    std::optional<bool> four_eyes;
    WeightLimits weight_limits;
    // Every key of the file with its value as it is written, and every file that it names with the
    // hash of what is in it: what a reload compares.
    std::map<std::string, std::string> keys;
    std::vector<Override> overrides{};  // `keys` has what the file says
};

// Errors name line, column and what was probably meant. Files that it names are looked for from the
// folder of the file itself. Kernel configuration, reference and fees are read by the caller
// (finish()), as every command does.
Result<DeskSettings> read_desk(const TomlFile& file);

// What no log may show.
std::vector<std::string> secrets_of(const DeskSettings& settings);

// Whether it may start in its mode: live needs every limit.
Result<void> allowed(const DeskSettings& settings, bool live_was_asked_for);

}  // namespace assay::desk
