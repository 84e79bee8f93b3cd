#include "tests/path.h"

#include "core/kernel/scorecard.h"

namespace assay::testkit {

Path::Path(Config config, fix::Strictness strictness, fix::Parties parties)
    : config_(std::move(config)),
      parties_(std::move(parties)),
      framer_(fix::FramerOptions{.strictness = strictness}),
      stage_(parties_) {}

void Path::feed(std::string_view more) {
    buffer_ += more;
    step(fix::Input::more);
}

void Path::end_input() {
    step(fix::Input::last);
}

void Path::end() {
    end_input();
    for (auto& k : kernels_)
        if (k != nullptr) k->finish();
}

void Path::step(fix::Input input) {
    std::size_t from = 0;
    for (;;) {
        const fix::Step s = framer_.step(std::string_view(buffer_).substr(from), input);
        from += s.consumed;
        if (s.kind == fix::Step::Kind::need_more) break;
        if (s.kind == fix::Step::Kind::frame) take(framer_.frame());
    }
    buffer_.erase(0, from);
}

void Path::take(const fix::Frame& frame) {
    if (frame.verdict != fix::Verdict::good) {
        if (const auto at = clock_.capture_time(frame.prefix, std::nullopt))
            last_ = std::max(last_, *at);
        return name_unread({last_, frame.place, true}, frame);
    }
    fix::Message m;
    const fix::ParseError error = fix::parse(frame.bytes, frame.delimiter, m);
    std::optional<Nanos> sent;
    if (m.has(52)) sent = m.sending_time;
    const std::optional<Nanos> captured = clock_.capture_time(frame.prefix, sent);
    // A log keeps its own order: its time never runs backwards (docs/spec.md, order of events).
    last_ = std::max(last_, captured ? *captured : sent ? *sent : last_);
    const fix::Capture capture{last_, frame.place, captured.has_value()};
    if (error) {
        if (stage_.take_dead(capture, m) == fix::Outcome::dead) name_unread(capture, frame);
        return;
    }
    events_.clear();
    stage_.take(capture, m, events_);
    for (std::size_t i = 0; i < events_.size(); ++i) {
        const Event& e = events_[i];
        sessions_ = std::max(sessions_, e.session + 1);
        const Verdict verdict = kernel(shard_of(e.symbol)).apply(e);
        if (i == 0) {
            kernel_duplicate_ += verdict == Verdict::duplicate;
            kernel_dead_ += verdict == Verdict::quarantined || verdict == Verdict::conflict;
        }
        if (applied) applied(e, verdict);
    }
}

void Path::name_unread(const fix::Capture& capture, const fix::Frame& frame) {
    events_.clear();
    stage_.name_unread(capture, frame.bytes, frame.delimiter, events_);
    for (const Event& e : events_) kernel(shard_of(e.symbol)).apply(e);
}

Kernel& Path::kernel(std::uint32_t shard) {
    auto& k = kernels_[shard];
    if (k == nullptr) k = std::make_unique<Kernel>(config_);
    return *k;
}

std::vector<const Kernel*> Path::shards() const {
    std::vector<const Kernel*> out;
    for (const auto& k : kernels_)
        if (k != nullptr) out.push_back(k.get());
    return out;
}

std::string Path::save() const {
    std::string out;
    for (const Kernel* k : shards()) out += k->save();
    return out;
}

score::Report Path::report() const {
    return scorecard(shards(), config_);
}

std::optional<double> Path::value(std::string_view lp, std::string_view name) const {
    const score::Report r = report();
    const kpi::Entry* entry = kpi::find(name);
    if (entry == nullptr) return std::nullopt;
    const auto at = static_cast<std::size_t>(entry - kpi::catalog().data());
    if (lp == "total") return r.total.values[at].number;
    for (const score::Row& row : r.rows)
        if (row.keys.front().second == lp) return row.values[at].number;
    return std::nullopt;
}

BlotterCounts Path::blotter_counts() const {
    BlotterCounts sum;
    static_assert(sizeof(BlotterCounts) % sizeof(std::uint64_t) == 0);
    for (const Kernel* k : shards()) {
        const BlotterCounts one = k->blotter().counts();
        auto* to = reinterpret_cast<std::uint64_t*>(&sum);
        const auto* from = reinterpret_cast<const std::uint64_t*>(&one);
        for (std::size_t i = 0; i < sizeof(BlotterCounts) / sizeof(std::uint64_t); ++i)
            to[i] += from[i];
    }
    return sum;
}

std::uint64_t Path::frames() const {
    std::uint64_t n = 0;
    for (const std::uint64_t of_verdict : framer_.counts().frames) n += of_verdict;
    return n;
}

Path::Messages Path::messages() const {
    const fix::StageCounts& s = stage_.counts();
    const std::uint64_t headless = blotter_counts().headless_messages;
    const std::uint64_t bad_frames = frames() - framer_.counts().frames[0];
    return {frames(), s.applied - kernel_duplicate_ - kernel_dead_ - headless,
            s.duplicate + kernel_duplicate_, s.waiting + headless,
            s.dead + kernel_dead_ + bad_frames};
}

Path::Found Path::find(std::string_view cl_ord_id) const {
    for (const Kernel* k : shards())
        for (std::uint32_t session = 0; session < sessions_; ++session) {
            const std::uint32_t chain = k->blotter().find(session, {cl_ord_id, {}, {}});
            if (chain != kNoIndex) return {&k->blotter(), chain, session};
        }
    return {};
}

}  // namespace assay::testkit
