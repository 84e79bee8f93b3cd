#include "core/fix/frame.h"

#include <gtest/gtest.h>

#include "core/fix/frame_testkit.h"

namespace assay::fix {
namespace {

using testkit::frame_all;
using testkit::Framed;
using testkit::message;
using testkit::soh;

std::string verdicts(const Framed& framed) {
    std::string all;
    for (const auto& kept : framed.frames) {
        if (!all.empty()) all += ' ';
        all += text(kept.frame.verdict);
    }
    return all;
}

std::string visible(std::string bytes) {
    for (char& c : bytes)
        if (c == '\x01') c = '|';
    return bytes;
}

// A heartbeat "8=FIX.4.4|9=5|35=0|" sums to 163.
TEST(Framer, a_message_by_hand) {
    const Framed framed = frame_all(soh("8=FIX.4.4|9=5|35=0|10=163|"));
    ASSERT_EQ(framed.frames.size(), 1U);
    const auto& [frame, bytes, prefix] = framed.frames[0];
    EXPECT_EQ(frame.verdict, Verdict::good);
    EXPECT_EQ(frame.form, Form::raw);
    EXPECT_EQ(frame.delimiter, '\x01');
    EXPECT_TRUE(frame.verified);
    EXPECT_EQ(frame.place, (Place{0, 26, 0}));
    EXPECT_EQ(visible(bytes), "8=FIX.4.4|9=5|35=0|10=163|");
}

// Written with | for SOH, and each followed by a good heartbeat, which must be found.
TEST(Framer, malformed_messages_and_why_they_are_dead) {
    struct Row {
        const char* what;
        const char* bytes;
        const char* strict;
        const char* lenient;
    };
    const Row rows[] = {
        {"all right", "8=FIX.4.4|9=5|35=0|10=163|", "good", "good"},
        {"BodyLength with leading zeros is FIX", "8=FIX.4.4|9=0005|35=0|10=051|", "good", "good"},
        {"no delimiter after CheckSum", "8=FIX.4.4|9=5|35=0|10=163\n", "good", "good"},
        {"the same at CRLF", "8=FIX.4.4|9=5|35=0|10=163\r\n", "good", "good"},
        {"CheckSum off by one", "8=FIX.4.4|9=5|35=0|10=164|", "checksum", "good"},
        {"CheckSum 999", "8=FIX.4.4|9=5|35=0|10=999|", "checksum_form", "good"},
        {"CheckSum 419 = 163 + 256", "8=FIX.4.4|9=5|35=0|10=419|", "checksum_form", "good"},
        {"CheckSum of one digit", "8=FIX.4.4|9=5|35=0|10=1|", "checksum_form", "good"},
        {"CheckSum of four digits", "8=FIX.4.4|9=5|35=0|10=0163|", "checksum_form", "good"},
        {"CheckSum negative", "8=FIX.4.4|9=5|35=0|10=-01|", "checksum_form", "good"},
        {"CheckSum in letters", "8=FIX.4.4|9=5|35=0|10=abc|", "checksum_form", "good"},
        {"CheckSum empty", "8=FIX.4.4|9=5|35=0|10=|", "checksum_form", "good"},
        {"10= without delimiter before", "8=FIX.4.4|9=6|35=0|x10=163|", "checksum_form", "good"},
        {"BodyLength too small", "8=FIX.4.4|9=4|35=0|10=162|", "body_length", "good"},
        {"BodyLength too large", "8=FIX.4.4|9=6|35=0|10=164|", "body_length", "good"},
        {"BodyLength reaching into the next", "8=FIX.4.4|9=31|35=0|10=163|", "body_length", "good"},
        {"BodyLength 0", "8=FIX.4.4|9=0|35=0|10=158|", "body_length", "good"},
        {"BodyLength negative", "8=FIX.4.4|9=-5|35=0|10=208|", "body_length", "good"},
        {"BodyLength 2^31", "8=FIX.4.4|9=2147483648|35=0|10=1|", "body_length", "good"},
        {"BodyLength 2^64", "8=FIX.4.4|9=18446744073709551616|35=0|10=163|", "body_length", "good"},
        {"BodyLength 2^64 + 5", "8=FIX.4.4|9=18446744073709551621|35=0|10=163|", "body_length",
         "good"},
        {"BodyLength empty", "8=FIX.4.4|9=|35=0|10=110|", "body_length", "good"},
        {"BodyLength no number", "8=FIX.4.4|9=5x|35=0|10=110|", "body_length", "good"},
        {"no BodyLength", "8=FIX.4.4|35=0|10=110|", "header_order", "good"},
        {"BodyLength third", "8=FIX.4.4|35=0|9=5|10=110|", "header_order", "good"},
        {"MsgType fourth", "8=FIX.4.4|9=10|34=1|35=0|10=156|", "header_order", "good"},
        {"no CheckSum", "8=FIX.4.4|9=5|35=0|", "truncated", "truncated"},
        {"cut in a number", "8=FIX.4.4|9=50|35=0|34=1", "truncated", "truncated"},
        {"cut behind 10=", "8=FIX.4.4|9=5|35=0|10=\n", "truncated", "truncated"},
        {"cut in the header", "8=FIX.4.4|9=", "truncated", "truncated"},
        {"cut at line end", "8=FIX.4.4|9=50|35=0|58=abc\n", "truncated", "truncated"},
    };
    const std::string next = message(soh("35=0|34=99|"));
    for (const Row& row : rows) {
        for (const Strictness strictness : {Strictness::strict, Strictness::lenient}) {
            SCOPED_TRACE(fmt::format("{} {}", row.what, static_cast<int>(strictness)));
            const Framed framed = frame_all(soh(row.bytes) + next, strictness);
            const bool strict = strictness == Strictness::strict;
            EXPECT_EQ(verdicts(framed), fmt::format("{} good", strict ? row.strict : row.lenient));
            EXPECT_EQ(framed.frames.back().bytes, next);
        }
    }
}

TEST(Framer, lenient_still_counts_what_is_wrong) {
    const std::string text = soh("8=FIX.4.4|9=5|35=0|10=164|8=FIX.4.4|9=9|35=0|10=167|");
    const Framed framed = frame_all(text, Strictness::lenient);
    EXPECT_EQ(verdicts(framed), "good good");
    EXPECT_FALSE(framed.frames[0].frame.verified);
    EXPECT_FALSE(framed.frames[1].frame.verified);
    EXPECT_EQ(framed.counts.body_length_right, 1U);
    EXPECT_EQ(framed.counts.body_length_bad, 1U);
    EXPECT_EQ(framed.counts.checksum_bad, 1U);
    EXPECT_EQ(framed.counts.checksum_right, 1U);  // 163 + '9' - '5' = 167
}

TEST(Framer, any_single_byte_delimiter_is_verified_as_if_it_were_soh) {
    for (const char delimiter : {'\x01', '|', ';', '^', ' ', '~', '\t', '#', ','}) {
        std::string text = soh("8=FIX.4.4|9=10|35=0|34=7|10=171|");
        for (char& c : text)
            if (c == '\x01') c = delimiter;
        const Framed framed = frame_all("in: " + text + "\n");
        ASSERT_EQ(verdicts(framed), "good") << delimiter;
        EXPECT_EQ(framed.frames[0].frame.delimiter, delimiter);
        EXPECT_EQ(framed.frames[0].bytes, text);
        EXPECT_TRUE(framed.frames[0].frame.verified) << delimiter;
    }
}

TEST(Framer, delimiters_written_out_become_soh) {
    for (const char* delimiter : {"^A", "<SOH>", "[SOH]", "\\x01", "\\u0001", "\\\\u0001", "\\001",
                                  "&#01;", "\xE2\x90\x81", " | ", "::"}) {
        SCOPED_TRACE(delimiter);
        std::string text;
        for (const char c : std::string("8=FIX.4.4|9=10|35=0|34=7|10=171|"))
            text += c == '|' ? std::string(delimiter) : std::string(1, c);
        const Framed framed = frame_all(text + "\n" + text.substr(0, text.size() / 2));
        ASSERT_EQ(verdicts(framed), "good truncated");
        const Frame& frame = framed.frames[0].frame;
        EXPECT_EQ(visible(framed.frames[0].bytes), "8=FIX.4.4|9=10|35=0|34=7|10=171|");
        EXPECT_EQ(frame.form, Form::multi_char);
        EXPECT_EQ(frame.place.length, text.size());
        EXPECT_FALSE(frame.verified);
        EXPECT_EQ(framed.counts.not_verifiable, 1U);
    }
}

TEST(Framer, where_a_message_does_not_start) {
    for (const char* junk :
         {"108=FIX.4.4|9=5|35=0|10=163|", "8=FIX", "8=FIX rules", "8=fix.4.4|9=5|",
          "BeginString is 8=FIX.4.4\nnext line", "8=FIXTURE LIST 9"}) {
        const Framed framed = frame_all(soh(junk) + " .............................. end");
        EXPECT_TRUE(framed.frames.empty()) << junk;
        EXPECT_EQ(framed.counts.bytes_between, framed.map.size());
    }
}

TEST(Framer, data_fields_may_hold_soh_a_checksum_or_a_whole_message) {
    const std::string inner = message(soh("35=8|37=1|"));
    for (const std::string& data : {soh("a|b|c"), soh("x|10=123|y"), inner, inner + inner}) {
        const std::string outer =
            message(fmt::format("35=A\x01"
                                "95={}\x01"
                                "96={}\x01"
                                "108=30\x01",
                                data.size(), data));
        const Framed framed = frame_all(outer + inner);
        ASSERT_EQ(verdicts(framed), "good good");
        EXPECT_EQ(framed.frames[0].bytes, outer);
        EXPECT_EQ(framed.frames[1].bytes, inner);
    }
}

TEST(Framer, begin_string_inside_text_is_not_a_start) {
    const std::string text = message(soh("35=3|58=8=FIX.4.4 expected|45=2|"));
    const std::string worse = message(soh("35=3|58=got 8=FIX.4.4|9=5|35=0|45=2|"));
    const Framed framed = frame_all("junk" + text + "junk" + worse + "junk");
    EXPECT_EQ(verdicts(framed), "good good");
    EXPECT_EQ(framed.counts.bytes_between, 12U);
}

// A bad CheckSum in a message that carries another: what it carries is not taken for a message.
TEST(Framer, what_a_dead_message_carries_is_not_applied) {
    const std::string inner = message(soh("35=8|37=1|"));
    std::string outer =
        message(fmt::format("35=n\x01"
                            "212={}\x01"
                            "213={}\x01",
                            inner.size(), inner));
    outer[outer.size() - 2] = outer[outer.size() - 2] == '0' ? '1' : '0';
    EXPECT_EQ(verdicts(frame_all(outer)), "checksum");
}

TEST(Framer, too_long_is_dead_and_the_next_message_is_found) {
    const std::string next = message(soh("35=0|"));
    const std::string fits = message(
        "35=B\x01"
        "58=" +
        std::string(900, 'x') + "\x01");
    const std::string long_one = message(
        "35=B\x01"
        "58=" +
        std::string(5'000, 'x') + "\x01");
    const FramerOptions options{.max_message = 1'000};
    EXPECT_EQ(verdicts(frame_all(fits + next, options)), "good good");
    const Framed framed = frame_all(long_one + next, options);
    EXPECT_EQ(verdicts(framed), "too_long good");
    EXPECT_EQ(framed.frames[1].bytes, next);
    EXPECT_EQ(verdicts(frame_all(long_one + next)), "good good") << "the default is 64 KiB";
}

TEST(Framer, prefix_is_what_stands_before_a_message_on_its_line) {
    const std::string m = message("35=0\x01");
    struct Row {
        std::string text;
        std::string prefix;
    };
    const Row rows[] = {
        {m, ""},
        {"(12:01:03.561) OUT " + m, "(12:01:03.561) OUT "},
        {"noise\n" + m, ""},
        {"noise\n10:00 in " + m, "10:00 in "},
        {"12/24/09 00:04:30\tlog\n\tnotifyOutgoing() message=\n\t" + m,
         "12/24/09 00:04:30\tlog\n\tnotifyOutgoing() message=\n\t"},
        {"<20131008-14:00:00, FIX.4.4:A->B, incoming>\n  (" + m,
         "<20131008-14:00:00, FIX.4.4:A->B, incoming>\n  ("},
        {"noise\n[" + m, "["},
        {"old\n\n  " + m, "  "},
        {std::string(2'000, 'x') + m, std::string(512, 'x')},
    };
    for (const Row& row : rows) {
        const Framed framed = frame_all(row.text);
        ASSERT_EQ(verdicts(framed), "good");
        EXPECT_EQ(framed.frames[0].prefix, row.prefix);
    }
    const Framed two = frame_all("A: " + m + " B: " + m);
    EXPECT_EQ(two.frames[1].prefix, " B: ");
}

TEST(Framer, braces_lose_the_names_and_the_descriptions_of_codes) {
    const Framed framed = frame_all(
        "2013-07-11 15:29:38.8299|DEBUG|Client|OrderSingle\r\n{\r\n"
        "  BeginString    (8) - FIX.4.2\r\n   BodyLength    (9) - 138\r\n"
        "      MsgType   (35) - D - NewOrderSingle\r\n         Side   (54) - 2 - Sell\r\n"
        "         Text   (58) - stop - now\r\n         7050 (7050) - x\r\n"
        "     CheckSum   (10) - 132\r\n}\r\nnext\r\n");
    ASSERT_EQ(verdicts(framed), "good");
    EXPECT_EQ(visible(framed.frames[0].bytes),
              "8=FIX.4.2|9=138|35=D|54=2|58=stop - now|7050=x|10=132|");
    EXPECT_EQ(framed.frames[0].frame.form, Form::braces);
    EXPECT_EQ(framed.frames[0].prefix, "2013-07-11 15:29:38.8299|DEBUG|Client|OrderSingle\r\n");
    EXPECT_FALSE(framed.frames[0].frame.verified);
}

TEST(Framer, colons_end_at_the_first_line_that_is_no_field) {
    const Framed framed = frame_all(
        "11:27:00 GATE Incoming ORDER_LIST:\n"
        "\t\t  BeginString(   8): FIX.4.2\n\t\t      MsgType(  35): E\n\t\t     NoOrders(  73): 1\n"
        "    Group 0 :\n\t\t      ClOrdID(  11): 1\n\t\t         Text(  58): a: b - c\n\t\t    \n"
        "11:27:01 GATE Detail\n");
    ASSERT_EQ(verdicts(framed), "good");
    EXPECT_EQ(visible(framed.frames[0].bytes), "8=FIX.4.2|35=E|73=1|11=1|58=a: b - c|");
    EXPECT_EQ(framed.frames[0].frame.form, Form::colons);
    EXPECT_EQ(framed.frames[0].prefix, "11:27:00 GATE Incoming ORDER_LIST:\n\t\t  ");
}

TEST(Framer, cut_blocks_are_truncated_and_do_not_hide_what_follows) {
    const std::string block = "{\n BeginString (8) - FIX.4.2\n MsgType (35) - 0\n";
    const std::string next = message(soh("35=0|"));
    EXPECT_EQ(verdicts(frame_all(block)), "truncated");
    EXPECT_EQ(verdicts(frame_all(block + block + "}\n")), "truncated good");
    EXPECT_EQ(verdicts(frame_all(block + next)), "truncated good");
    EXPECT_EQ(verdicts(frame_all(block + "in " + next + block + "}")), "truncated good good");
    EXPECT_EQ(verdicts(frame_all("{\n BeginString (8) - FIX.4.2\n}\n")), "truncated");
}

// From public reports of other parsers; the inputs are our own.
TEST(Framer, faults_that_other_parsers_had) {
    const std::string good = message(soh("35=0|34=2|"));
    // quickfixj 432: a message that is not one made the parser loop until memory ran out.
    EXPECT_EQ(verdicts(frame_all(soh("8=FIX.4.4|9=0|10=|") + good)), "header_order good");
    EXPECT_EQ(verdicts(frame_all(soh("8=FIX.4.4|9=-1|") + good)), "truncated good");
    // IronFix 4: BodyLength near the largest integer overflowed, and so did 10=999.
    EXPECT_EQ(verdicts(frame_all(soh("8=FIX.4.4|9=18446744073709551610|35=0|10=999|") + good)),
              "body_length good");
    // rust-finance 49: one bad frame drained all good ones after it.
    EXPECT_EQ(verdicts(frame_all(soh("8=FIX.4.4|9=5|35=0|10=000|") + good + good + good)),
              "checksum good good good");
    // simplefix 16: 10= nested in XmlData, delivered in two reads.
    const std::string nested = message(soh("35=n|212=9|213=<a>|10=1|/|"));
    for (std::size_t cut = 1; cut < nested.size(); ++cut) {
        const Framed framed = testkit::frame_in_chunks(nested, {}, [&] { return cut; });
        EXPECT_EQ(verdicts(framed), "good") << cut;
    }
}

TEST(Framer, pending_is_what_is_not_decided_yet) {
    const std::string good = message(soh("35=0|"));
    Framer framer;
    const std::string window = good + good.substr(0, 10);
    EXPECT_EQ(framer.step(window, Input::more).kind, Step::Kind::frame);
    EXPECT_EQ(framer.counts().bytes_read, window.size());
    EXPECT_EQ(framer.counts().bytes_pending, 10U);
    const std::string_view rest = std::string_view(window).substr(good.size());
    EXPECT_EQ(framer.step(rest, Input::more).kind, Step::Kind::need_more);
    EXPECT_EQ(framer.counts().bytes_pending, 10U);
    EXPECT_EQ(framer.step(rest, Input::last).kind, Step::Kind::frame);
    EXPECT_EQ(framer.counts().bytes_dead, 10U);
    EXPECT_EQ(framer.counts().bytes_pending, 0U);
}

// A live stream: a complete message is handed over with nothing behind it.
TEST(Framer, a_complete_message_does_not_wait_for_the_next) {
    for (const std::string& text :
         {message(soh("35=0|")), message("35=0;", ';'), "x " + message(soh("35=0|34=1|"))}) {
        Framer framer;
        EXPECT_EQ(framer.step(text, Input::more).kind, Step::Kind::frame);
    }
}

TEST(Framer, places_count_from_the_start_of_the_input) {
    const std::string m = message(soh("35=0|"));
    const Framed framed = frame_all("ab" + m + "\r\n" + m, FramerOptions{.file = 3});
    ASSERT_EQ(framed.frames.size(), 2U);
    EXPECT_EQ(framed.frames[0].frame.place, (Place{2, 26, 3}));
    EXPECT_EQ(framed.frames[1].frame.place, (Place{30, 26, 3}));
}

TEST(CheckSum, sums_modulo_256_with_the_delimiter_as_soh) {
    EXPECT_EQ(checksum("", '\x01'), 0);
    EXPECT_EQ(checksum("a|", '|'), 98);                          // 97 + 1
    EXPECT_EQ(checksum("\xFF\xFF", '\x01'), 254);                // 510 - 256
    EXPECT_EQ(checksum(std::string(300, '|'), '|'), 300 - 256);  // more delimiters than a byte
    EXPECT_EQ(checksum("8=FIX.4.4\x01"
                       "9=5\x01"
                       "35=0\x01",
                       '\x01'),
              163);
}

// Behind a message that opens alike the same is found as at the front of an input.
TEST(Framer, what_opens_as_the_last_message_is_looked_at_as_closely) {
    const std::string good =
        message(soh("35=D|49=US|56=THEM|34=1|11=ID|58=a text of some length|"));
    const auto with = [&](std::string_view old, std::string_view now) {
        std::string changed = good;
        return changed.replace(changed.find(old), old.size(), now);
    };
    const std::string rows[] = {
        good,
        "a line before it 8=FIX.4.4: " + good,
        "1" + good,
        with("49=US", "49=UT"),
        with("35=D", "36=D"),
        with(soh("9="), "9=0"),
        with(soh("9="), "9=000000"),
        with(soh("9="), "9=" + std::string(300, '0')),
        with(soh("9="), "9=x"),
        with(soh("9="), "9=9"),
        with(soh("9="), "9=99999999999"),
        with(soh("|10="), soh("|1O=")),
        with(soh("|10="), soh("110=")),
        with(soh("|10="), soh("|10=1")),
        with("FIX.4.4", "FIX.4.2"),
        with("FIX.4.4", "FIXT.1.1"),
        good.substr(0, good.size() - 1) + "\n",
        good.substr(0, good.size() - 2) + soh("x|"),
        good.substr(0, good.size() / 2) + "\n",
        "a TX line, FIX and 8=FIX\n" + good,
    };
    const std::string end(100, '-');
    for (const Strictness strictness : {Strictness::strict, Strictness::lenient}) {
        for (const std::string& row : rows) {
            const Framed alone = frame_all("\n" + row + end, strictness);
            const Framed behind = frame_all(good + "\n" + row + end, strictness);
            ASSERT_EQ(behind.frames.size(), alone.frames.size() + 1) << visible(row);
            for (std::size_t i = 0; i < alone.frames.size(); ++i) {
                const auto &a = alone.frames[i], &b = behind.frames[i + 1];
                EXPECT_EQ(visible(a.bytes), visible(b.bytes));
                EXPECT_EQ(a.frame.verdict, b.frame.verdict) << visible(row);
                EXPECT_EQ(a.frame.verified, b.frame.verified) << visible(row);
                EXPECT_EQ(a.prefix, b.prefix) << visible(row);
            }
            EXPECT_EQ(behind.map.substr(good.size()), alone.map) << visible(row);
        }
    }
}

}  // namespace
}  // namespace assay::fix
