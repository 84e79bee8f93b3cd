#include "hosts/fixnet/session.h"

#include <gtest/gtest.h>

#include "hosts/fixnet/envelope.h"
#include "hosts/fixnet/testkit.h"

namespace assay::fixnet {

namespace {

using testkit::acceptor;
using testkit::initiator;

std::string refused(const SessionSpec& spec) {
    const auto ok = check({spec});
    return ok ? "" : ok.error().text();
}

}  // namespace

TEST(SessionSpec, those_of_the_tests_can_be) {
    for (const char* version : {"FIX.4.2", "FIX.4.4", "FIXT.1.1"})
        EXPECT_TRUE(check({acceptor(version), initiator(5001, version)})) << version;
}

TEST(SessionSpec, each_mistake_is_named_with_its_session_and_what_to_do) {
    const struct {
        const char* what;
        std::function<void(SessionSpec&)> spoil;
        const char* expected;
    } kRows[] = {
        {"version", [](auto& s) { s.begin_string = "FIX.4.1"; },
         "session in: begin_string is \"FIX.4.1\"; expected FIX.4.2, FIX.4.4 or FIXT.1.1"},
        {"no application version", [](auto& s) { s.begin_string = "FIXT.1.1"; },
         "session in: appl_ver is \"\"; with FIXT.1.1 expected 9, which is FIX 5.0 SP2"},
        {"application version of 4.4", [](auto& s) { s.appl_ver = "9"; },
         "session in: appl_ver = \"9\" belongs to FIXT.1.1 only: leave it out, or set begin_string "
         "= "
         "\"FIXT.1.1\""},
        {"blank in a CompID", [](auto& s) { s.target = "THE OMS"; },
         "session in: sender and target are CompIDs: printable characters, no blanks"},
        {"with itself", [](auto& s) { s.target = s.sender; },
         "session in: sender and target are the same: whom would it talk to?"},
        {"nowhere to call", [](auto& s) { s.acceptor = false; },
         "session in: port is 0: an initiator must know where to call"},
        {"a day of 25 hours", [](auto& s) { s.starts = "25:00:00"; },
         "session in: starts = \"25:00:00\", ends = \"00:00:00\"; expected HH:MM:SS in UTC"},
        {"an LP without a name", [](auto& s) { s.role = Role::lp; },
         "session in: is a session with an LP, but lp does not say with which"},
        {"TLS without a certificate", [](auto& s) { s.tls.on = true; },
         "session in: listens with TLS: set tls.certificate and tls.key"},
    };
    for (const auto& row : kRows) {
        SessionSpec spec = acceptor();
        row.spoil(spec);
        EXPECT_EQ(refused(spec), row.expected) << row.what;
    }
}

TEST(SessionSpec, what_other_machines_reach_is_refused_without_tls_and_knowing_who_calls) {
    SessionSpec spec = acceptor();
    spec.host = "0.0.0.0";
    EXPECT_TRUE(refused(spec).contains("without TLS: set tls with a password")) << refused(spec);
    spec.tls = {.on = true, .certificate = "c", .key = "k"};
    EXPECT_TRUE(refused(spec).contains("without knowing who calls")) << refused(spec);
    spec.password = "secret";
    EXPECT_EQ(refused(spec), "");
    spec.password.clear();
    spec.tls.authorities = "ca";
    EXPECT_EQ(refused(spec), "");
    spec.tls = {};
    spec.private_network = true;
    EXPECT_EQ(refused(spec), "");
}

TEST(SessionSpec, names_and_ends_are_ones) {
    SessionSpec a = acceptor(), b = acceptor();
    EXPECT_EQ(check({a, b}).error().text(), "session in: the name is taken by another session");
    b.name = "other";
    EXPECT_EQ(check({a, b}).error().text(),
              "session other: another session is FIX.4.4 from DESK to OMS too: nothing on the wire "
              "would tell them apart");
    b.begin_string = "FIX.4.2";
    EXPECT_TRUE(check({a, b}));
}

TEST(Envelope, has_the_header_and_the_body_as_it_stands) {
    const std::string bytes = testkit::framed(
        "FIX.4.4",
        "35=W|49=A|56=B|34=9|52=20260302-10:00:00|115=X|55=ACME|268=2|269=0|270=1|269=1|"
        "270=2|96=10=|58=10=x|");
    const auto e = open_envelope(bytes);
    ASSERT_TRUE(e) << e.error().text();
    EXPECT_EQ(e->msg_type, "W");
    EXPECT_EQ(e->value(115), "X");
    EXPECT_EQ(testkit::bar(e->body), "55=ACME|268=2|269=0|270=1|269=1|270=2|96=10=|58=10=x|");
    EXPECT_FALSE(e->admin());
}

TEST(Envelope, data_fields_may_hold_delimiters) {
    const std::string bytes = testkit::framed("FIX.4.4", "35=A|34=1|95=5|96=a|b=c|108=30|");
    const auto e = open_envelope(bytes);
    ASSERT_TRUE(e) << e.error().text();
    const auto fields = fields_of(e->body);
    ASSERT_EQ(fields.size(), 3u);
    EXPECT_EQ(testkit::bar(fields[1].value), "a|b=c");
}

TEST(Envelope, what_is_no_message_is_said) {
    EXPECT_FALSE(open_envelope(""));
    EXPECT_EQ(open_envelope("8=FIX.4.4\x01").error().text(), "no CheckSum(10) at its end");
    EXPECT_EQ(open_envelope(testkit::soh("8=FIX.4.4|9=5|11=a|10=000|")).error().text(),
              "no MsgType(35) in its header");
}

}  // namespace assay::fixnet
