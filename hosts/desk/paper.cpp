#include "hosts/desk/paper.h"

#include <algorithm>
#include <fmt/format.h>

#include "hosts/desk/capture_clock.h"

namespace assay::desk {

using Clock = std::chrono::steady_clock;

namespace {

std::string logon(const std::string& from, const std::string& to) {
    std::string time;
    fix::append_utc_timestamp(time, utc_now(), fix::Fraction::micros);
    const std::string body = fmt::format(
        "35=A\x01"
        "34=1\x01"
        "49={}\x01"
        "52={}\x01"
        "56={}\x01"
        "98=0\x01"
        "108=30\x01"
        "141=Y\x01",
        from, time, to);
    std::string all = fmt::format(
        "8=FIX.4.4\x01"
        "9={}\x01{}",
        body.size(), body);
    unsigned sum = 0;
    for (const char c : all) sum += static_cast<unsigned char>(c);
    return all + fmt::format("10={:03}\x01", sum % 256);
}

}  // namespace

PaperWire::PaperWire(std::vector<SessionInfo> sessions, std::vector<std::string> comp_ids,
                     std::string our_comp_id, journal::Journal& journal, Sequencer& sequencer,
                     std::function<Bbo(std::string_view)> quote, std::chrono::microseconds delay,
                     Wire* others)
    : sessions_(std::move(sessions)),
      comp_ids_(std::move(comp_ids)),
      our_comp_id_(std::move(our_comp_id)),
      sequencer_(&sequencer),
      quote_(std::move(quote)),
      delay_(delay),
      others_(others),
      seq_(sessions_.size(), 1) {
    for (const SessionInfo& s : sessions_) numbers_.push_back(journal.session(s.name));
    thread_ = std::thread([this] { run(); });
}

PaperWire::~PaperWire() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    come_.notify_all();
    thread_.join();
}

void PaperWire::log_on() {
    for (std::size_t i = 0; i < sessions_.size(); ++i) {
        if (sessions_[i].role != Role::lp) continue;
        (void)sequencer_->put(numbers_[i], journal::Mark::sent, logon(our_comp_id_, comp_ids_[i]));
        (void)sequencer_->put(numbers_[i], journal::Mark::received,
                              logon(comp_ids_[i], our_comp_id_));
        (void)sequencer_->put(0, journal::Mark::note,
                              Note("up").with("session", sessions_[i].name).text());
    }
}

Result<void> PaperWire::send(std::uint32_t session, std::string_view bytes) {
    if (sessions_[session].role != Role::lp)
        return others_ != nullptr ? others_->send(session, bytes) : Result<void>{};
    auto captured = sequencer_->put(numbers_[session], journal::Mark::sent, bytes);
    if (!captured) return std::unexpected(captured.error());
    if (fix::parse(bytes, '\x01', message_)) return fail("the desk wrote what it cannot read");
    const fix::Message& m = message_;
    const auto report = [&](char exec_type, char status, const Order& o, std::string_view id) {
        return fix::ExecutionReport{.order_id = "PAPER",
                                    .cl_ord_id = id,
                                    .orig_cl_ord_id = {},
                                    .exec_id = {},
                                    .exec_ref_id = {},
                                    .symbol = o.symbol,
                                    .exec_type = exec_type,
                                    .ord_status = status,
                                    .side = o.side,
                                    .order_qty = o.qty,
                                    .last_px = {},
                                    .cum_qty = o.cum,
                                    .leaves_qty = {},
                                    .avg_px = {},
                                    .text = "on paper",
                                    .transact_time = utc_now()};
    };
    if (m.msg_type == "D") {
        Order o{std::string(m.symbol), m.side == '1' ? Side::buy : Side::sell, m.order_qty, {}};
        const Bbo quote = quote_(m.symbol);
        const Price touch = quote.far_touch(o.side);
        const bool crosses =
            quote.usable() && (o.side == Side::buy ? m.price >= touch : m.price <= touch);
        if (crosses) o.cum = std::min(o.qty, std::max(quote.far_size(o.side), Qty{}));
        auto acked = report('0', '0', o, m.cl_ord_id);
        acked.cum_qty = {};
        acked.leaves_qty = o.qty;
        answer(session, acked);
        if (o.cum > Qty{}) {
            auto fill = report('F', o.cum == o.qty ? '2' : '1', o, m.cl_ord_id);
            fill.last_qty = o.cum;
            fill.last_px = fill.avg_px = touch;
            fill.leaves_qty = o.qty - o.cum;
            answer(session, fill);
        }
        if (o.cum < o.qty) answer(session, report('4', '4', o, m.cl_ord_id));
        oldest_.emplace_back(m.cl_ord_id);
        orders_[oldest_.back()] = std::move(o);
        if (oldest_.size() > kOrders) {
            orders_.erase(oldest_.front());
            oldest_.pop_front();
        }
    } else if (m.msg_type == "F" || m.msg_type == "H") {
        const std::string_view id = m.msg_type == "F" ? m.orig_cl_ord_id : m.cl_ord_id;
        const auto it = orders_.find(id);
        // One of an earlier process: nothing is known of it, so nothing was filled after all.
        const Order o =
            it != orders_.end()
                ? it->second
                : Order{std::string(m.symbol), m.side == '1' ? Side::buy : Side::sell, {}, {}};
        if (it == orders_.end() || m.msg_type == "H") {
            const bool filled = it != orders_.end() && o.cum == o.qty;
            answer(session, report(it == orders_.end() ? '4' : 'I', filled ? '2' : '4', o, id));
        } else {
            answer(session, report('4', '4', o, id));
        }
    }
    return {};
}

void PaperWire::answer(std::uint32_t session, const fix::ExecutionReport& said) {
    fix::ExecutionReport r = said;
    const std::string exec_id = fmt::format("PAPER-{}-{}", utc_now().ns, ++made_);
    r.exec_id = exec_id;
    Answer a{Clock::now() + delay_, session,
             std::string(encoder_.write({.sender_comp_id = comp_ids_[session],
                                         .target_comp_id = our_comp_id_,
                                         .msg_seq_num = ++seq_[session],
                                         .sending_time = utc_now(),
                                         .orig_sending_time = kNever},
                                        r))};
    {
        const std::lock_guard lock(mutex_);
        answers_.push_back(std::move(a));
    }
    come_.notify_one();
}

void PaperWire::run() {
    std::unique_lock lock(mutex_);
    while (!ending_) {
        if (answers_.empty()) {
            come_.wait(lock);
            continue;
        }
        if (const auto at = answers_.front().at; at > Clock::now()) {
            come_.wait_until(lock, at);
            continue;
        }
        const Answer a = std::move(answers_.front());
        answers_.erase(answers_.begin());
        lock.unlock();
        (void)sequencer_->put(numbers_[a.session], journal::Mark::received, a.bytes);
        lock.lock();
    }
}

}  // namespace assay::desk
