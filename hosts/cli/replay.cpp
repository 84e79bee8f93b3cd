#include "hosts/cli/replay.h"

#include <algorithm>
#include <fmt/format.h>
#include <queue>

#include "hosts/cli/feed.h"
#include "hosts/cli/lp_guess.h"
#include "hosts/cli/replay_health.h"
#include "hosts/cli/shard_workers.h"
#include "hosts/cli/sniff.h"
#include "hosts/cli/state_file.h"

namespace assay {
namespace {

// Spreadsheets have no FIX session; theirs are numbered from here.
constexpr std::uint32_t kTableSessions = 60'000;

// A feed with its place in the merged order. A feed whose time runs backwards keeps its own order:
// its key never falls.
struct Merged {
    Feed* feed{};
    Nanos key{INT64_MIN};
    std::uint32_t file{};
    bool quote_class{};
};
struct Later {
    bool operator()(const Merged& a, const Merged& b) const {
        if (a.key != b.key) return a.key > b.key;
        if (a.quote_class != b.quote_class) return b.quote_class;
        return a.file > b.file;
    }
};

struct Inputs {
    std::vector<std::unique_ptr<Feed>> feeds;  // by file; null where not used
    std::vector<InputLine> lines;
    bool quotes_given{};
    bool any{};
};

class Run {
  public:
    Run(Settings& settings, const ReplayOptions& options, Calendars& calendars, Replay& out)
        : settings_(settings),
          options_(options),
          out_(out),
          dead_(options.dead_letter_file),
          sessions_(calendars, settings.config.instruments) {}

    Result<void> open() {
        std::vector<std::pair<std::string, bool>> names;  // path, is a --quotes file
        const auto list = [&](const std::vector<std::string>& arguments, bool quotes) {
            const InputFiles files = list_inputs(arguments);
            for (const std::string& f : files.files) names.emplace_back(f, quotes);
            for (const Unreadable& u : files.unreadable) {
                problems_.push_back(fmt::format("{}: {}", u.path, u.why));
                InputLine line;
                line.name = u.path;
                line.kind = "not used: " + u.why;
                unreadable_.push_back(line);
            }
        };
        list(options_.inputs, false);
        list(options_.quotes, true);
        for (const auto& [path, quotes] : names) open_one(path, quotes);
        if (!inputs_.any) {
            std::string text = "nothing to read";
            for (const std::string& p : problems_) text += "\n  " + p;
            return fail(text);
        }
        return {};
    }

    Result<void> run() {
        fix::SessionStage stage(settings_.parties);
        if (!options_.state_folder.empty()) {
            auto loaded = load_state(options_.state_folder, settings_.config, stage, out_.kernels);
            if (!loaded) return loaded;
        }
        {
            ShardWorkers workers(settings_.config, out_.kernels, options_.threads,
                                 options_.witness);
            workers_ = &workers;
            stage_ = &stage;
            merge();
            workers.finish();
            for (const RefusedMessage& r : workers.refused())
                dead_.add(out_.input_names[r.place.file], r.place.offset, r.reason, {}, r.bytes,
                          r.delimiter);
            shard_counts_ = workers.counts();
        }
        if (!options_.state_folder.empty()) {
            auto saved = save_state(options_.state_folder, settings_.config, stage, out_.kernels);
            if (!saved) return saved;
        }
        account(stage);
        return {};
    }

