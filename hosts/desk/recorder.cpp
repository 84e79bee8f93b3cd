#include "hosts/desk/recorder.h"

#include <algorithm>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>
#include <utility>

#include "hosts/desk/board_view.h"
#include "hosts/history/decision_rows.h"
#include "hosts/history/execution_row.h"
#include "hosts/history/minute_rows.h"

namespace assay::desk {

namespace {

constexpr Duration kHandOverEvery{1'000'000'000};
constexpr Duration kScoresEvery{5'000'000'000};
constexpr int kNiceness = 5;
// OrdRejReason(103) of the answer to a status request that names no order.
constexpr std::int32_t kUnknownOrder = 5;
constexpr std::size_t kMany = 20'000;
constexpr std::size_t kMostWaiting = 300;  // batches; the journal has what is given up
constexpr std::chrono::seconds kRetry{1};

}  // namespace

Recorder::Recorder(history::Sink& sink, const SessionDeskConfig& config, std::string config_version)
    : sink_(&sink),
      config_(config),
      config_version_(std::move(config_version)),
      thread_([this] { run(); }) {}

Recorder::~Recorder() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    come_.notify_all();
    thread_.join();
}

std::string Recorder::last_failure() const {
    const std::lock_guard lock(mutex_);
    return last_failure_;
}

HistoryQueue Recorder::queue() const {
    const std::lock_guard lock(mutex_);
    return {waiting_.size(), failures_, dropped_};
}

void Recorder::have(std::uint64_t through) {
    have_ = through;
    reached_ = through;
}

void Recorder::applied(const Input& input, std::uint32_t place, const SessionOutput& out) {
    last_seq_ = input.seq;
    last_at_ = input.at;
    if (input.session == 0 && input.mark == journal::Mark::note && out.problems.empty())
        noted(input.bytes);
    for (const route::ParentReport& r : out.desk.routed.reports) reported_.insert(r.parent);
    if (input.seq <= have_) return;
    const bool of_lp =
        place < config_.sessions.size() && (config_.sessions[place].role == Role::lp ||
                                            config_.sessions[place].role == Role::drop_copy);
    if (of_lp && input.mark != journal::Mark::note && !fix::parse(input.bytes, '\x01', message_)) {
        const SessionInfo& s = config_.sessions[place];
        history::Captured captured{.seq = static_cast<std::int64_t>(input.seq),
                                   .at = input.at,
                                   .session = s.name,
                                   .direction = input.mark == journal::Mark::sent
                                                    ? fix::Direction::sent
                                                    : fix::Direction::received,
                                   .lp = s.lp,
                                   .symbol = message_.symbol,
                                   .parent = {},
                                   .child = {},
                                   .keep_bytes = true};
        auto child = child_named(message_.orig_cl_ord_id);
        if (!child) child = child_named(message_.cl_ord_id);
        if (child) captured.child = child->number;
        if (auto row = history::execution_row(message_, captured)) {
            if (!row->symbol.empty()) touched_.insert(row->symbol);
            for (const Measured& m : out.desk.measured) {
                if (!child || m.child != *child || m.at != input.at) continue;
                row->price_improvement_bps = m.price_improvement_bps;
                row->effective_spread_bps = m.effective_spread_bps;
                row->latency = m.latency;
            }
            gathered_.executions.push_back(std::move(*row));
        }
    }
    reject(input, out);
    for (const route::Decision& d : out.desk.routed.decisions)
        gathered_.decisions.push_back(history::decision_row(d));
    for (const route::DecisionOutcome& o : out.desk.routed.outcomes)
        gathered_.outcomes.push_back(history::outcome_row(o));
}

// Orders that never became parents: what their OMS was told is all that there is of them.
void Recorder::reject(const Input& input, const SessionOutput& out) {
    std::int64_t n = 0;
    for (const Reply& reply : out.replies) {
        if (fix::parse(reply.bytes, '\x01', message_) || message_.msg_type != "8" ||
            message_.exec_type != '8' || message_.ord_rej_reason == kUnknownOrder)
            continue;
        gathered_.rejections.push_back(
            {.seq = static_cast<std::int64_t>(input.seq),
             .n = n++,
             .at = input.at,
             .session = reply.session < config_.sessions.size()
                            ? config_.sessions[reply.session].name
                            : std::string("API"),
             .cl_ord_id = std::string(message_.cl_ord_id),
             .symbol = std::string(message_.symbol),
             .side = side_of_fix(message_.side),
             .qty = message_.order_qty > Qty{} ? std::optional(message_.order_qty) : std::nullopt,
             .text = std::string(message_.text)});
    }
}

void Recorder::noted(std::string_view text) {
    const auto note = Note::read(text);
    if (!note) return;
    // From here on rows are made under another configuration.
    if (note->name() == "config" && !note->value("version").empty())
        config_version_ = note->value("version");
    if (note->name() == "up") up_.emplace(note->value("session"));
    if (note->name() == "down") up_.erase(std::string(note->value("session")));
    if (note->name() == "run") up_.clear();
}

// While their parents are still known.
void Recorder::name_parents(const SessionDesk& desk) {
    for (; parents_named_ < gathered_.executions.size(); ++parents_named_) {
        history::ExecutionRow& row = gathered_.executions[parents_named_];
        if (row.child) row.parent = desk.desk().router().parent_of({*row.child});
    }
}

void Recorder::settled(SessionDesk& desk) {
    if (last_seq_ <= have_) return;
    name_parents(desk);
    const bool due = !known(handed_at_) || last_at_ - handed_at_ >= kHandOverEvery;
    if (!due && gathered_.executions.size() < kMany) return;
    handed_at_ = last_at_;
    minutes_of(desk, gathered_);
    if (!known(scored_at_) || last_at_ - scored_at_ >= kScoresEvery) {
        scored_at_ = last_at_;
        scores_of(desk, gathered_);
    }
    health_of(desk, gathered_);
    hand_over_gathered();
    if (daily_ && utc_day(last_at_) != day_) {
        day_ = utc_day(last_at_);
        also([this, at = last_at_] { daily_(at); });
    }
}

// Of the minute that is over, as the counters stood when the next one had begun.
void Recorder::health_of(SessionDesk& desk, history::Batch& batch) {
    const std::int64_t minute = last_at_.ns / kMinute.ns;
    if (minute == minute_) return;
    const std::int64_t over = std::exchange(minute_, minute);
    if (over == INT64_MIN) return;
    history::HealthRow row{over, {}};
    const auto put = [&](std::string_view name, std::uint64_t n) {
        row.counters.emplace_back(name, static_cast<std::int64_t>(n));
    };
    const auto& counts = desk.desk().stage().counts();
    put("inputs", desk.inputs());
    put("messages_applied", counts.applied);
    put("messages_duplicate", counts.duplicate);
    put("messages_waiting", counts.waiting);
    put("messages_dead", counts.dead + desk.desk().unreadable());
    std::uint64_t missing = 0;
    for (const auto& s : desk.desk().stage().health())
        for (const auto& direction : s.directions) missing += direction.missing_numbers;
    put("numbers_missing", missing);
    put("pages_refused", desk.desk().pages_refused());
    put("sessions_up", up_.size());
    put("parents_known", desk.desk().router().parents().size());
    if (more_counters_)
        for (auto& one : more_counters_()) row.counters.push_back(std::move(one));
    batch.health.push_back(std::move(row));
}

void Recorder::before_state(SessionDesk& desk) {
    if (last_seq_ == 0) return;
    name_parents(desk);
    minutes_of(desk, gathered_);
    hand_over_gathered();
}

void Recorder::minutes_of(SessionDesk& desk, history::Batch& batch) {
    for (Kernel* kernel : desk.desk().kernels())
        history::append_minutes(*kernel, kernel->changed_rows(), config_.desk.kernel,
                                batch.minutes);
    // Those that are over are told once more when something was said of them.
    const route::Router& router = desk.desk().router();
    reported_.insert(router.unfinished().begin(), router.unfinished().end());
    for (const std::uint64_t id : reported_) {
        const route::Parent* p = router.parent(id);
        if (p == nullptr) continue;
        history::ParentRow row = history::parent_row(p->order, p->order.starts);
        row.state = route::text(p->state);
        row.cum = p->cum;
        if (p->cum > Qty{}) row.avg_px = Price{static_cast<std::int64_t>(p->avg_px() * 1e9 + .5)};
        if (const auto s = p->shortfall(); s && (p->cum > Qty{} || terminal(p->state)))
            row.shortfall_bps = s->total_bps;
        if (const auto s = router.vwap_slippage_bps(*p)) row.vwap_slippage_bps = *s;
        if (known(p->ended_at)) row.ended = p->ended_at;
        auto& before = parents_[id];
        const bool news = before != row;
        if (news) batch.parents.push_back(row);
        if (route::terminal(p->state))
            parents_.erase(id);
        else if (news)
            before = std::move(row);
    }
    reported_.clear();
}

void Recorder::score_of(const score::Page& page, std::uint8_t size, Regime regime,
                        history::Batch& batch) const {
    int rank = 0;
    for (const score::PageRow& row : page.ranked(size, regime)) {
        history::ScoreRow s;
        s.at = last_at_;
        s.profile = page.profile;
        s.symbol = page.symbol;
        s.size = size_name(config_.desk.kernel.size_by, size);
        s.regime = text(regime);
        s.lp = page.lps[row.lp];
        s.composite = row.value(score::PageValue::composite);
        s.lcb = row.value(score::PageValue::lcb);
        s.sd = row.value(score::PageValue::composite_sd);
        if (row.gate == score::Gate::open) s.rank = ++rank;
        s.priors_version = page.priors_version;
        s.config_version = config_version_;
        batch.scores.push_back(std::move(s));
    }
}

// Where the LPs stand in the condition the market is in: for orders of unknown size, and for those
// of the size that most orders of the symbol have.
void Recorder::scores_of(SessionDesk& desk, history::Batch& batch) {
    for (const std::string& symbol : touched_) {
        for (const score::Profile& profile : desk.config().desk.ranked) {
            const auto page = desk.desk().page(profile.name, symbol);
            if (!page) continue;
            const Regime regime = desk.desk().regime(symbol);
            constexpr std::uint8_t kUnknownSize = score::kPageSizes - 1;
            const std::uint8_t usual = usual_size(*page, regime);
            for (std::uint8_t size : {kUnknownSize, usual}) {
                score_of(*page, size, regime, batch);
                if (usual == kUnknownSize) break;
            }
        }
    }
    touched_.clear();
}

void Recorder::hand_over_gathered() {
    gathered_.through_seq = last_seq_;
    parents_named_ = 0;
    hand_over(std::exchange(gathered_, {}));
}

void Recorder::hand_over(history::Batch&& batch) {
    {
        const std::lock_guard lock(mutex_);
        // A disk that does not keep up: the journal has what is given up, and a start writes it.
        if (waiting_.size() >= kMostWaiting)
            ++dropped_;
        else
            waiting_.push_back({std::move(batch), {}});
    }
    come_.notify_one();
}

void Recorder::also(std::function<void()> task) {
    {
        const std::lock_guard lock(mutex_);
        waiting_.push_back({{}, std::move(task)});
    }
    come_.notify_one();
}

// What cannot be written is tried again, as a disk may be full for a while, until too much waits.
void Recorder::run() {
    // Of this thread alone: messages go first.
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNiceness);
    std::unique_lock lock(mutex_);
    for (;;) {
        come_.wait(lock, [&] { return !waiting_.empty() || ending_; });
        if (waiting_.empty()) break;
        Work work = std::move(waiting_.front());
        waiting_.pop_front();
        if (work.task) {
            lock.unlock();
            work.task();
            lock.lock();
            continue;
        }
        const history::Batch& batch = work.batch;
        for (;;) {
            lock.unlock();
            // Behind a batch that was given up nothing counts as whole: a start reads the journal
            // from there on, and writes again what is missing.
            if (dropped_ > 0) work.batch.through_seq.reset();
            const Result<void> written = sink_->write(batch);
            lock.lock();
            if (written) {
                if (batch.through_seq) reached_ = *batch.through_seq;
                rows_ += batch.executions.size() + batch.minutes.size() + batch.scores.size() +
                         batch.decisions.size() + batch.parents.size() + batch.rejections.size() +
                         batch.health.size();
                break;
            }
            ++failures_;
            last_failure_ = written.error().text();
            if (ending_ || waiting_.size() > kMostWaiting) {
                ++dropped_;
                break;
            }
            come_.wait_for(lock, kRetry, [&] { return ending_; });
        }
    }
}

}  // namespace assay::desk
