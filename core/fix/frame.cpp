#include "core/fix/frame.h"

#include <algorithm>
#include <cstring>

#include "core/fix/digits.h"
#include "core/fix/prefix.h"
#include "core/fix/pretty.h"

namespace assay::fix {
namespace {

// Where a message is given up for being too long, so many bytes before the limit are looked at
// again: the start of the next one may be cut there.
constexpr std::size_t kStartMargin = 64;

// Whether "8=FIX" at text[at] may start a message: not behind a digit, which makes it another tag;
// unless that digit is the end of a BeginString of which nothing more was written.
bool may_start(std::string_view text, std::size_t at) {
    if (at == 0 || !is_digit(text[at - 1])) return true;
    const std::string_view before =
        text.substr(at > 16 ? at - 16 : 0, std::min<std::size_t>(at, 16));
    const std::size_t cut = before.rfind("8=FIX");
    return cut != std::string_view::npos &&
           before.find_first_not_of("0123456789.TSP", cut + 5) == std::string_view::npos;
}

}  // namespace

const char* text(Form form) {
    switch (form) {
        case Form::raw:
            return "raw";
        case Form::multi_char:
            return "multi_char";
        case Form::braces:
            return "braces";
        case Form::colons:
            return "colons";
    }
    return "?";
}

const char* text(Verdict verdict) {
    switch (verdict) {
        case Verdict::good:
            return "good";
        case Verdict::truncated:
            return "truncated";
        case Verdict::too_long:
            return "too_long";
        case Verdict::header_order:
            return "header_order";
        case Verdict::body_length:
            return "body_length";
        case Verdict::checksum_form:
            return "checksum_form";
        case Verdict::checksum:
            return "checksum";
    }
    return "?";
}

struct Framer::Candidate {
    Found found{};
    std::size_t start{};  // incomplete: where its bytes start
    Form form{};
    std::size_t lines{};  // pretty forms: the line of BeginString
    Opening opening;      // raw and multi_char
};

Framer::Framer(FramerOptions options) : options_(options) {
    options_.max_message = std::clamp(options_.max_message, 256U, kLargestMessage);
    frame_.place.file = options_.file;
}

Step Framer::step(std::string_view window, Input input) {
    counts_.bytes_read = std::max(counts_.bytes_read, consumed_ + window.size());
    counts_.bytes_pending = counts_.bytes_read - consumed_;
    if (opening_.size() > 0 && resume_ == 0) [[likely]] {
        const Step step = step_familiar(window);
        if (step.kind == Step::Kind::frame) [[likely]]
            return step;
    }
    const Candidate candidate = find_candidate(window, input);
    if (candidate.found == Found::no) {
        if (input == Input::last) return let_go(window.size());
        return wait(window.size());
    }
    if (candidate.found == Found::incomplete && input == Input::more) return wait(candidate.start);
    switch (candidate.form) {
        case Form::raw:
            return step_raw(window, candidate, input);
        case Form::multi_char:
            return step_by_ending(window, candidate, input);
        case Form::braces:
        case Form::colons:
            return step_pretty(window, candidate, input);
    }
    return let_go(window.size());
}

// A message that opens as the last one did, is in the window with its end, and right in every way:
// nearly all of them, in a few comparisons. need_more: anything else, which step() looks at
// closely; nothing has changed. What this takes, step_raw() takes alike.
Step Framer::step_familiar(std::string_view window) {
    constexpr Step kElse{Step::Kind::need_more, 0};
    std::size_t start = std::max<std::size_t>(searched_, 4) - 4;
    for (;; ++start) {
        if (window.size() < start + 64) return kElse;
        const void* x = std::memchr(window.data() + start + 4, 'X', window.size() - start - 4);
        if (x == nullptr) return kElse;
        start = static_cast<std::size_t>(static_cast<const char*>(x) - window.data()) - 4;
        if (window[start + 2] == 'F' && window[start + 3] == 'I') break;
    }
    if (window.size() < start + 64) return kElse;
    const char* const text = window.data() + start;
    if (!opening_.begins(text) || (start > 0 && is_digit(text[-1]))) return kElse;

    const char delimiter = text[opening_.size() - 3];
    const char* const length = text + opening_.size();
    const char* at = length;
    std::size_t body = 0;
    for (; is_digit(*at) && at < length + 7; ++at)
        body = body * 10 + static_cast<std::size_t>(*at - '0');
    if (at == length || *at != delimiter || std::memcmp(at + 1, "35=", 3) != 0) return kElse;
    const std::size_t body_end = static_cast<std::size_t>(at + 1 - text) + body;
    if (body_end + 7 > options_.max_message || window.size() - start < body_end + 7) return kElse;

    // The last delimiter of the body, 10=, three digits, and a delimiter are one word.
    constexpr std::uint64_t kSum = 0x00ffffff00000000ull;
    const std::uint64_t edge = static_cast<unsigned char>(delimiter);
    const std::uint64_t trailer = word_at(text + body_end - 1);
    if ((trailer & ~kSum) != (edge | 0x3d303100ull | edge << 56)) return kElse;
    const std::uint64_t digits = ((trailer & kSum) ^ (kZeros & kSum)) << 8;
    if (not_digits(digits) != 0 || number_of(digits) != checksum({text, body_end}, delimiter))
        return kElse;

    frame_.bytes = {text, body_end + 7};
    frame_.delimiter = delimiter;
    frame_.body_length_right = frame_.checksum_right = frame_.verified = true;
    frame_.verdict = Verdict::good;
    ++counts_.body_length_right;
    ++counts_.checksum_right;
    return finish(window, start, Form::raw, body_end + 7);
}

// All forms show "FIX" as the value of tag 8, and an X is rare: so that is what is looked for.
Framer::Candidate Framer::find_candidate(std::string_view window, Input input) {
    Candidate candidate;
    std::size_t at = std::max<std::size_t>(searched_, 4);
    while (at < window.size()) {
        const void* hit = std::memchr(window.data() + at, 'X', window.size() - at);
        if (hit == nullptr) break;
        const auto x = static_cast<std::size_t>(static_cast<const char*>(hit) - window.data());
        at = x + 1;
        if (window[x - 1] != 'I' || window[x - 2] != 'F') continue;
        if (window[x - 3] == '=') {
            if (window[x - 4] != '8' || !may_start(window, x - 4)) continue;
            candidate.opening = read_opening(window.substr(x - 4), input);
            candidate.found = candidate.opening.found;
            if (candidate.found == Found::no) continue;
            candidate.start = x - 4;
            candidate.form = candidate.opening.delimiter_size > 1 ? Form::multi_char : Form::raw;
        } else {
            const std::size_t floor = x > kLookBack ? x - kLookBack : 0;
            const auto pretty = pretty_start(window.substr(floor), x - 2 - floor);
            if (!pretty) continue;
            candidate.found = Found::yes;
            candidate.start = floor + pretty->at;
            candidate.lines = floor + pretty->lines;
            candidate.form = pretty->form == Pretty::braces ? Form::braces : Form::colons;
        }
        searched_ = x;
        return candidate;
    }
    searched_ = std::max(searched_, window.size());
    return candidate;
}

// Nothing can be decided yet. What is far enough before the place where a message starts, or may
// yet start, is no longer needed: a block in braces is recognised up to kLookBack behind its start,
// and its prefix reaches up to kLookBack before it.
Step Framer::wait(std::size_t start) {
    constexpr std::size_t kKept = 2 * kLookBack + 16;
    const std::size_t spare = start > kKept ? start - kKept : 0;
    if (spare > 0) return let_go(spare);
    return {Step::Kind::need_more, 0};
}

Step Framer::let_go(std::size_t bytes) {
    if (bytes == 0) return {Step::Kind::need_more, 0};
    counts_.bytes_between += bytes;
    consumed_ += bytes;
    searched_ = searched_ > bytes ? searched_ - bytes : 0;
    counts_.bytes_pending = counts_.bytes_read - consumed_;
    return {Step::Kind::between, bytes};
}

// The bytes from the start of a message on, as far as it may reach.
std::string_view Framer::message_text(std::string_view window, std::size_t start) const {
    return window.substr(start, options_.max_message);
}

// A raw message ends where BodyLength says, if 10= really is there.
Step Framer::step_raw(std::string_view window, const Candidate& candidate, Input input) {
    const Opening& opening = candidate.opening;
    const std::string_view whole = window.substr(candidate.start);
    if (opening.found != Found::yes || !opening.has_body_length || resume_ > 0)
        return step_by_ending(window, candidate, input);
    const std::string_view delimiter = whole.substr(opening.delimiter_at, 1);
    const BodyLength length =
        read_body_length(whole.substr(opening.second_field), delimiter, input);
    if (length.found == Found::incomplete) return wait(candidate.start);
    if (!length.value) return step_by_ending(window, candidate, input);

    const std::size_t body_at = opening.second_field + length.body_at;
    const std::size_t body_end = body_at + *length.value;
    if (body_end + 7 > options_.max_message) return step_by_ending(window, candidate, input);
    if (whole.size() < body_end + 3) {
        if (input == Input::more) return wait(candidate.start);
        return step_by_ending(window, candidate, input);
    }
    // A digit in front of 10= makes it another tag, such as MinQty(110).
    if (is_digit(whole[body_end - 1]) || whole.substr(body_end, 3) != "10=")
        return step_by_ending(window, candidate, input);
    const Trailer trailer = read_trailer(whole.substr(body_end + 3), delimiter, input);
    if (trailer.found == Found::incomplete) return wait(candidate.start);
    if (trailer.size == 0) return step_by_ending(window, candidate, input);

    const std::size_t size = body_end + 3 + trailer.size;
    const bool ordered = whole.substr(body_at).starts_with("35=");
    // Without a delimiter in front (a log cut the field before it) it is no field of its own.
    const bool well_formed = trailer.three_digits && whole[body_end - 1] == delimiter[0];
    const bool sum_right =
        well_formed && checksum(whole.substr(0, body_end), delimiter[0]) == trailer.value;
    if (!sum_right) {
        const std::size_t end = earlier_end(whole.substr(0, size), opening.second_field, delimiter);
        if (end < size) return step_by_ending(window, candidate, input);
    }
    frame_.bytes = whole.substr(0, size);
    frame_.delimiter = delimiter[0];
    frame_.body_length_right = true;
    frame_.checksum_right = sum_right;
    frame_.verified = sum_right;
    frame_.verdict = Verdict::good;
    if (options_.strictness == Strictness::strict && !(ordered && sum_right)) {
        frame_.verdict = !ordered       ? Verdict::header_order
                         : !well_formed ? Verdict::checksum_form
                                        : Verdict::checksum;
    }
    ++counts_.body_length_right;
    ++(sum_right ? counts_.checksum_right : counts_.checksum_bad);
    opening_.keep(whole.substr(0, opening.second_field + 2));
    return finish(window, candidate.start, candidate.form, size);
}

// A message without a usable BodyLength ends at the first 10= before the next start.
Step Framer::step_by_ending(std::string_view window, const Candidate& candidate, Input input) {
    const Opening& opening = candidate.opening;
    const std::string_view text = message_text(window, candidate.start);
    const Input here = text.size() == options_.max_message ? Input::last : input;
    if (opening.found != Found::yes) return finish_cut(window, candidate, text);
    const std::string_view delimiter = text.substr(opening.delimiter_at, opening.delimiter_size);
    const std::size_t from = std::max<std::size_t>(resume_, opening.second_field);
    const Ending ending = find_ending(text, from, delimiter, here);
    if (ending.kind == Ending::Kind::incomplete) {
        resume_ = ending.at;
        return wait(candidate.start);
    }
    if (ending.kind != Ending::Kind::checksum)
        return finish_cut(window, candidate, text.substr(0, ending.at));
    const Trailer trailer = read_trailer(text.substr(ending.at + 3), delimiter, here);
    if (trailer.found == Found::incomplete) {
        resume_ = ending.at + 2;
        return wait(candidate.start);
    }
    if (trailer.size == 0) return finish_cut(window, candidate, text.substr(0, ending.at + 3));
    return finish_ended(window, candidate, ending.at + 3 + trailer.size);
}

// A message of `size` bytes that ends with CheckSum(10), but not where BodyLength says, or whose
// delimiter is of several characters.
Step Framer::finish_ended(std::string_view window, const Candidate& candidate, std::size_t size) {
    const Opening& opening = candidate.opening;
    const std::string_view text = window.substr(candidate.start, size);
    const std::string_view delimiter = text.substr(opening.delimiter_at, opening.delimiter_size);
    const BodyLength length =
        opening.has_body_length
            ? read_body_length(text.substr(opening.second_field), delimiter, Input::last)
            : BodyLength{};
    const bool ordered =
        length.body_at > 0 && text.substr(opening.second_field + length.body_at).starts_with("35=");
    // BodyLength is in its place but not a number: still the fault of BodyLength.
    const bool header = ordered || (opening.has_body_length && length.body_at == 0);
    const bool strict = options_.strictness == Strictness::strict;
    frame_.verified = false;
    frame_.body_length_right = false;
    frame_.checksum_right = false;
    if (candidate.form == Form::multi_char) {
        rewrite_delimiters(text, delimiter, scratch_);
        frame_.bytes = scratch_;
        frame_.delimiter = '\x01';
        frame_.verdict = strict && !header ? Verdict::header_order : Verdict::good;
        ++counts_.not_verifiable;
        return finish(window, candidate.start, candidate.form, size);
    }
    const std::size_t trailer_at = text.rfind("10=");
    const Trailer trailer = read_trailer(text.substr(trailer_at + 3), delimiter, Input::last);
    frame_.bytes = text;
    frame_.delimiter = delimiter[0];
    frame_.checksum_right =
        trailer.three_digits && checksum(text.substr(0, trailer_at), delimiter[0]) == trailer.value;
    ++counts_.body_length_bad;
    ++(frame_.checksum_right ? counts_.checksum_right : counts_.checksum_bad);
    frame_.verdict = !strict  ? Verdict::good
                     : header ? Verdict::body_length
                              : Verdict::header_order;
    return finish(window, candidate.start, candidate.form, size);
}

// What is left of a message without an end. `text` reaches to the next start, the end of input, or
// the limit. It is dead up to the end of its line; what follows is looked at anew.
Step Framer::finish_cut(std::string_view window, const Candidate& candidate,
                        std::string_view text) {
    const Opening& opening = candidate.opening;
    const std::string_view delimiter = text.substr(
        std::min<std::size_t>(opening.delimiter_at, text.size()), opening.delimiter_size);
    std::size_t size = text.size();
    const bool at_limit = size == options_.max_message;
    const std::size_t newline = delimiter == "\n" || delimiter == "\r\n"
                                    ? std::string_view::npos
                                    : text.find('\n', std::min(size, std::size_t{5}));
    frame_.verdict = Verdict::truncated;
    if (newline != std::string_view::npos) {
        size = text[newline - 1] == '\r' ? newline - 1 : newline;
    } else if (at_limit) {
        frame_.verdict = Verdict::too_long;
        size -= kStartMargin;
    }
    frame_.bytes = text.substr(0, size);
    frame_.delimiter = delimiter.size() == 1 ? delimiter[0] : '\x01';
    if (delimiter.size() > 1) {
        rewrite_delimiters(text.substr(0, size), delimiter, scratch_);
        frame_.bytes = scratch_;
    }
    frame_.verified = frame_.body_length_right = frame_.checksum_right = false;
    return finish(window, candidate.start, candidate.form, size);
}

Step Framer::step_pretty(std::string_view window, const Candidate& candidate, Input input) {
    const std::string_view whole = message_text(window, candidate.start);
    const bool at_limit = whole.size() == options_.max_message;
    const std::string_view lines =
        whole.substr(std::min(whole.size(), candidate.lines - candidate.start));
    const Pretty form = candidate.form == Form::braces ? Pretty::braces : Pretty::colons;
    const PrettyEnd end = pretty_end(lines, form, resume_, at_limit ? Input::last : input);
    if (end.kind == PrettyEnd::Kind::incomplete) {
        resume_ = end.at;
        return wait(candidate.start);
    }
    const bool has_msg_type = rewrite_pretty(lines.substr(0, end.at), form, scratch_);
    frame_.bytes = scratch_;
    frame_.delimiter = '\x01';
    frame_.verified = frame_.body_length_right = frame_.checksum_right = false;
    frame_.verdict = end.kind == PrettyEnd::Kind::closed ? Verdict::good : Verdict::truncated;
    if (!has_msg_type) frame_.verdict = Verdict::truncated;
    if (at_limit && end.at == lines.size()) frame_.verdict = Verdict::too_long;
    if (frame_.verdict == Verdict::good) ++counts_.not_verifiable;
    return finish(window, candidate.start, candidate.form,
                  candidate.lines - candidate.start + end.at);
}

Step Framer::finish(std::string_view window, std::size_t start, Form form, std::size_t size) {
    frame_.form = form;
    frame_.place.offset = consumed_ + start;
    frame_.place.length = static_cast<std::uint32_t>(size);
    const bool pretty = form == Form::braces || form == Form::colons;
    frame_.prefix = start == 0 && form == Form::raw
                        ? std::string_view{}
                        : prefix_before(window, start, pretty ? Layout::lines : Layout::one_line);
    counts_.bytes_between += start;
    (frame_.verdict == Verdict::good ? counts_.bytes_messages : counts_.bytes_dead) += size;
    ++counts_.frames[static_cast<std::size_t>(frame_.verdict)];
    consumed_ += start + size;
    searched_ = resume_ = 0;
    counts_.bytes_pending = counts_.bytes_read - consumed_;
    return {Step::Kind::frame, start + size};
}

}  // namespace assay::fix
