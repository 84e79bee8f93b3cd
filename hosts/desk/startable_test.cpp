#include "hosts/desk/startable.h"

#include <gtest/gtest.h>

namespace assay::desk {
namespace {

DeskSettings quiet() {
    DeskSettings s;
    SessionSettings market;
    market.info.name = "MARKET";
    market.info.role = Role::market_data;
    market.accepts = true;
    market.sender = "DESK";
    market.target = "MARKET";
    s.sessions.push_back(market);
    return s;
}

std::string faults(const DeskSettings& s) {
    std::string all;
    for (const StartFault& f : start_faults(s, false)) all += f.what + ": " + f.text + "\n";
    return all;
}

TEST(Startable, what_is_right_has_no_fault) {
    EXPECT_EQ(faults(quiet()), "");
}

TEST(Startable, each_fault_is_named_by_its_key) {
    const struct {
        const char* what;
        void (*spoil)(DeskSettings&);
        const char* says;
    } kRows[] = {
        {"no address", [](DeskSettings& s) { s.listen = "foo"; },
         "HTTP: listen is \"foo\"; expected an address and a port"},
        {"a name", [](DeskSettings& s) { s.listen = "localhost:8080"; },
         "HTTP: listen: \"localhost\" is no IP address"},
        {"for others, plain", [](DeskSettings& s) { s.listen = "0.0.0.0:8080"; },
         "HTTP: listen: 0.0.0.0 can be reached from other machines, and that needs TLS"},
        {"no certificate",
         [](DeskSettings& s) { s.http_certificate = s.http_key = "/nowhere/cert.pem"; },
         "HTTP: TLS: /nowhere/cert.pem: no certificate in PEM"},
        {"live without its option", [](DeskSettings& s) { s.mode = Mode::live; },
         "limits: mode = \"live\" sends real orders"},
        {"a session for others, plain", [](DeskSettings& s) { s.sessions[0].host = "0.0.0.0"; },
         "sessions: session MARKET: would listen at 0.0.0.0"},
        {"a session without certificate",
         [](DeskSettings& s) {
             s.sessions[0].certificate = s.sessions[0].key = "/nowhere/cert.pem";
         },
         "sessions: session MARKET: tls.certificate /nowhere/cert.pem cannot be used"},
    };
    for (const auto& row : kRows) {
        DeskSettings s = quiet();
        row.spoil(s);
        EXPECT_NE(faults(s).find(row.says), std::string::npos) << row.what << "\n" << faults(s);
        EXPECT_FALSE(may_start(s, false)) << row.what;
    }
}

TEST(Startable, all_faults_are_told_at_once) {
    DeskSettings s = quiet();
    s.listen = "foo";
    s.sessions[0].host = "0.0.0.0";
    EXPECT_EQ(start_faults(s, false).size(), 2u);
}

TEST(Startable, an_address_of_ipv6_stands_in_brackets) {
    DeskSettings s = quiet();
    s.listen = "[::1]:8080";
    const auto http = server_config(s);
    ASSERT_TRUE(http);
    EXPECT_EQ(http->address, "::1");
    EXPECT_EQ(http->port, 8'080);
}

}  // namespace
}  // namespace assay::desk
