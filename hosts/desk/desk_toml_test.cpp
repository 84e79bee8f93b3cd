#include "hosts/desk/desk_toml.h"

#include <gtest/gtest.h>

namespace assay::desk {
namespace {

Result<DeskSettings> read(std::string content) {
    auto file = TomlFile::parse("desk.toml", std::move(content));
    if (!file) return std::unexpected(file.error());
    return read_desk(*file);
}
std::string error_of(std::string content) {
    const auto d = read(std::move(content));
    return d ? std::string() : d.error().text();
}

constexpr const char* kSession = R"(
[session.LP_A]
role = "lp"
port = 9891
sender = "DESK"
target = "LPA"
)";

TEST(DeskToml, the_example_is_a_whole_desk) {
    const auto file = TomlFile::read(std::string(ASSAY_SOURCE_DIR) + "/examples/acme-desk.toml");
    ASSERT_TRUE(file) << file.error().text();
    const auto d = read_desk(*file);
    ASSERT_TRUE(d) << d.error().text();
    EXPECT_EQ(d->mode, Mode::paper);
    EXPECT_EQ(d->desk.desk.router.lps,
              (std::vector<std::string>{"LP_A", "LP_B", "LP_C", "LP_D", "LP_E"}));
    EXPECT_EQ(d->desk.desk.traits[3].venue, route::VenueClass::dark);
    EXPECT_EQ(d->desk.desk.router.limits.parent_qty, 500'000_qty);
    EXPECT_EQ(d->desk.desk.router.limits.child_notional, 1.00_px * 5'000'000_qty);
    EXPECT_EQ(d->desk.desk.ranked.size(), 2u);
    ASSERT_EQ(d->sessions.size(), 7u);
    EXPECT_TRUE(d->sessions[0].accepts);
    EXPECT_EQ(d->sessions[0].info.role, Role::oms);
    EXPECT_EQ(d->desk.desk.parties.lp_of.at("LP_B"), "LP_B");
    auto live = *d;
    live.mode = Mode::live;
    EXPECT_TRUE(allowed(live, true));
}

TEST(DeskToml, what_is_wrong_is_said_at_its_place) {
    EXPECT_NE(error_of("[desk]\nmode = \"lve\"\n")
                  .find("desk.toml:2:8: mode is \"lve\"; allowed: one of "
                        "replay, shadow, paper, live; did you mean"),
              std::string::npos)
        << error_of("[desk]\nmode = \"lve\"\n");
    EXPECT_NE(error_of("[limts]\n").find("no section of a desk is called \"limts\""),
              std::string::npos);
    EXPECT_NE(error_of("[desk]\n").find("it has no [session.NAME]"), std::string::npos);
    EXPECT_NE(error_of("[session.X]\nrole = \"lp\"\n").find("sender is missing here"),
              std::string::npos);
    EXPECT_NE(
        error_of(std::string(kSession) + "[lp.LP_B]\n").find("no session leads to an LP \"LP_B\""),
        std::string::npos);
    EXPECT_NE(error_of(std::string(kSession) + "[limits]\ncollar_bps = -1\n").find("out of range"),
              std::string::npos);
    EXPECT_NE(
        error_of("[session.\"a|b\"]\nrole = \"lp\"\nport = 1\nsender = \"D\"\ntarget = \"L\"\n")
            .find("cannot be the name of a session"),
        std::string::npos);
    EXPECT_NE(error_of(std::string(kSession) + "[session.two]\nrole = \"lp\"\nlp = \"LP_A\"\nport "
                                               "= 2\nsender = \"D\"\ntarget = \"E\"\n")
                  .find("two sessions lead to LP_A"),
              std::string::npos);
}

TEST(DeskToml, a_session_says_its_day_its_digits_and_what_it_keeps) {
    const auto d = read(std::string(kSession) +
                        "starts = \"22:00:00\"\nends = \"21:00:00\"\ntime_digits = 0\n"
                        "kept = 500\nreconnect_s = 5\nprivate_network = true\n"
                        "server_name = \"fix.lp-a.example\"\n");
    ASSERT_TRUE(d) << d.error().text();
    const SessionSettings& s = d->sessions.at(0);
    EXPECT_EQ(s.starts, "22:00:00");
    EXPECT_EQ(s.ends, "21:00:00");
    EXPECT_EQ(s.time_digits, 0);
    EXPECT_EQ(s.kept, 500u);
    EXPECT_EQ(s.reconnect_s, 5);
    EXPECT_TRUE(s.private_network);
    EXPECT_EQ(s.server_name, "fix.lp-a.example");
    EXPECT_NE(error_of(std::string(kSession) + "reconnect_s = 0\n").find("reconnect_s"),
              std::string::npos);
}

TEST(DeskToml, cancel_on_disconnect_is_of_an_oms_alone) {
    const std::string why = error_of(std::string(kSession) + "cancel_on_disconnect = true\n");
    EXPECT_NE(why.find("cancel_on_disconnect is of sessions with role = \"oms\""),
              std::string::npos)
        << why;
    const auto d = read(std::string(kSession) +
                        "[session.OMS]\nrole = \"oms\"\naccept = true\nport = 2\nsender = \"D\"\n"
                        "target = \"O\"\ncancel_on_disconnect = true\n");
    ASSERT_TRUE(d) << d.error().text();
    EXPECT_TRUE(d->sessions[1].info.cancel_on_disconnect);
    EXPECT_TRUE(d->desk.sessions[1].cancel_on_disconnect);
}

TEST(DeskToml, live_needs_every_limit_and_the_flag) {
    auto d = read(std::string(kSession) + "[desk]\nmode = \"live\"\n[limits]\nparent_qty = 1000\n");
    ASSERT_TRUE(d) << d.error().text();
    EXPECT_TRUE(d->desk.needs_sessions);
    EXPECT_NE(allowed(*d, false).error().text().find("start it with --live"), std::string::npos);
    const std::string why = allowed(*d, true).error().text();
    EXPECT_NE(why.find("[limits] has no child_qty, parent_notional, child_notional, collar_bps, "
                       "open_qty, orders_per_second, orders_per_parent, duplicate_window"),
              std::string::npos)
        << why;
}

TEST(DeskToml, log_retention_and_accounts_are_read) {
    const std::string hash(64, 'a');
    auto d = read(std::string(kSession) +
                  "[log]\nformat = \"json\"\nlevel = \"warning\"\n"
                  "[history]\nkeep_minutes_days = 7\nkeep_health_days = 0\n"
                  "[http]\ncertificate = \"c.pem\"\nkey = \"k.pem\"\nnames = [\"desk.example\"]\n"
                  "[account.ann]\nrole = \"trader\"\ntoken_sha256 = \"" +
                  hash + "\"\n");
    ASSERT_TRUE(d) << d.error().text();
    EXPECT_EQ(d->log_format, LogFormat::json);
    EXPECT_EQ(d->log_least, LogLevel::warning);
    EXPECT_EQ(d->keep.minute_days, 7u);
    EXPECT_EQ(d->keep.quarter_days, 400u);
    EXPECT_EQ(d->keep.health_days, 0u);
    EXPECT_EQ(d->http_names, std::vector<std::string>{"desk.example"});
    ASSERT_EQ(d->accounts.size(), 1u);
    EXPECT_EQ(d->accounts[0].name, "ann");
    EXPECT_EQ(d->accounts[0].role, http::AccountRole::trader);
    EXPECT_EQ(d->keys.at("session.LP_A.port"), "9891");
    EXPECT_NE(error_of(std::string(kSession) + "[account.ann]\nrole = \"admin\"\n"
                                               "token_sha256 = \"secret\"\n")
                  .find("it is no SHA-256"),
              std::string::npos);
    EXPECT_NE(error_of(std::string(kSession) + "[history]\nkeep_scores_days = 1.5\n")
                  .find("no whole number of days"),
              std::string::npos);
    EXPECT_NE(error_of(std::string(kSession) + "[http]\nkey = \"k.pem\"\n").find("TLS takes both"),
              std::string::npos);
}

TEST(DeskToml, people_are_the_default_and_none_is_said) {
    auto d = read(kSession);
    ASSERT_TRUE(d);
    EXPECT_FALSE(d->http_open);
    EXPECT_FALSE(d->four_eyes);
    EXPECT_EQ(d->session_idle, Duration{15 * kMinute.ns});
    d = read(std::string(kSession) +
             "[http]\naccounts = \"none\"\nsession_idle = \"5m\"\nsession_most = \"8h\"\n"
             "[approval]\nfour_eyes = false\n[audit]\nheads = \"elsewhere\"\n");
    ASSERT_TRUE(d) << d.error().text();
    EXPECT_TRUE(d->http_open);
    EXPECT_EQ(d->four_eyes, std::optional(false));
    EXPECT_EQ(d->session_idle, Duration{5 * kMinute.ns});
    EXPECT_EQ(d->session_most, Duration{8 * kHour.ns});
    EXPECT_EQ(d->audit_heads, "elsewhere");
    EXPECT_NE(
        error_of(std::string(kSession) + "[http]\nsession_idle = \"1s\"\n").find("at least 1m"),
        std::string::npos);
    EXPECT_NE(error_of(std::string(kSession) +
                       "[http]\naccounts = \"none\"\n[account.ann]\n"
                       "role = \"admin\"\ntoken_sha256 = \"" +
                       std::string(64, 'a') + "\"\n")
                  .find("take one of them out"),
              std::string::npos);
}

TEST(DeskToml, a_shadow_sends_nothing) {
    auto d = read(std::string(kSession) + "[desk]\nmode = \"shadow\"\n");
    ASSERT_TRUE(d);
    EXPECT_FALSE(d->desk.sends);
}

}  // namespace
}  // namespace assay::desk
