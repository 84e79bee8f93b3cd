// Any bytes, cut anywhere: the framer accounts for every byte once, and finds the same messages.
// The first byte of an input chooses strictness and limit, the second how the rest is cut.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "core/fix/frame.h"
#include "core/fix/prefix.h"
#include "core/fix/secrets.h"
#include "fuzz/fix_repair.h"

namespace {

using assay::fix::Frame;
using assay::fix::Framer;
using assay::fix::FramerOptions;
using assay::fix::Input;
using assay::fix::Step;
using assay::fix::Strictness;
using assay::fix::Verdict;

void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

struct Seen {
    std::string log;  // everything about every frame
    assay::fix::FrameCounts counts;
};

void look_at(const Frame& frame, std::string_view text, std::uint64_t consumed,
             Strictness strictness, std::string& log) {
    const assay::Place& place = frame.place;
    require(place.offset >= consumed, "frames do not overlap");
    require(place.offset + place.length <= text.size(), "a frame lies in the input");
    require(place.length > 0, "a frame has bytes");
    if (strictness == Strictness::strict && frame.verdict == Verdict::good &&
        frame.form == assay::fix::Form::raw)
        require(frame.verified, "strict accepts raw messages only where they are verified");
    if (frame.form == assay::fix::Form::raw)
        require(frame.bytes == text.substr(place.offset, place.length), "raw bytes as they stand");
    log += std::to_string(place.offset) + ' ' + std::to_string(place.length) + ' ' +
           assay::fix::text(frame.verdict) + ' ' + assay::fix::text(frame.form) + ' ' +
           frame.delimiter + ' ';
    log.append(frame.bytes).append("\n").append(frame.prefix).append("\n");
    const std::string masked = assay::fix::mask_secrets(frame.bytes, frame.delimiter);
    require(masked.size() <= frame.bytes.size() + 3 * frame.bytes.size() / 2, "masks stay small");
    (void)assay::fix::parse_prefix_time(frame.prefix);
}

Seen run(std::string_view text, FramerOptions options, std::uint64_t cut) {
    Framer framer(options);
    std::mt19937_64 random(cut);
    Seen seen;
    std::size_t from = 0;
    std::size_t to = cut == 0 ? text.size() : 0;
    for (;;) {
        const Input input = to == text.size() ? Input::last : Input::more;
        const std::vector<char> window(text.begin() + static_cast<std::ptrdiff_t>(from),
                                       text.begin() + static_cast<std::ptrdiff_t>(to));
        const Step step = framer.step({window.data(), window.size()}, input);
        require(step.consumed <= window.size(), "no more is consumed than was shown");
        if (step.kind == Step::Kind::frame)
            look_at(framer.frame(), text, from, options.strictness, seen.log);
        from += step.consumed;
        if (step.kind != Step::Kind::need_more) {
            require(step.consumed > 0, "every step goes on");
            continue;
        }
        if (input == Input::last) break;
        require(window.size() < framer.window_size(), "a whole window is enough");
        to = std::min(text.size(), to + 1 + random() % 97);
    }
    require(from == text.size(), "everything is consumed in the end");
    seen.counts = framer.counts();
    return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size < 2) return 0;
    const FramerOptions options{
        .strictness = (bytes[0] & 1) != 0 ? Strictness::lenient : Strictness::strict,
        .max_message = 256U << ((bytes[0] >> 1) & 7)};
    const std::string_view text(reinterpret_cast<const char*>(bytes) + 2, size - 2);
    const Seen whole = run(text, options, 0);
    const Seen parts = run(text, options, std::uint64_t{bytes[1]} + 1);
    require(whole.log == parts.log, "the same frames in every cut");
    require(whole.counts == parts.counts, "the same counts in every cut");
    const assay::fix::FrameCounts& counts = whole.counts;
    require(counts.bytes_read == text.size(), "every byte is read");
    require(counts.bytes_read == counts.bytes_messages + counts.bytes_between + counts.bytes_dead +
                                     counts.bytes_pending,
            "every byte is accounted for once");
    return 0;
}

#ifdef ASSAY_LIBFUZZER
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* bytes, std::size_t size,
                                        std::size_t max_size);

// Three of four mutants get right lengths and sums.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* bytes, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
    size = LLVMFuzzerMutate(bytes, size, max_size);
    if (seed % 4 == 0 || size < 2) return size;
    const std::string repaired =
        assay::fuzz::repair_fix({reinterpret_cast<const char*>(bytes) + 2, size - 2});
    if (repaired.size() + 2 > max_size) return size;
    std::memcpy(bytes + 2, repaired.data(), repaired.size());
    return repaired.size() + 2;
}
#endif
