#include "hosts/cli/follow.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <filesystem>
#include <fmt/format.h>
#include <poll.h>

#include "hosts/cli/growing_source.h"
#include "hosts/cli/merge.h"
#include "hosts/cli/replay_run.h"
#include "hosts/cli/sniff.h"

namespace assay {
namespace {

using Clock = std::chrono::steady_clock;

bool is_gzip(std::string_view front) {
    return front.starts_with("\x1f\x8b");
}

// Enough of a table to read its header: a line that is not blank, to its end.
bool has_whole_line(std::string_view front) {
    const std::size_t first = front.find_first_not_of(" \t\r\n");
    return first != front.npos && front.find('\n', first) != front.npos;
}

// Of standard input, for a new start.
constexpr std::size_t kMostKept = std::size_t{64} << 20;

struct Followed {
    ReplayRun::Named input;
    Merged merged;                           // its feed is null until it is known what it is
    std::unique_ptr<GrowingSource> waiting;  // until then
    GrowingSource* source{};                 // the feed's, or `waiting`
    Clock::time_point quiet_since{};
    bool at_hand{};  // a record of it is in the queue
    bool over{};     // nothing comes any more
    bool quotes{};   // a table of them, once it is known
};

// One attempt from the start of all files.
class Follow {
  public:
    enum class End : std::uint8_t { done, start_over };

    Follow(Settings& settings, const ReplayOptions& options, Calendars& calendars,
           const Following& following, std::string stdin_again, Replay& out)
        : run_(settings, options, calendars, out),
          out_(out),
          following_(following),
          every_(std::chrono::nanoseconds(following.every.ns)),
          stdin_again_(std::move(stdin_again)) {}

    Result<End> go() {
        for (const ReplayRun::Named& input : run_.list()) begin(input);
        if (followed_.empty()) return std::unexpected(run_.nothing_to_read());
        next_news_ = Clock::now() + every_;
        for (;;) {
            look_after_files();
            stopping_ = following_.over() || all_over();
            if (stopping_)
                for (Followed& f : followed_)
                    if (f.source != nullptr) f.source->stop();
            for (Followed& f : followed_)
                if (f.merged.feed == nullptr && !f.over) try_open(f);
            if (auto done = pump(); !done) return std::unexpected(done.error());
            if (start_over_) return End::start_over;
            if (stopping_) break;
            tell_news();
            // Short enough that nobody waits; a signal ends it sooner.
            ::poll(nullptr, 0, 20);
        }
        if (!run_.any_open()) return std::unexpected(run_.nothing_to_read());
        if (!run_.started())
            if (auto started = run_.start(); !started) return std::unexpected(started.error());
        if (auto done = run_.finish(); !done) return std::unexpected(done.error());
        run_.account();
        return End::done;
    }

    // Of standard input, what was read of it and would be lost to a new start.
    std::string take_stdin_front() {
        for (const Followed& f : followed_)
            if (f.input.path == "-" && f.source != nullptr) return f.source->front();
        return {};
    }

  private:
    void begin(const ReplayRun::Named& input) {
        followed_.emplace_back();
        Followed& f = followed_.back();
        f.input = input;
        f.merged.file = run_.name(input);
        f.quiet_since = Clock::now();
        auto source =
            GrowingSource::open(input.path, input.path == "-" ? std::move(stdin_again_) : "");
        if (!source) {
            run_.note_not_used(f.merged.file, source.error().text());
            f.over = true;
            return;
        }
        f.waiting = std::move(*source);
        f.source = f.waiting.get();
    }