  private:
    void open_one(const std::string& path, bool as_quotes) {
        InputLine line;
        line.name = path == "-" ? "standard input" : path;
        const auto file = static_cast<std::uint32_t>(inputs_.feeds.size());
        out_.input_names.push_back(line.name);
        inputs_.feeds.emplace_back();
        const auto not_used = [&](const std::string& why) {
            line.kind = "not used: " + why;
            problems_.push_back(fmt::format("{}: {}", line.name, why));
        };
        auto source = open_source(path);
        if (!source) {
            not_used(source.error().text());
            inputs_.lines.push_back(line);
            return;
        }
        const auto front = (*source)->peek(kSniffBytes);
        if (!front) {
            not_used(front.error().text());
            inputs_.lines.push_back(line);
            return;
        }
        const Sniffed kind = as_quotes ? Sniffed{InputKind::quotes_csv, {}} : sniff(*front);
        Result<std::unique_ptr<Feed>> feed = nullptr;
        switch (kind.kind) {
            case InputKind::fix_log:
                guess(**source);
                feed = open_fix_feed(std::move(*source), file, settings_, dead_);
                break;
            case InputKind::quotes_csv:
                feed = open_quotes_feed(std::move(*source), file,
                                        as_quotes ? QuotesFrom::option : QuotesFrom::files, dead_);
                inputs_.quotes_given = inputs_.quotes_given || feed.has_value();
                break;
            case InputKind::fills_csv:
                feed = open_fills_feed(std::move(*source), file, kTableSessions + file, settings_,
                                       dead_, out_.assumptions);
                break;
            case InputKind::empty:
            case InputKind::not_used:
                not_used(kind.why);
                break;
        }
        if (!feed) not_used(feed.error().text());
        if (feed && *feed != nullptr) {
            inputs_.feeds.back() = std::move(*feed);
            inputs_.any = true;
        }
        inputs_.lines.push_back(line);
    }

    void guess(Source& source) {
        if (settings_.lp_from != LpFrom::automatic || guessed_) return;
        guessed_ = true;
        if (const auto front = source.peek(std::size_t{1} << 20))
            out_.assumptions.push_back(guess_lp(*front, settings_.parties));
    }

    // Goes to the next record of a feed; false at its end.
    static bool advance(Merged& m) {
        if (!m.feed->next()) return false;
        const Record& r = m.feed->record();
        m.key = std::max(m.key, r.at);
        m.quote_class = r.quote_class;
        return true;
    }

    void merge() {
        std::priority_queue<Merged, std::vector<Merged>, Later> queue;
        for (std::uint32_t i = 0; i < inputs_.feeds.size(); ++i) {
            Merged m{inputs_.feeds[i].get(), {INT64_MIN}, i, false};
            if (m.feed != nullptr && advance(m)) queue.push(m);
        }
        std::uint64_t n = 0;
        while (!queue.empty()) {
            Merged m = queue.top();
            queue.pop();
            // One feed goes on while none of the others comes before it.
            for (bool more = true; more;) {
                take(m.feed->record(), m.key);
                more = advance(m);
                if ((++n & 0xfff) == 0 && options_.progress) {
                    std::uint64_t bytes = 0;
                    for (const auto& f : inputs_.feeds)
                        if (f != nullptr) bytes += f->raw_bytes_read();
                    options_.progress(bytes, n);
                }
                if (more && !queue.empty() && Later{}(m, queue.top())) {
                    queue.push(m);
                    more = false;
                }
            }
        }
        // What is still due in quiet shards must know how long the source has spoken.
        if (settings_.config.quotes.stale_after.ns >= 0 && known(heard_))
            workers_->tick(heard_, heard_);
    }

    void take(const Record& r, Nanos key) {
        if (!r.is_message) {
            Event e = *r.event;
            e.at = key;
            apply(e, r.bytes, ',', ShardWorkers::Accounts::yes);
            return;
        }
        fix::Capture capture{key, r.place, r.clock};
        if (!r.readable) {
            if (stage_->take_dead(capture, *r.message) == fix::Outcome::dead)
                dead_.add(out_.input_names[r.place.file], r.place.offset, r.dead_kind, r.dead_what,
                          r.bytes, r.message->delimiter);
            return;
        }
        events_.clear();
        if (stage_->take(capture, *r.message, events_) == fix::Outcome::dead)
            dead_.add(out_.input_names[r.place.file], r.place.offset,
                      "unreadable entry, or too many wait", {}, r.bytes, r.message->delimiter);
        for (std::size_t i = 0; i < events_.size(); ++i) {
            // The files of --quotes are the market; what the log says of it is not needed then.
            if (inputs_.quotes_given && events_[i].lp.empty() &&
                std::holds_alternative<Quote>(events_[i].what))
                continue;
            apply(events_[i], r.bytes, r.message->delimiter,
                  i == 0 ? ShardWorkers::Accounts::yes : ShardWorkers::Accounts::no);
        }
    }

