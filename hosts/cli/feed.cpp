#include "hosts/cli/feed.h"

#include <algorithm>
#include <fmt/format.h>

namespace assay {
namespace {

const char* parse_reason(fix::ParseCode code) {
    return fix::text(code);
}

// A FIX log. Frames are found, read and timed one at a time; memory does not grow with the input.
class FixFeed final : public Feed {
  public:
    FixFeed(std::unique_ptr<Source> source, std::uint32_t file, const Settings& settings,
            DeadLetters& dead)
        : source_(std::move(source)),
          settings_(settings),
          framer_(options(settings, file)),
          dead_(dead),
          buffer_(std::max<std::size_t>(framer_.window_size() * 2, std::size_t{1} << 20)) {}

    bool next() override {
        for (;;) {
            const fix::Step step = framer_.step({buffer_.data() + begin_, end_ - begin_},
                                                ended_ ? fix::Input::last : fix::Input::more);
            // What is consumed stays in the buffer until it is filled again: frames view it.
            begin_ += step.consumed;
            switch (step.kind) {
                case fix::Step::Kind::between:
                    break;
                case fix::Step::Kind::need_more:
                    if (ended_ || !refill()) return false;
                    break;
                case fix::Step::Kind::frame:
                    if (take(framer_.frame())) return true;
                    break;
            }
        }
    }

    std::uint64_t raw_bytes_read() const override { return source_->raw_bytes_read(); }

    void account(Health& health, InputLine& line) const override {
        const fix::FrameCounts& c = framer_.counts();
        health.bytes.read += c.bytes_read;
        health.bytes.messages += c.bytes_messages;
        health.bytes.between += c.bytes_between;
        health.bytes.dead += c.bytes_dead;
        health.bytes.pending += c.bytes_pending;
        std::uint64_t frames = 0;
        for (const std::uint64_t n : c.frames) frames += n;
        health.messages.read += frames;
        health.messages.dead += frames - c.frames[0];
        line.bytes = c.bytes_read;
        line.messages = frames;
        line.dead = frames - c.frames[0];
        line.kind = fmt::format(
            "FIX log{}{}", with_clock_ > 0 ? ", capture times in its lines" : ", no capture times",
            broken_.empty() ? "" : "; " + broken_);
        line.broken = broken_;
        if (const auto zone = clock_.zone_offset()) line.zone_hours = as_seconds(*zone) / 3600.0;
        if (c.not_verifiable > 0)
            line.kind += fmt::format("; {} message{} cannot be verified", c.not_verifiable,
                                     c.not_verifiable == 1 ? "" : "s");
        if (settings_.framer.strictness == fix::Strictness::lenient &&
            c.body_length_bad + c.checksum_bad > 0)
            line.kind += fmt::format("; lenient: {} with wrong BodyLength, {} with wrong CheckSum",
                                     c.body_length_bad, c.checksum_bad);
    }

  private:
    static fix::FramerOptions options(const Settings& settings, std::uint32_t file) {
        fix::FramerOptions o = settings.framer;
        o.file = file;
        return o;
    }

    // False: nothing more at the moment.
    bool refill() {
        std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
                  buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
        end_ -= begin_;
        begin_ = 0;
        const auto got = source_->read({buffer_.data() + end_, buffer_.size() - end_});
        if (!got) {
            broken_ = got.error().text();
            ended_ = true;
        } else if (*got == 0) {
            if (source_->growing()) return false;
            ended_ = true;
        } else {
            end_ += *got;
        }
        return true;
    }