    // Opens a feed once there is enough to tell what it is.
    void try_open(Followed& f) {
        const auto front = f.waiting->peek(kSniffBytes);
        if (front && !stopping_ && f.source->growing()) {
            if (front->empty()) return;
            const InputKind kind = f.input.quotes ? InputKind::quotes_csv : sniff(*front).kind;
            const bool table = kind == InputKind::quotes_csv || kind == InputKind::fills_csv;
            if (table && !has_whole_line(*front)) return;
            if (kind == InputKind::empty) return;
            // Text may still become a log, as long as not all is there that is looked at.
            if (kind == InputKind::not_used && front->size() < kSniffBytes && !is_gzip(*front))
                return;
        }
        f.quotes = f.input.quotes || (front && sniff(*front).kind == InputKind::quotes_csv);
        const bool first_log = run_.guesses() && !run_.guessed_from();
        if (front &&
            (is_gzip(*front) || (!f.input.quotes && sniff(*front).kind == InputKind::fills_csv)))
            run_.note_not_used(f.merged.file, "it cannot be followed");
        else
            f.merged.feed = run_.open(f.merged.file, std::move(f.waiting));
        if (f.merged.feed == nullptr) {
            f.over = true;
            f.source = nullptr;
            f.waiting.reset();
            following_.say(fmt::format("{}: cannot be used", f.input.path));
            return;
        }
        if (first_log && run_.guessed_from() == f.merged.file) guessing_ = &f;
        // Standard input cannot be opened again, if it should come to that.
        const bool settled = !run_.guesses() || (run_.guessed_from() && guessing_ == nullptr);
        if (settled || (guessing_ != &f && f.input.path != "-")) f.source->forget_front();
    }

    // To its next record. False where none is there: it may still grow, or it is over.
    bool advance(Followed& f) {
        f.at_hand = f.merged.feed->next();
        if (guessing_ == &f)
            look_again();
        else if (f.source->front().size() > kMostKept)
            settle();
        if (!f.at_hand) {
            f.quiet_since = Clock::now();
            f.over = !f.source->growing();
            return false;
        }
        f.merged.step();
        queue_.push(f.merged);
        return true;
    }

    // More of the front of the log is there: is the LP still who it was taken for?
    void look_again() {
        const std::string& front = guessing_->source->front();
        if (front.size() == looked_at_) return;
        looked_at_ = front.size();
        start_over_ = !run_.guess(std::string_view(front).substr(0, ReplayRun::kGuessBytes));
        if (!start_over_ && front.size() >= ReplayRun::kGuessBytes) settle();
    }

    // It stays with the LP as guessed.
    void settle() {
        guessing_ = nullptr;
        for (Followed& f : followed_)
            if (f.source != nullptr) f.source->forget_front();
    }

    bool holds_up(const Followed& f) const {
        return f.merged.feed != nullptr && !f.at_hand && !f.over &&
               Clock::now() - f.quiet_since < every_;
    }

    // A complete file of quotes would run to the end of the day, and every order after it be late:
    // it goes as far as the logs do. Quotes that grow as well are as good a clock as the logs.
    bool runs_ahead(const Merged& m) const {
        const Followed& f = followed_[m.file];
        if (!f.quotes || m.key <= logs_reached_ || f.source->has_grown()) return false;
        const auto is_log = [](const Followed& l) { return !l.quotes; };
        const auto at_hand = [&](const Followed& l) { return is_log(l) && l.at_hand; };
        const auto may_come = [&](const Followed& l) { return is_log(l) && !l.over; };
        return std::none_of(followed_.begin(), followed_.end(), at_hand) &&
               std::any_of(followed_.begin(), followed_.end(), may_come);
    }

    Result<void> pump() {
        for (Followed& f : followed_)
            if (f.merged.feed != nullptr && !f.at_hand && !f.over) {
                const auto quiet_since = f.quiet_since;
                if (!advance(f)) f.quiet_since = quiet_since;
            }
        if (!queue_.empty() && !run_.started())
            if (auto started = run_.start(); !started) return started;
        const auto held_up = [&] {
            return followed_.size() > 1 && std::any_of(followed_.begin(), followed_.end(),
                                                       [&](auto& f) { return holds_up(f); });
        };
        bool check = true;
        for (std::uint64_t n = 0; !queue_.empty() && !start_over_; ++n) {
            if (check && !stopping_ && held_up()) break;
            const Merged m = queue_.top();
            if (!stopping_ && runs_ahead(m)) break;
            queue_.pop();
            if (m.key < reached_) run_.count_late();
            reached_ = std::max(reached_, m.key);
            if (!followed_[m.file].quotes) logs_reached_ = std::max(logs_reached_, m.key);
            run_.apply(m.feed->record(), reached_);
            check = !advance(*by_file(m.file));
            // The screen and Ctrl-C are not kept waiting by a long file.
            if (!stopping_ && (n & 0xfff) == 0xfff &&
                (Clock::now() >= next_news_ || following_.over()))
                break;
        }
        return {};
    }

    Followed* by_file(std::uint32_t file) { return &followed_[file]; }