    void apply(Event& e, std::string_view bytes, char delimiter, ShardWorkers::Accounts accounts) {
        const Duration stale = settings_.config.quotes.stale_after;
        if (stale.ns >= 0) {
            const bool market = e.lp.empty() && std::holds_alternative<Quote>(e.what);
            // The source speaks again after a silence: what fell due in it must know of the
            // silence.
            if (market && known(heard_) && e.at - heard_ > stale) workers_->tick(e.at, heard_);
            if (market) heard_ = e.at;
            e.source_heard = heard_;
        }
        const std::uint32_t shard = see(e);
        for (Event session; sessions_.due(e.at, session);)
            workers_->apply(shard_of(session.symbol), session, {}, 0, ShardWorkers::Accounts::no);
        workers_->apply(shard, e, bytes, delimiter, accounts);
    }

    // The shard of an event. Its symbol is shown to the calendars once; by its number, where it has
    // one, both are known without a look at its name.
    std::uint32_t see(const Event& e) {
        if (e.symbol_number < shard_of_number_.size() &&
            shard_of_number_[e.symbol_number] != kNotSeen) [[likely]]
            return shard_of_number_[e.symbol_number];
        sessions_.see(e.symbol, e.at);
        const std::uint32_t shard = shard_of(e.symbol);
        if (e.symbol_number != Event::kNoNumber) {
            if (e.symbol_number >= shard_of_number_.size())
                shard_of_number_.resize(e.symbol_number + 1, kNotSeen);
            shard_of_number_[e.symbol_number] = static_cast<std::uint8_t>(shard);
        }
        return shard;
    }

    void account(const fix::SessionStage& stage) {
        for (std::size_t i = 0; i < inputs_.feeds.size(); ++i)
            if (inputs_.feeds[i] != nullptr)
                inputs_.feeds[i]->account(out_.health, inputs_.lines[i]);
        out_.health.inputs = inputs_.lines;
        for (const InputLine& line : unreadable_) out_.health.inputs.push_back(line);
        account_messages(stage, shard_counts_, out_.shards(), out_.health);
        account_dead(dead_, out_.health);
        out_.health.lenient = settings_.framer.strictness == fix::Strictness::lenient;
    }

    Settings& settings_;
    const ReplayOptions& options_;
    Replay& out_;
    DeadLetters dead_;
    SessionEvents sessions_;
    Inputs inputs_;
    std::vector<InputLine> unreadable_;
    std::vector<std::string> problems_;
    fix::SessionStage* stage_{};
    ShardWorkers* workers_{};
    ShardCounts shard_counts_;
    std::vector<Event> events_;
    static constexpr std::uint8_t kNotSeen = 0xff;
    std::vector<std::uint8_t> shard_of_number_;  // by Event::symbol_number
    Nanos heard_{kNever};
    bool guessed_{};
};

}  // namespace

std::vector<const Kernel*> Replay::shards() const {
    std::vector<const Kernel*> out;
    for (const auto& k : kernels)
        if (k != nullptr) out.push_back(k.get());
    return out;
}

Result<Replay> replay(Settings& settings, const ReplayOptions& options, Calendars& calendars) {
    Replay out;
    Run run(settings, options, calendars, out);
    if (auto opened = run.open(); !opened) return std::unexpected(opened.error());
    if (auto done = run.run(); !done) return std::unexpected(done.error());
    return out;
}

}  // namespace assay