    bool take(const fix::Frame& f) {
        if (f.verdict != fix::Verdict::good) {
            dead_.add(source_->name(), f.place.offset, fix::text(f.verdict), {}, f.bytes,
                      f.delimiter);
            // It may still name its order: the record is for that alone.
            if (const auto captured = clock_.capture_time(f.prefix, std::nullopt))
                last_ = *captured;
            message_ = {};
            message_.delimiter = f.delimiter;
            record_ = {.at = last_,
                       .is_message = true,
                       .readable = false,
                       .framed = false,
                       .place = f.place,
                       .message = &message_,
                       .bytes = f.bytes};
            return true;
        }
        record_.framed = true;
        const fix::ParseError error = fix::parse(f.bytes, f.delimiter, message_);
        if (error) {
            record_.dead_kind = parse_reason(error.code);
            record_.dead_what = fmt::format("{} at tag {}, byte {} of the message",
                                            parse_reason(error.code), error.tag, error.offset);
        }
        std::optional<Nanos> sent;
        if (message_.has(52)) sent = message_.sending_time;
        const std::optional<Nanos> captured = clock_.capture_time(f.prefix, sent);
        record_.clock = captured.has_value() || settings_.clock == CaptureClock::sending_time;
        with_clock_ += captured.has_value();
        record_.at = captured ? *captured : sent ? *sent : last_;
        last_ = record_.at;
        record_.is_message = true;
        record_.readable = !error;
        record_.place = f.place;
        record_.message = &message_;
        record_.bytes = f.bytes;
        record_.quote_class = message_.msg_type == "W" || message_.msg_type == "X";
        return true;
    }

    std::unique_ptr<Source> source_;
    const Settings& settings_;
    fix::Framer framer_;
    DeadLetters& dead_;
    std::vector<char> buffer_;
    std::size_t begin_{}, end_{};
    bool ended_{};
    std::string broken_;
    fix::PrefixClock clock_;
    fix::Message message_;
    Nanos last_{0};
    std::uint64_t with_clock_{};
};

void account_csv(const CsvReader& csv, Health& health, InputLine& line, std::string_view kind,
                 std::uint64_t dead, const std::string& broken) {
    const CsvBytes& b = csv.byte_counts();
    health.bytes.read += b.rows + b.between + b.dead;
    health.bytes.messages += b.rows;
    health.bytes.between += b.between;
    health.bytes.dead += b.dead;
    line.bytes = b.rows + b.between + b.dead;
    line.kind = broken.empty() ? std::string(kind) : fmt::format("{}; {}", kind, broken);
    line.broken = broken;
    line.dead = dead;
}

class QuotesFeed final : public Feed {
  public:
    QuotesFeed(std::unique_ptr<Source> source, std::uint32_t file, QuotesFrom from,
               DeadLetters& dead)
        : source_(std::move(source)), quotes_(*source_, file), from_(from), dead_(dead) {}

    Result<void> open() { return quotes_.open(); }

    bool next() override {
        for (;;) {
            switch (quotes_.next(event_)) {
                case CsvStep::row:
                    record_.at = event_.at;
                    record_.quote_class = true;
                    record_.place = event_.place;
                    record_.event = &event_;
                    return true;
                case CsvStep::bad: {
                    const DeadRow row = quotes_.csv().dead();
                    dead_.add(source_->name(), row.offset, "quote row", row.reason, row.bytes, ',');
                    break;
                }
                case CsvStep::failed:
                    broken_ = quotes_.csv().problem();
                    return false;
                case CsvStep::end:
                    return false;
            }
        }
    }
    std::uint64_t raw_bytes_read() const override { return source_->raw_bytes_read(); }
    void account(Health& health, InputLine& line) const override {
        Health aside;
        account_csv(quotes_.csv(), from_ == QuotesFrom::files ? health : aside, line, "quotes",
                    quotes_.counts().dead, broken_);
        line.messages = quotes_.counts().quotes + quotes_.counts().dead;
        if (from_ == QuotesFrom::option) {
            line.beside = true;
            if (quotes_.counts().dead > 0)
                health.counts.push_back(
                    {"bad_quote_rows",
                     "rows of --quotes that could not be read: kept as dead letters",
                     quotes_.counts().dead});
            return;
        }
        health.messages.read += line.messages;
        health.messages.dead += quotes_.counts().dead;
        health.messages.applied += quotes_.counts().quotes;
    }