    bool all_over() const {
        return std::all_of(followed_.begin(), followed_.end(),
                           [](const Followed& f) { return f.over && !f.at_hand; });
    }

    // Files that were replaced or truncated are read to the end, and on from the new start.
    void look_after_files() {
        for (std::size_t i = 0; i < followed_.size(); ++i) {
            Followed& f = followed_[i];
            if (f.over || f.source == nullptr || f.at_hand || !f.source->growing()) continue;
            const auto fate = f.source->fate();
            if (fate == GrowingSource::Fate::same) continue;
            following_.say(f.input.path +
                           (fate == GrowingSource::Fate::truncated
                                ? " became shorter: it is read on from its new start"
                                : " was replaced by another file: that is read on from its start"));
            f.source->stop();
            if (guessing_ == &f) settle();
            if (f.merged.feed == nullptr) {
                f.over = true;
                run_.note_not_used(f.merged.file, "nothing was in it before it was replaced");
            } else {
                advance(f);  // the end of the old one
            }
            begin(ReplayRun::Named(f.input));
        }
    }

    void tell_news() {
        const auto now = Clock::now();
        if (now < next_news_ || !run_.started()) return;
        const std::uint64_t bytes = run_.raw_bytes_read();
        if (bytes == told_ && queue_.size() == told_waiting_) return;
        told_ = bytes;
        told_waiting_ = queue_.size();
        next_news_ = now + every_;
        run_.account();
        following_.news(out_);
    }

    ReplayRun run_;
    Replay& out_;
    const Following& following_;
    const std::chrono::nanoseconds every_;
    std::string stdin_again_;
    std::deque<Followed> followed_;  // by file
    MergeQueue queue_;
    Nanos reached_{INT64_MIN}, logs_reached_{INT64_MIN};
    Followed* guessing_{};  // whose front still tells who is the LP
    std::size_t looked_at_{};
    bool stopping_{}, start_over_{};
    Clock::time_point next_news_;
    std::uint64_t told_{};
    std::size_t told_waiting_{};
};

}  // namespace

Result<void> can_follow(const ReplayOptions& options) {
    std::vector<std::string> all = options.inputs;
    all.insert(all.end(), options.quotes.begin(), options.quotes.end());
    for (const std::string& path : list_inputs(all).files) {
        if (path == "-") continue;
        auto source = GrowingSource::open(path);
        if (!source || !(*source)->is_file()) continue;
        const auto front = (*source)->peek(kSniffBytes);
        if (!front) continue;
        if (is_gzip(*front) || path.ends_with(".gz"))
            return fail(
                fmt::format("--follow: {} is compressed, and cannot be followed; score it "
                            "without --follow, or `zcat` it into a pipe",
                            path));
        if (has_whole_line(*front) && sniff(*front).kind == InputKind::fills_csv)
            return fail(
                fmt::format("--follow: {} is a spreadsheet of fills, which is read as a "
                            "whole; FIX logs and quotes can be followed",
                            path));
    }
    return {};
}

namespace {

// Today's log may not have been begun: what is not there yet is said, and waited for.
void wait_for_files(const ReplayOptions& options, const Following& following) {
    std::vector<std::string> all = options.inputs;
    all.insert(all.end(), options.quotes.begin(), options.quotes.end());
    for (const std::string& path : all) {
        const auto missing = [&] {
            std::error_code error;
            const auto status = std::filesystem::status(path, error);
            return path != "-" && status.type() == std::filesystem::file_type::not_found;
        };
        if (missing())
            following.say(path + " is not there yet: it is waited for; Ctrl-C ends that");
        while (missing() && !following.over()) ::poll(nullptr, 0, 50);
    }
}

}  // namespace

Result<Replay> follow(Settings& settings, const ReplayOptions& options, Calendars& calendars,
                      const Following& following) {
    wait_for_files(options, following);
    std::string stdin_again;
    for (;;) {
        Replay out;
        Follow attempt(settings, options, calendars, following, std::move(stdin_again), out);
        const auto end = attempt.go();
        if (!end) return std::unexpected(end.error());
        if (*end == Follow::End::done) return out;
        following.say(
            "more of the log shows that the LP is named elsewhere: it is read again from the "
            "start");
        stdin_again = attempt.take_stdin_front();
    }
}

}  // namespace assay
