// What must hold for every input: results do not depend on how it is cut, every byte is accounted
// for once, and no sound message is lost to a bad one before it.
#include <chrono>
#include <gtest/gtest.h>
#include <random>

#include "core/fix/frame_testkit.h"

namespace assay::fix {
namespace {

using testkit::Framed;
using testkit::message;
using testkit::soh;

std::string order(int n, char delimiter = '\x01') {
    std::string body = fmt::format(
        "35=D|49=DESK|56=LP_A|34={}|52=20131008-14:00:00.164|11=c{}|55=IBM|54=1|38=100|", n, n * 7);
    for (char& c : body)
        if (c == '|') c = delimiter;
    return message(body, delimiter);
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    const std::size_t at = text.find(from);
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

const std::string kBraces =
    "2013-07-11 15:29:38.8299|DEBUG|Client OrderSingle\n{\n  BeginString    (8) - FIX.4.2\n"
    "      MsgType   (35) - D - NewOrderSingle\n         Text   (58) - a - b\n"
    "     CheckSum   (10) - 132\n}\n";
const std::string kColons =
    "11:26:49 GATE Outgoing LOGON:\n\t\t BeginString(   8): FIX.4.2\n\t\t     MsgType(  35): A\n"
    "    Group 0 :\n\t\t   MsgSeqNum(  34): 2\n\t\t    \n";

// Every kind of trouble, with sound messages between.
std::string troubled_input() {
    const std::string nested = order(90);
    const std::string data = fmt::format(
        "35=n\x01"
        "212={}\x01"
        "213={}\x01",
        nested.size(), nested);
    const std::string sound = order(1);
    std::string text = "20131008-14:00:00.164 : " + order(2) + "\r\n";
    text += "junk with 8=FIX and FIX in it\n\n" + order(3, '|') + "\n" + order(4, ';');
    text += message(data) + replaced(order(5), "9=", "9=9") + order(6);
    text += replaced(order(7), "38=100", "38=101") + "\n";
    text += sound.substr(0, sound.size() / 2) + order(8) + sound.substr(0, 12) + "\n" + order(9);
    text += sound.substr(0, sound.size() - 1) + order(10) + sound.substr(0, sound.size() - 4);
    text += "\n" + kBraces + kColons + order(11);
    text += replaced(order(12),
                     "35=D\x01"
                     "49=DESK",
                     "49=DESK\x01"
                     "35=D");
    text += "8=FIX.4.2^A9=5^A35=0^A10=161^A\n8=FIX.4.2 | 9=5 | 35=0 | 10=161 | \n";
    text +=
        std::string(600, 'p') + "{" + std::string(480, ' ') + kBraces.substr(kBraces.find('{') + 1);
    text += soh("8=FIX.4.2|35=0|34=1|10=000|") + kBraces.substr(0, 120) + "\n" + order(13);
    return text + sound.substr(0, 40);
}

void expect_equal(const Framed& got, const Framed& want, const std::string& how) {
    ASSERT_EQ(got.map, want.map) << how;
    ASSERT_EQ(got.counts, want.counts) << how;
    ASSERT_EQ(got.frames.size(), want.frames.size()) << how;
    for (std::size_t i = 0; i < got.frames.size(); ++i) {
        const auto& a = got.frames[i];
        const auto& b = want.frames[i];
        ASSERT_EQ(a.bytes, b.bytes) << how << " frame " << i;
        ASSERT_EQ(a.prefix, b.prefix) << how << " frame " << i;
        ASSERT_EQ(a.frame.place, b.frame.place) << how << " frame " << i;
        ASSERT_EQ(a.frame.verdict, b.frame.verdict) << how << " frame " << i;
        ASSERT_EQ(a.frame.form, b.frame.form) << how << " frame " << i;
        ASSERT_EQ(a.frame.delimiter, b.frame.delimiter) << how << " frame " << i;
        ASSERT_EQ(a.frame.verified, b.frame.verified) << how << " frame " << i;
    }
}

void expect_accounted(const Framed& framed, const std::string& how) {
    ASSERT_EQ(framed.map.find('?'), std::string::npos) << how;
    const auto bytes = [&](char c) {
        return static_cast<std::uint64_t>(std::count(framed.map.begin(), framed.map.end(), c));
    };
    const FrameCounts& counts = framed.counts;
    ASSERT_EQ(counts.bytes_read, framed.map.size()) << how;
    ASSERT_EQ(counts.bytes_messages, bytes('M')) << how;
    ASSERT_EQ(counts.bytes_dead, bytes('D')) << how;
    ASSERT_EQ(counts.bytes_between, bytes('b')) << how;
    ASSERT_EQ(counts.bytes_pending, 0U) << how;
    std::uint64_t frames = 0;
    for (const std::uint64_t n : counts.frames) frames += n;
    ASSERT_EQ(frames, framed.frames.size()) << how;
}

Framed in_random_chunks(const std::string& text, FramerOptions options, std::uint64_t seed,
                        std::size_t largest) {
    std::mt19937_64 random(seed);
    return testkit::frame_in_chunks(text, options, [&] { return 1 + random() % largest; });
}

TEST(FramerProperty, the_troubled_input_has_the_messages_that_were_put_in) {
    const Framed framed = testkit::frame_all(troubled_input());
    expect_accounted(framed, "whole");
    std::string good;
    for (const auto& kept : framed.frames) {
        if (kept.frame.verdict != Verdict::good) continue;
        const std::size_t at = kept.bytes.find("34=");
        good += at == std::string::npos ? "-" : kept.bytes.substr(at + 3, 2);
        good += ' ';
    }
    for (char& c : good)
        if (c < ' ' || c == '|' || c == ';') c = '.';
    // 90 is nested in a data field; 5, 7 and 12 are broken; "1." lost its last delimiter only; "-"
    // are the blocks in braces and the two heartbeats whose delimiters are written out.
    EXPECT_EQ(good, "2. 3. 4. 90 6. 8. 9. 1. 10 - 2. 11 - - - 13 ");
}

TEST(FramerProperty, cut_anywhere_the_result_is_the_same) {
    const std::string text = troubled_input();
    for (const Strictness strictness : {Strictness::strict, Strictness::lenient}) {
        const FramerOptions options{.strictness = strictness};
        const Framed whole = testkit::frame_all(text, options);
        for (std::size_t cut = 1; cut < text.size(); ++cut) {
            const Framed parts =
                testkit::frame_in_chunks(text, options, [&, first = true]() mutable {
                    return std::exchange(first, false) ? cut : text.size();
                });
            expect_equal(parts, whole, fmt::format("cut={}", cut));
        }
        for (std::uint64_t seed = 1; seed <= 40; ++seed)
            expect_equal(in_random_chunks(text, options, seed, seed), whole,
                         fmt::format("seed={}", seed));
    }
}

// Pieces of messages in any order, and flipped bytes: no truth is known, but the result must not
// depend on the cut and every byte must be accounted for.
TEST(FramerProperty, rubble_is_accounted_for_the_same_in_every_cut) {
    const std::string source = troubled_input();
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        std::mt19937_64 random(seed);
        std::string text;
        while (text.size() < 3'000) {
            const std::size_t at = random() % source.size();
            text += source.substr(at, 1 + random() % 300);
            if (random() % 4 == 0) text[random() % text.size()] = static_cast<char>(random());
        }
        // A small limit, so that it is met.
        const FramerOptions options{.max_message =
                                        256 + static_cast<std::uint32_t>(random() % 400)};
        const std::string how = fmt::format("seed={}", seed);
        const Framed whole = testkit::frame_all(text, options);
        expect_accounted(whole, how);
        const Framed parts = in_random_chunks(text, options, seed, 1 + random() % 700);
        expect_accounted(parts, how);
        expect_equal(parts, whole, how);
        const Framed bytes = testkit::frame_in_chunks(text, options, [] { return std::size_t{1}; });
        expect_equal(bytes, whole, how);
        EXPECT_LE(bytes.largest_window, Framer(options).window_size()) << how;
    }
}

TEST(FramerProperty, a_sound_message_is_found_behind_any_cut_of_another) {
    const std::string before = order(1);
    const std::string after = order(2);
    for (std::size_t cut = 0; cut <= before.size(); ++cut) {
        if (cut == 1)
            continue;  // "88=FIX": nothing but a digit in front, so by definition no start
        const Framed framed = testkit::frame_all(before.substr(0, cut) + after);
        ASSERT_FALSE(framed.frames.empty()) << "cut=" << cut;
        EXPECT_EQ(framed.frames.back().bytes, after) << "cut=" << cut;
        EXPECT_EQ(framed.frames.back().frame.verdict, Verdict::good) << "cut=" << cut;
        expect_accounted(framed, fmt::format("cut={}", cut));
    }
}

TEST(FramerProperty, a_bad_body_length_never_loses_the_messages_behind_it) {
    std::string tail;
    for (int n = 0; n < 20; ++n) tail += order(100 + n);
    for (int declared = 0; declared < 2'500; ++declared) {
        const std::string bad = soh(fmt::format("8=FIX.4.4|9={}|35=0|49=A|10=000|", declared));
        const Framed framed = testkit::frame_all(bad + tail);
        const std::uint64_t good = framed.counts.frames[0];
        ASSERT_EQ(good, 20U) << "BodyLength=" << declared;
    }
}

TEST(FramerProperty, time_is_linear_and_the_window_bounded) {
    // Declared ends far away, openings without ends, braces that never close, one endless line.
    const std::string hostile[] = {
        soh("8=FIX.4.4|9=60000|35=0|10=000|"),
        soh("8=FIX.4.4|9=10|35=0|"),
        "8=FIX.4.4|9=",
        "8=FIX",
        "=8=FIX.4.4|",
        "{\n(8) - FIX",
        "( 8): FIX\n",
        "|10=",
        "X",
        "{\n BeginString (8) - FIX.4.2\n Text (58) - x\n",
    };
    for (const std::string& piece : hostile) {
        std::string text;
        while (text.size() < 2'000'000) text += piece;
        const auto begin = std::chrono::steady_clock::now();
        Framer framer;
        std::size_t from = 0;
        std::size_t size = 0;
        for (;;) {
            const Input input = from + size >= text.size() ? Input::last : Input::more;
            const Step step = framer.step(std::string_view(text).substr(from, size), input);
            from += step.consumed;
            size -= std::min(size, step.consumed);
            if (step.kind != Step::Kind::need_more) continue;
            if (input == Input::last) break;
            size = std::min(size + 4096, text.size() - from);
            ASSERT_LE(size, framer.window_size() + 4096) << piece;
        }
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
        EXPECT_EQ(framer.counts().bytes_pending, 0U);
        EXPECT_EQ(framer.counts().bytes_read, text.size());
        // Quadratic would be minutes; this is generous for sanitizers and busy machines.
        EXPECT_LT(took.count(), 5.0) << piece;
    }
}

}  // namespace
}  // namespace assay::fix