  private:
    std::unique_ptr<Source> source_;
    QuotesCsv quotes_;
    QuotesFrom from_;
    DeadLetters& dead_;
    Event event_;
    std::string broken_;
};

class FillsFeed final : public Feed {
  public:
    FillsFeed(std::unique_ptr<Source> source, std::uint32_t file, std::uint32_t session,
              const Settings& settings, DeadLetters& dead)
        : source_(std::move(source)),
          fills_(*source_, file, session, settings.config.assume_side, settings.fill_dates),
          dead_(dead) {}

    Result<void> load(std::vector<std::string>& assumptions) {
        auto loaded = fills_.load([&](const DeadRow& row) {
            dead_.add(source_->name(), row.offset, "fill row", row.reason, row.bytes, ',');
        });
        if (!loaded) return loaded;
        for (std::string& sentence : fills_.assumptions())
            assumptions.push_back(std::move(sentence));
        return {};
    }
    bool next() override {
        // A row's bid and ask are the market of its own moment only: what comes after is not known,
        // so that nothing is measured against a quote that the table never meant for it.
        const auto next = fills_.next_at();
        if (!over_.empty() && (!next || *next > over_at_)) {
            symbol_ = std::move(over_.back());
            over_.pop_back();
            const Place place = event_.place;
            event_ = Event{};
            event_.at = over_at_ + Duration{1};
            event_.place = place;
            event_.symbol = symbol_;
            event_.what = Quote{};
            record_.at = event_.at;
            record_.quote_class = true;
            return true;
        }
        if (!fills_.next(event_)) return false;
        const bool over = std::holds_alternative<Filled>(event_.what) ||
                          std::holds_alternative<Canceled>(event_.what) ||
                          std::holds_alternative<Rejected>(event_.what);
        if (over) {
            over_at_ = event_.at;
            if (std::find(over_.begin(), over_.end(), event_.symbol) == over_.end())
                over_.emplace_back(event_.symbol);
        }
        record_.at = event_.at;
        record_.clock = event_.capture_clock;
        record_.quote_class = std::holds_alternative<Quote>(event_.what);
        record_.place = event_.place;
        record_.event = &event_;
        return true;
    }
    std::uint64_t raw_bytes_read() const override { return source_->raw_bytes_read(); }
    void account(Health& health, InputLine& line) const override {
        account_csv(fills_.csv(), health, line, "fills", fills_.counts().dead, fills_.broken_off());
        line.messages = fills_.counts().rows;
        health.messages.read += line.messages;
        health.messages.dead += fills_.counts().dead;
        health.messages.applied += fills_.counts().rows - fills_.counts().dead;
    }

  private:
    std::unique_ptr<Source> source_;
    FillsCsv fills_;
    DeadLetters& dead_;
    Event event_;
    std::string symbol_;
    std::vector<std::string> over_;  // symbols whose rows of this instant are over
    Nanos over_at_{};
};

}  // namespace

std::unique_ptr<Feed> open_fix_feed(std::unique_ptr<Source> source, std::uint32_t file,
                                    const Settings& settings, DeadLetters& dead) {
    return std::make_unique<FixFeed>(std::move(source), file, settings, dead);
}

Result<std::unique_ptr<Feed>> open_quotes_feed(std::unique_ptr<Source> source, std::uint32_t file,
                                               QuotesFrom from, DeadLetters& dead) {
    auto feed = std::make_unique<QuotesFeed>(std::move(source), file, from, dead);
    if (auto opened = feed->open(); !opened) return std::unexpected(opened.error());
    return feed;
}

Result<std::unique_ptr<Feed>> open_fills_feed(std::unique_ptr<Source> source, std::uint32_t file,
                                              std::uint32_t session, const Settings& settings,
                                              DeadLetters& dead,
                                              std::vector<std::string>& assumptions) {
    auto feed = std::make_unique<FillsFeed>(std::move(source), file, session, settings, dead);
    if (auto loaded = feed->load(assumptions); !loaded) return std::unexpected(loaded.error());
    return feed;
}

}  // namespace assay
