#include "hosts/desk/stops_book.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/units/archive.h"

namespace assay::desk {

namespace {

// What lies beside a state is of several; this one's stands last and is found from the end.
constexpr std::string_view kEndsWith = "stops 1\n";

template <class Archive>
void archive(Archive& a, http::KillView& k) {
    auto scope = static_cast<std::uint8_t>(k.scope);
    std::int64_t released = k.released ? k.released->ns : kNever.ns;
    a(k.id, scope, k.value, k.who, k.why, k.at.ns, released, k.released_by, k.released_second,
      k.released_why);
    k.scope = static_cast<http::KillScope>(scope);
    k.active = released == kNever.ns;
    k.released = k.active ? std::nullopt : std::optional(Nanos{released});
}

http::KillView kill_of(const Note& note, Nanos at, std::uint64_t seq) {
    http::KillView k;
    k.id = seq;
    k.at = at;
    k.who = note.value("who");
    k.why = note.value("why");
    if (const auto lp = note.value("lp"); !lp.empty()) {
        k.scope = http::KillScope::lp;
        k.value = lp;
    } else if (const auto symbol = note.value("symbol"); !symbol.empty()) {
        k.scope = http::KillScope::symbol;
        k.value = symbol;
    }
    return k;
}

}  // namespace

std::string words_of(http::KillScope scope, std::string_view value) {
    switch (scope) {
        case http::KillScope::all:
            return "everything";
        case http::KillScope::lp:
            return std::string(value);
        case http::KillScope::symbol:
            return fmt::format("symbol {}", value);
        case http::KillScope::parent:
            return fmt::format("order {}", value);
    }
    return {};
}

void StopsBook::begin(const std::string& beside) {
    constexpr std::size_t kTail = sizeof(std::uint64_t) + kEndsWith.size();
    if (beside.size() < kTail || !beside.ends_with(kEndsWith)) return;
    const std::string length_bytes = beside.substr(beside.size() - kTail, sizeof(std::uint64_t));
    std::uint64_t length = 0, n = 0;
    Loader of_length(length_bytes);
    of_length(length);
    if (length > beside.size() - kTail) return;
    const std::string mine = beside.substr(beside.size() - kTail - length, length);
    Loader a(mine);
    a(n);
    std::vector<http::KillView> all;
    for (std::uint64_t i = 0; a.ok() && i < n; ++i) archive(a, all.emplace_back());
    if (!a.ok()) return;
    const std::lock_guard lock(mutex_);
    all_ = std::move(all);
}

std::string StopsBook::kept() {
    const std::lock_guard lock(mutex_);
    std::string mine, length;
    Saver a(mine);
    a(static_cast<std::uint64_t>(all_.size()));
    for (http::KillView& k : all_) archive(a, k);
    Saver of_length(length);
    of_length(static_cast<std::uint64_t>(mine.size()));
    return mine + length + std::string(kEndsWith);
}

void StopsBook::seen(const journal::Entry& e) {
    if (e.mark == journal::Mark::note && e.session == 0) take(e.at, e.seq, e.bytes);
}

void StopsBook::applied(const Input& input, std::uint32_t, const SessionOutput& out) {
    if (input.mark != journal::Mark::note || input.session != 0 || !out.problems.empty()) return;
    take(input.at, input.seq, input.bytes);
}

void StopsBook::take(Nanos at, std::uint64_t seq, std::string_view text) {
    const bool kills = text.starts_with("kill|") || text == "kill";
    if (!kills && !text.starts_with("release|")) return;
    const auto note = Note::read(text);
    if (!note) return;
    http::KillView k = kill_of(*note, at, seq);
    const std::lock_guard lock(mutex_);
    const auto held = std::find_if(all_.begin(), all_.end(), [&](const http::KillView& other) {
        return other.active && other.scope == k.scope && other.value == k.value;
    });
    LogLine line{LogLevel::warning, "desk", {}, {}, {}};
    if (kills) {
        // As in the gate: the first one stands.
        const bool again = held != all_.end();
        line.message = fmt::format("{} kills {}: {}{}", k.who, words_of(k.scope, k.value), k.why,
                                   again ? fmt::format(" (killed already by {})", held->who) : "");
        line.fields = {{"who", k.who}, {"why", k.why}, {"scope", http::text(k.scope)}};
        if (!k.value.empty()) line.fields.emplace_back("value", k.value);
        if (!again) all_.push_back(std::move(k));
    } else {
        const std::string first(note->value("first")), second(note->value("second"));
        line.message = fmt::format("{} and {} release {}: {}", first, second,
                                   words_of(k.scope, k.value), k.why);
        line.fields = {
            {"who", first}, {"second", second}, {"why", k.why}, {"scope", http::text(k.scope)}};
        if (!k.value.empty()) line.fields.emplace_back("value", k.value);
        if (held != all_.end()) {
            held->active = false;
            held->released = at;
            held->released_by = first;
            held->released_second = second;
            held->released_why = k.why;
        }
        if (static_cast<std::size_t>(std::count_if(
                all_.begin(), all_.end(), [](const auto& one) { return !one.active; })) > kKept)
            all_.erase(std::find_if(all_.begin(), all_.end(),
                                    [](const auto& one) { return !one.active; }));
    }
    if (log_ != nullptr) log_->write(line);
}

std::vector<http::KillView> StopsBook::all() const {
    const std::lock_guard lock(mutex_);
    return all_;
}

}  // namespace assay::desk
