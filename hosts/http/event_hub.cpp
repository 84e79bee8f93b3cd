#include "hosts/http/event_hub.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "hosts/cli/json_writer.h"

namespace assay::http {
namespace {

constexpr std::size_t at(Topic topic) {
    return static_cast<std::size_t>(topic);
}

// "run-seq"
bool parse_id(std::string_view id, std::uint64_t& run, std::uint64_t& seq) {
    const std::size_t dash = id.find('-');
    if (dash == id.npos) return false;
    const auto number = [](std::string_view text, std::uint64_t& out) {
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
        return error == std::errc{} && end == text.data() + text.size();
    };
    return number(id.substr(0, dash), run) && number(id.substr(dash + 1), seq);
}

std::string reason_json(std::string_view why) {
    return fmt::format("{{\"reason\":{}}}", cli::json_string(why));
}

}  // namespace

const char* text(Topic topic) {
    constexpr std::array<const char*, kTopics> kNames = {"scores", "orders", "health"};
    return kNames[at(topic)];
}

EventHub::EventHub(std::uint64_t run, HubLimits limits) : run_(run), limits_(limits) {}

template <class Change>
void EventHub::count(const Change& change) {
    const std::lock_guard lock(mutex_);
    change(counts_);
}

HubCounts EventHub::counts() const {
    const std::lock_guard lock(mutex_);
    return counts_;
}

void EventHub::publish(Topic topic, std::string_view key, std::string_view symbol,
                       std::string_view json) {
    Incoming event{0, std::string(key), std::string(symbol), std::string(json)};
    const std::lock_guard lock(mutex_);
    TopicCounts& counts = counts_.topics[at(topic)];
    ++counts.published;
    event.seq = next_++;
    if (topic == Topic::orders) {
        if (logged_bytes_ + json.size() > limits_.incoming) {
            ++counts.dropped;
            lost_ = true;
            return;
        }
        logged_bytes_ += json.size();
        logged_.push_back(std::move(event));
        return;
    }
    Key name{topic, std::string(key)};
    if (const auto found = renewed_.find(name); found != renewed_.end()) {
        ++counts.conflated;
        found->second = std::move(event);
    } else if (renewed_.size() >= limits_.keys) {
        ++counts.dropped;
    } else {
        renewed_.emplace(std::move(name), std::move(event));
    }
}

EventHub::Reader* EventHub::join(const StreamWish& wish) {
    Reader& reader = readers_.emplace_back();
    reader.self = std::prev(readers_.end());
    reader.topics = {wish.scores, wish.orders, wish.health};
    reader.symbols.insert(wish.symbols.begin(), wish.symbols.end());
    std::uint64_t run = 0, seq = 0;
    if (wish.last_event_id.empty()) {
        start_after(reader, 0);
        reader.next_order = seen_ + 1;
        reader.behind = 0;
        reader.allowed = limits_.behind;
    } else if (!parse_id(wish.last_event_id, run, seq) || run != run_ || seq > seen_) {
        restart(reader, "the last event id is not of this run of the desk");
    } else if (wish.orders && seq < forgotten_) {
        restart(reader, "events after the last event id are no longer kept");
    } else {
        start_after(reader, seq);
    }
    count([&](HubCounts& c) { c.readers = readers_.size(); });
    return &reader;
}

void EventHub::leave(Reader* reader) {
    readers_.erase(reader->self);
    count([&](HubCounts& c) { c.readers = readers_.size(); });
}

// As if it had been given everything up to `seq`, and nothing after it.
void EventHub::start_after(Reader& reader, std::uint64_t seq) {
    reader.dirty.clear();
    reader.dirty_at.clear();
    for (const auto& entry : latest_) {
        if (entry.second.seq <= seq || !reader.wants(entry.first.first, entry.second.symbol))
            continue;
        reader.dirty.emplace(entry.second.seq, &entry);
        reader.dirty_at.emplace(&entry.second, entry.second.seq);
    }
    reader.sent = seq;
    reader.next_order = seq + 1;
    reader.behind = 0;
    for (const Logged& order : log_)
        if (order.seq > seq && reader.wants(Topic::orders, order.symbol))
            reader.behind += order.json.size();
    reader.allowed = limits_.behind + reader.behind;
}

// The present state of everything, and orders from now on.
void EventHub::restart(Reader& reader, std::string why) {
    start_after(reader, 0);
    reader.next_order = seen_ + 1;
    reader.behind = 0;
    reader.allowed = limits_.behind;
    reader.reset = std::move(why);
    count([](HubCounts& c) { ++c.resets; });
}

void EventHub::log(Incoming event) {
    for (Reader& reader : readers_)
        if (reader.wants(Topic::orders, event.symbol)) reader.behind += event.json.size();
    log_bytes_ += event.json.size();
    log_.push_back({event.seq, std::move(event.symbol), std::move(event.json)});
}

void EventHub::renew(const Key& key, Incoming event) {
    auto found = latest_.find(key);
    if (found == latest_.end()) {
        if (latest_.size() >= limits_.keys) {
            count([&](HubCounts& c) { ++c.topics[at(key.first)].dropped; });
            return;
        }
        found = latest_.emplace(key, Latest{}).first;
    }
    Latest& latest = found->second;
    latest = {key.first, std::move(event.symbol), std::move(event.json), event.seq};
    std::uint64_t conflated = 0;
    for (Reader& reader : readers_) {
        if (!reader.wants(key.first, latest.symbol)) continue;
        const auto [place, is_new] = reader.dirty_at.try_emplace(&latest, event.seq);
        if (!is_new) {
            ++conflated;
            reader.dirty.erase(place->second);
            place->second = event.seq;
        }
        reader.dirty.emplace(event.seq, &*found);
    }
    if (conflated > 0) count([&](HubCounts& c) { c.topics[at(key.first)].conflated += conflated; });
}

void EventHub::forget_old() {
    while (log_bytes_ > limits_.log) {
        forgotten_ = log_.front().seq;
        log_bytes_ -= log_.front().json.size();
        log_.pop_front();
    }
}

void EventHub::overrun(Reader& reader) {
    if (reader.overrun) return;
    reader.overrun = true;
    count([](HubCounts& c) { ++c.overruns; });
}

std::vector<EventHub::Reader*> EventHub::turn() {
    std::map<Key, Incoming> renewed;
    std::vector<Incoming> logged;
    bool lost = false;
    {
        const std::lock_guard lock(mutex_);
        renewed.swap(renewed_);
        logged.swap(logged_);
        logged_bytes_ = 0;
        std::swap(lost, lost_);
        seen_ = next_ - 1;
    }
    // Who owes too much since the last turn is slow; a burst alone makes nobody so.
    for (Reader& reader : readers_)
        if (reader.behind > reader.allowed) overrun(reader);
    for (auto& [key, event] : renewed) renew(key, std::move(event));
    for (Incoming& event : logged) log(std::move(event));
    forget_old();
    if (lost) {
        forgotten_ = seen_;
        for (Reader& reader : readers_)
            if (reader.topics[at(Topic::orders)])
                restart(reader, "orders came faster than they could be taken in");
    }
    std::vector<Reader*> waiting_now;
    for (Reader& reader : readers_) {
        if (reader.behind == 0) reader.next_order = seen_ + 1;
        if (reader.behind > 0 && reader.next_order <= forgotten_) overrun(reader);
        if (waiting(reader)) waiting_now.push_back(&reader);
    }
    return waiting_now;
}

bool EventHub::waiting(const Reader& reader) const {
    return reader.overrun || reader.behind > 0 || !reader.dirty.empty() || !reader.reset.empty();
}

std::string EventHub::event(std::optional<std::uint64_t> seq, std::string_view name,
                            std::string_view json) const {
    std::string out;
    if (seq) out = fmt::format("id: {}-{}\n", run_, *seq);
    out += fmt::format("event: {}\ndata: ", name);
    // On one line: a raw line break stands only between the tokens of JSON, with blanks after it.
    bool indent = false;
    for (const char c : json) {
        if (c == '\n' || c == '\r')
            indent = true;
        else if (!indent || c != ' ') {
            indent = false;
            out += c;
        }
    }
    return out + "\n\n";
}

EventHub::Batch EventHub::take(Reader& reader) {
    Batch batch;
    if (reader.overrun) {
        batch.text = event(reader.sent, "overrun",
                           reason_json("this reader fell too far behind; it may come back with "
                                       "its last event id"));
        batch.last = true;
        return batch;
    }
    if (!reader.reset.empty()) {
        // Without an id: a reader that comes back before it has the present state begins anew
        // again.
        batch.text = event(std::nullopt, "reset", reason_json(reader.reset));
        reader.reset.clear();
    }
    const auto position = [](const Logged& logged, std::uint64_t seq) { return logged.seq < seq; };
    auto order = std::lower_bound(log_.begin(), log_.end(), reader.next_order, position);
    const auto skip = [&] {
        while (order != log_.end() && !reader.wants(Topic::orders, order->symbol)) ++order;
    };
    // In order of their ids: whoever has got one has got all before it.
    for (skip(); batch.text.size() < limits_.batch; skip()) {
        const auto dirty = reader.dirty.begin();
        const bool no_order = order == log_.end(), no_key = dirty == reader.dirty.end();
        if (no_order && no_key) break;
        if (no_key || (!no_order && order->seq < dirty->first)) {
            batch.text += event(order->seq, "orders", order->json);
            reader.sent = order->seq;
            reader.behind -= std::min(reader.behind, order->json.size());
            ++order;
        } else {
            const auto& [key, latest] = *dirty->second;
            batch.text += event(latest.seq, text(key.first), latest.json);
            reader.sent = latest.seq;
            reader.dirty_at.erase(&latest);
            reader.dirty.erase(dirty);
        }
    }
    reader.next_order = order == log_.end() ? seen_ + 1 : order->seq;
    if (order == log_.end()) reader.behind = 0;
    if (!batch.text.empty())
        count([&](HubCounts& c) {
            ++c.batches;
            c.bytes += batch.text.size();
        });
    return batch;
}

}  // namespace assay::http
