#include "hosts/cli/replay_run.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>

#include "hosts/cli/iso_time.h"
#include "hosts/cli/lp_guess.h"
#include "hosts/cli/replay_health.h"
#include "hosts/cli/sniff.h"
#include "hosts/cli/state_file.h"
#include "hosts/journal/disk.h"
#include "hosts/journal/reader.h"

namespace assay {
namespace {

// Spreadsheets have no FIX session; theirs are numbered from here.
constexpr std::uint32_t kTableSessions = 60'000;

}  // namespace

ReplayRun::ReplayRun(Settings& settings, const ReplayOptions& options, Calendars& calendars,
                     Replay& out)
    : settings_(settings),
      options_(options),
      out_(out),
      dead_(options.dead_letter_file),
      sessions_(calendars, settings.config.instruments) {
    dead_.forget_earlier();
}

std::vector<ReplayRun::Named> ReplayRun::list() {
    std::vector<Named> names;
    const auto add = [&](const std::vector<std::string>& arguments, bool quotes) {
        const InputFiles files = list_inputs(arguments);
        for (const std::string& f : files.files) names.push_back({f, quotes});
        for (const Unreadable& u : files.unreadable) {
            problems_.push_back(fmt::format("{}: {}", u.path, u.why));
            InputLine line;
            line.name = u.path;
            line.kind = "not used: " + u.why;
            unreadable_.push_back(line);
        }
    };
    for (const std::string& input : options_.inputs) {
        std::error_code error;
        if (!std::filesystem::is_directory(input, error)) continue;
        if (auto wrong = journal::what_is_wrong(*journal::posix_disk(), input))
            out_.assumptions.push_back(*wrong + "; it is read as it stands");
    }
    add(options_.inputs, false);
    add(options_.quotes, true);
    return names;
}

std::uint32_t ReplayRun::name(const Named& input) {
    const auto file = static_cast<std::uint32_t>(feeds_.size());
    InputLine line;
    line.name = input.path == "-" ? "standard input" : input.path;
    line.kind = "nothing to read yet";
    out_.input_names.push_back(line.name);
    names_.push_back(input);
    feeds_.emplace_back();
    lines_.push_back(std::move(line));
    return file;
}

void ReplayRun::note_not_used(std::uint32_t file, const std::string& why) {
    lines_[file].kind = "not used: " + why;
    problems_.push_back(fmt::format("{}: {}", lines_[file].name, why));
}

Feed* ReplayRun::open(std::uint32_t file, Result<std::unique_ptr<Source>> source) {
    const bool as_quotes = names_[file].quotes;
    const auto not_used = [&](const std::string& why) -> Feed* {
        note_not_used(file, why);
        return nullptr;
    };
    if (!source) return not_used(source.error().text());
    const auto front = (*source)->peek(kSniffBytes);
    if (!front) return not_used(front.error().text());
    const Sniffed kind = as_quotes ? Sniffed{InputKind::quotes_csv, {}} : sniff(*front);
    Result<std::unique_ptr<Feed>> feed = nullptr;
    switch (kind.kind) {
        case InputKind::fix_log:
            if (const auto more = (*source)->peek(kGuessBytes)) {
                // Who says who is ours is not corrected.
                if (settings_.parties.ours.empty() || found_routers_) {
                    const auto routers = find_routers(*more, settings_.parties);
                    found_routers_ = true;
                    if (!routers.empty())
                        out_.assumptions.push_back(fmt::format(
                            "{} passes orders on: what it is sent counts as parent orders, and it "
                            "is no LP (change with --set capture.our_comp_ids=...)",
                            fmt::join(routers, ", ")));
                }
                find_counterparties(*more, settings_.parties);
                if (guesses() && !guessed_from_) {
                    guessed_from_ = file;
                    guess(*more);
                }
            }
            feed = open_fix_feed(std::move(*source), file, settings_, dead_);
            break;
        case InputKind::quotes_csv:
            feed = open_quotes_feed(std::move(*source), file,
                                    as_quotes ? QuotesFrom::option : QuotesFrom::files, dead_);
            quotes_given_ = quotes_given_ || feed.has_value();
            option_quotes_ = option_quotes_ || (as_quotes && feed.has_value());
            break;
        case InputKind::fills_csv:
            feed = open_fills_feed(std::move(*source), file, kTableSessions + file, settings_,
                                   dead_, out_.assumptions);
            break;
        case InputKind::empty:
        case InputKind::not_used:
            return not_used(kind.why);
    }
    if (!feed) return not_used(feed.error().text());
    feeds_[file] = std::move(*feed);
    any_ = true;
    return feeds_[file].get();
}

Error ReplayRun::nothing_to_read() const {
    std::string text = "nothing to read";
    for (const std::string& p : problems_) text += "\n  " + p;
    return Error(text);
}

Result<void> ReplayRun::quotes_usable() const {
    if (options_.quotes.empty() || option_quotes_) return {};
    std::string text = "no quotes could be read from --quotes";
    for (const std::string& p : problems_) text += "\n  " + p;
    return fail(text);
}

bool ReplayRun::guess(std::string_view front) {
    const fix::LpSource source = settings_.parties.lp_source;
    const std::uint32_t tag = settings_.parties.lp_tag;
    const std::string said = guess_lp(front, settings_.parties);
    if (guess_said_ == 0) {
        out_.assumptions.push_back(said);
        guess_said_ = out_.assumptions.size();
    } else {
        out_.assumptions[guess_said_ - 1] = said;
    }
    const bool same = settings_.parties.lp_source == source &&
                      (source != fix::LpSource::tag || settings_.parties.lp_tag == tag);
    return same || !started();
}

Result<void> ReplayRun::start() {
    stage_ = std::make_unique<fix::SessionStage>(settings_.parties);
    if (!options_.state_folder.empty()) {
        auto loaded = load_state(options_.state_folder, settings_.config, *stage_, out_.kernels);
        if (!loaded) return loaded;
        carried_ = carried(*stage_, out_.shards());
        say_where_state_left_off();
    }
    workers_ = std::make_unique<ShardWorkers>(settings_.config, out_.kernels, options_.threads,
                                              options_.witness);
    return {};
}

// Whoever reads the scorecard must know that it is not of these files alone.
void ReplayRun::say_where_state_left_off() {
    Nanos until{INT64_MIN};
    std::uint64_t orders = 0;
    for (const Kernel* k : out_.shards()) {
        until = std::max(until, k->now());
        orders += k->counts().orders;
    }
    if (orders == 0) {
        out_.assumptions.push_back(
            fmt::format("nothing was saved in {} yet: it is a fresh start", options_.state_folder));
        return;
    }
    out_.assumptions.push_back(
        fmt::format("goes on from the state in {}: {} orders up to {} are in these figures too; "
                    "health is of this run alone",
                    options_.state_folder, orders, cli::iso_time(until)));
}

Result<void> ReplayRun::finish() {
    // What is still due in quiet shards must know how long the source has spoken.
    if (settings_.config.quotes.stale_after.ns >= 0 && known(heard_))
        workers_->tick(heard_, heard_);
    workers_->finish();
    if (options_.state_folder.empty()) return {};
    return save_state(options_.state_folder, settings_.config, *stage_, out_.kernels);
}

void ReplayRun::apply(const Record& r, Nanos key) {
    if (r.at < key) {
        ++backwards_;
        most_backwards_ = std::max(most_backwards_, key - r.at);
    }
    if (!r.is_message) {
        Event e = *r.event;
        e.at = key;
        apply_event(e, r.bytes, ',', ShardWorkers::Accounts::yes);
        return;
    }
    fix::Capture capture{key, r.place, r.clock};
    events_.clear();
    if (!r.readable) {
        const char delimiter = r.message->delimiter;
        if (r.framed) {
            if (stage_->take_dead(capture, *r.message) != fix::Outcome::dead) return;
            dead_.add(out_.input_names[r.place.file], r.place.offset, r.dead_kind, r.dead_what,
                      r.bytes, delimiter);
        }
        stage_->name_unread(capture, r.bytes, delimiter, events_);
        for (Event& e : events_) apply_event(e, r.bytes, delimiter, ShardWorkers::Accounts::no);
        return;
    }
    const fix::Outcome outcome = stage_->take(capture, *r.message, events_);
    if (outcome == fix::Outcome::dead)
        dead_.add(out_.input_names[r.place.file], r.place.offset,
                  "unreadable entry, or too many wait", {}, r.bytes, r.message->delimiter);
    else if (outcome != fix::Outcome::duplicate && options_.each_message)
        options_.each_message(r, key, events_);
    for (std::size_t i = 0; i < events_.size(); ++i) {
        // The files of --quotes are the market; what the log says of it is not needed then.
        if (quotes_given_ && events_[i].lp.empty() &&
            std::holds_alternative<Quote>(events_[i].what))
            continue;
        apply_event(events_[i], r.bytes, r.message->delimiter,
                    i == 0 ? ShardWorkers::Accounts::yes : ShardWorkers::Accounts::no);
    }
}

void ReplayRun::apply_event(Event& e, std::string_view bytes, char delimiter,
                            ShardWorkers::Accounts accounts) {
    const Duration stale = settings_.config.quotes.stale_after;
    if (stale.ns >= 0) {
        const bool market = e.lp.empty() && std::holds_alternative<Quote>(e.what);
        // The source speaks again after a silence: what fell due in it must know of the silence.
        if (market && known(heard_) && e.at - heard_ > stale) workers_->tick(e.at, heard_);
        if (market) heard_ = e.at;
        e.source_heard = heard_;
    }
    const std::uint32_t shard = see(e);
    for (Event session; sessions_.due(e.at, session);) {
        if (options_.each) options_.each(session);
        workers_->apply(shard_of(session.symbol), session, {}, 0, ShardWorkers::Accounts::no);
    }
    if (options_.each) options_.each(e);
    workers_->apply(shard, e, bytes, delimiter, accounts);
}

// The shard of an event. Its symbol is shown to the calendars once; by its number, where it has
// one, both are known without a look at its name.
std::uint32_t ReplayRun::see(const Event& e) {
    if (e.symbol_number < shard_of_number_.size() && shard_of_number_[e.symbol_number] != kNotSeen)
        [[likely]]
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

// Messages that a shard refused, to the dead letters.
void ReplayRun::keep_refused() {
    for (const RefusedMessage& r : workers_->refused())
        dead_.add(out_.input_names[r.place.file], r.place.offset, r.reason, {}, r.bytes,
                  r.delimiter);
    workers_->refused().clear();
}

// What a reader of the scorecard must know, beside the health.
// An LP that --fees does not name costs nothing, and so does one that it names in another way.
template <class Say>
void ReplayRun::say_fees(const Say& say) const {
    std::set<std::string, std::less<>> without, unused;
    for (const auto& [lp, fees] : settings_.config.fees.by_lp) unused.insert(lp);
    for (const Kernel* k : out_.shards())
        for (std::uint32_t i = 0; i < k->lps().size(); ++i) {
            const std::string name(k->lps().name(i));
            unused.erase(name);
            if (!settings_.config.fees.by_lp.contains(name)) without.insert(name);
        }
    if (!without.empty())
        say("--fees names no ", fmt::format("--fees names no {}: what is sent there counts as free "
                                            "of fees",
                                            fmt::join(without, ", ")));
    if (!unused.empty())
        say("--fees names LPs",
            fmt::format("--fees names LPs that no order went to: {}", fmt::join(unused, ", ")));
}

void ReplayRun::say_what_is_wrong() {
    auto& said = out_.assumptions;
    const auto say = [&](std::string_view about, const std::string& text) {
        const auto old = std::find_if(said.begin(), said.end(),
                                      [&](const auto& s) { return s.starts_with(about); });
        if (old == said.end())
            said.push_back(text);
        else
            *old = text;
    };
    for (const InputLine& line : lines_)
        if (!line.broken.empty()) say(line.broken, line.broken);
    if (!settings_.config.fees.empty()) say_fees(say);
    const std::uint64_t dead = out_.health.messages.dead;
    if (dead > 0) {
        std::string text = fmt::format("{} of {} messages could not be used (dead letters)", dead,
                                       out_.health.messages.read);
        std::uint64_t orders = 0;
        for (const Kernel* k : out_.shards()) orders += k->blotter().counts().unread;
        orders -= carried_.unread;
        if (orders > 0)
            text += fmt::format(
                "; {} order{} of which a report is among them {} in no KPI of orders, "
                "unless another report tells the end",
                orders, orders == 1 ? "" : "s", orders == 1 ? "is" : "are");
        const auto old = std::find_if(said.begin(), said.end(), [](const std::string& s) {
            return s.find(" messages could not be used (dead letters)") != s.npos;
        });
        if (old == said.end())
            said.push_back(text);
        else
            *old = text;
    }
    if (stage_ != nullptr && stage_->counts().unmapped > 0) {
        constexpr std::string_view kCounted = "counted only, as --reference names no such ";
        std::string names;
        std::size_t more = 0;
        for (const auto& [name, n] : stage_->unmapped_names())
            if (++more <= 4) names += (names.empty() ? "" : ", ") + name;
        say(kCounted,
            fmt::format("{}CompID or symbol: {}{} ({} messages); name them there, or leave out "
                        "unmapped = \"counted\"",
                        kCounted, names, more > 4 ? fmt::format(" and {} more", more - 4) : "",
                        stage_->counts().unmapped));
    }
    constexpr std::string_view kBackwards = "capture times run backwards";
    if (most_backwards_ > kSecond)
        say(kBackwards, fmt::format("{} in {} records, by up to {:.0f} s: these count at the time "
                                    "reached, so that their latencies and benchmarks mislead",
                                    kBackwards, backwards_, as_seconds(most_backwards_)));
}

void ReplayRun::account() {
    workers_->catch_up();
    keep_refused();
    out_.health = {};
    for (std::size_t i = 0; i < feeds_.size(); ++i)
        if (feeds_[i] != nullptr) feeds_[i]->account(out_.health, lines_[i]);
    out_.health.inputs = lines_;
    for (const InputLine& line : unreadable_) out_.health.inputs.push_back(line);
    account_messages(*stage_, workers_->counts(), out_.shards(), carried_, out_.health);
    for (auto& count : out_.health.counts)
        if (count.name == "time_backwards") count.n += backwards_;
    if (late_ > 0)
        out_.health.counts.insert(
            out_.health.counts.begin(),
            {"late_lines",
             "lines older than what was applied before they came: taken at the time reached",
             late_});
    account_dead(dead_, out_.health);
    say_what_is_wrong();
    out_.health.lenient = settings_.framer.strictness == fix::Strictness::lenient;
}

std::uint64_t ReplayRun::raw_bytes_read() const {
    std::uint64_t bytes = 0;
    for (const auto& f : feeds_)
        if (f != nullptr) bytes += f->raw_bytes_read();
    return bytes;
}

}  // namespace assay
