// Saving and loading the session stage, and what it has to tell about its sessions.
#include <algorithm>
#include <utility>

#include "core/fix/session.h"

namespace assay::fix {

namespace {

constexpr std::uint64_t kMagic = 0x5353594153534121ull;

void save_names(BlobWriter& out, const NameTable& names) {
    out.u64(names.size());
    for (std::uint32_t id = 0; id < names.size(); ++id) out.text(names.name(id));
}

void load_names(BlobReader& in, NameTable& names) {
    for (std::uint64_t n = in.count(8), id = 0; id < n; ++id) {
        if (names.id(in.text()) != id) return in.fail();
    }
}

template <class Map>
std::vector<typename Map::key_type> sorted_keys(const Map& map) {
    std::vector<typename Map::key_type> keys;
    keys.reserve(map.size());
    for (const auto& [key, value] : map) keys.push_back(key);
    std::sort(keys.begin(), keys.end());
    return keys;
}

std::vector<std::uint64_t*> fields_of(DirectionCounts& c) {
    return {&c.messages,         &c.duplicates,        &c.dead,          &c.poss_dup,
            &c.poss_dup_new,     &c.poss_resend,       &c.unknown_tags,  &c.custom_tags,
            &c.sending_time_far, &c.orig_time_missing, &c.orig_time_late};
}

std::vector<std::uint64_t*> fields_of(StageCounts& c) {
    return {
        &c.applied,     &c.duplicate,          &c.waiting,     &c.dead,          &c.parents,
        &c.unmapped,    &c.unresolved_rejects, &c.bad_entries, &c.carried_fills, &c.echoed_fills,
        &c.drop_copies, &c.reconciled};
}

void save_capture(BlobWriter& out, const Capture& capture) {
    out.i64(capture.at.ns);
    out.u64(capture.place.offset);
    out.u32(capture.place.length);
    out.u32(capture.place.file);
    out.u32(capture.clock ? 1 : 0);
}

Capture load_capture(BlobReader& in) {
    Capture capture;
    capture.at = {in.i64()};
    capture.place.offset = in.u64();
    capture.place.length = in.u32();
    capture.place.file = in.u32();
    capture.clock = in.u32() != 0;
    return capture;
}

}  // namespace

std::vector<SessionHealth> SessionStage::health() const {
    std::vector<SessionHealth> all;
    for (std::uint32_t number = 0; number < sessions_.size(); ++number) {
        const Session& session = *sessions_[number];
        SessionHealth& health = all.emplace_back();
        health.session = number;
        health.drop_copy = session.drop_copy;
        for (std::size_t side = 0; side < 2; ++side) {
            const Direction& direction = session.directions[side];
            DirectionHealth& to = health.directions[side];
            to.sender_comp_id = session.comp_ids[side];
            to.counts = direction.counts;
            to.sequence = direction.window.counts();
            to.missing_numbers = direction.window.missing_numbers();
            to.missing = direction.window.missing();
            to.by_type = direction.types.by_type();
            to.has_clock_offset = direction.offset.known();
            if (to.has_clock_offset) to.clock_offset_least = direction.offset.least();
            to.clock_offset_median = direction.offset.median();
            const std::uint32_t lp = session.lps[side];
            if (lp != NameTable::kNone) health.lp = lps_.name(lp);
        }
    }
    return all;
}

std::uint64_t SessionStage::missing_in_drop_copy() const {
    std::uint64_t n = 0;
    // order-free: integers are only summed
    for (const auto& [key, weight] : balance_) n += weight > 0 ? static_cast<unsigned>(weight) : 0;
    return n;
}

std::uint64_t SessionStage::missing_in_session() const {
    std::uint64_t n = 0;
    // order-free: integers are only summed
    for (const auto& [key, weight] : balance_) n += weight < 0 ? static_cast<unsigned>(-weight) : 0;
    return n;
}

void SessionStage::save_session(BlobWriter& out, const Session& session) const {
    for (std::size_t side = 0; side < 2; ++side) {
        out.text(session.comp_ids[side]);
        out.u32(session.lps[side]);
        const Direction& direction = session.directions[side];
        direction.window.save(out);
        DirectionCounts counts = direction.counts;
        for (const std::uint64_t* n : fields_of(counts)) out.u64(*n);
        out.i64(counts.first.ns);
        out.i64(counts.last.ns);
        direction.types.save(out);
        direction.offset.save(out);
        const std::vector<SentOrders::Sent> sent = direction.sent.all();
        out.u64(sent.size());
        for (const SentOrders::Sent& order : sent) {
            out.u64(order.seq);
            out.u32(order.order.symbol);
            out.u32(order.order.lp);
            out.text(order.cl_ord_id);
        }
    }
}

void SessionStage::load_session(BlobReader& in, Session& session) {
    for (std::size_t side = 0; side < 2; ++side) {
        session.comp_ids[side] = in.text();
        session.lps[side] = in.u32();
        if (session.lps[side] != NameTable::kNone && session.lps[side] >= lps_.size()) in.fail();
        Direction& direction = session.directions[side];
        direction.window.load(in);
        for (std::uint64_t* n : fields_of(direction.counts)) *n = in.u64();
        direction.counts.first = {in.i64()};
        direction.counts.last = {in.i64()};
        direction.types.load(in);
        direction.offset.load(in);
        for (std::uint64_t n = in.count(24); n > 0; --n) {
            const std::uint64_t seq = in.u64();
            KnownOrder order;
            order.symbol = in.u32();
            order.lp = in.u32();
            direction.sent.put(seq, order, in.text());
            if (order.symbol >= symbols_.size() || order.lp >= lps_.size()) in.fail();
        }
        const std::uint64_t slots = direction.window.slots();
        if (slots > SequenceWindow::kOrdinarySlots) {
            const std::uint64_t extra = slots - SequenceWindow::kOrdinarySlots;
            budget_.slots -= std::min(budget_.slots, extra);
        }
    }
}

void SessionStage::save_books(BlobWriter& out) const {
    out.u64(books_.size());
    for (const std::uint64_t key : sorted_keys(books_)) {
        out.u64(key);
        const Book& book = books_.find(key)->second;
        for (const MdSide side : {MdSide::bid, MdSide::offer}) {
            out.u64(book.side(side).size());
            for (const Book::Level& level : book.side(side)) {
                out.i64(level.price.nano);
                out.i64(level.size.micro);
                out.text(level.entry_id);
            }
        }
        out.text(book.last_trade());
    }
}

void SessionStage::load_books(BlobReader& in) {
    for (std::uint64_t n = in.count(24); n > 0; --n) {
        Book& book = books_[in.u64()];
        for (const MdSide side : {MdSide::bid, MdSide::offer}) {
            const std::uint64_t levels = in.count(24);
            if (levels > Book::kLevels) return in.fail();
            for (std::uint64_t i = 0; i < levels; ++i) {
                Book::Level level;
                level.price = {in.i64()};
                level.size = {in.i64()};
                level.entry_id = in.text();
                book.side(side).push_back(std::move(level));
            }
        }
        book.last_trade() = in.text();
    }
}

void SessionStage::save(std::string& blob) const {
    BlobWriter out(blob);
    out.u64(kMagic);
    out.u32(kVersion);
    save_names(out, lps_);
    save_names(out, symbols_);
    save_names(out, sources_);
    out.u64(sessions_.size());
    for (const auto& session : sessions_) save_session(out, *session);
    orders_.save(out);
    std::uint64_t filled = 0;
    for (const FilledSoFar& slot : filled_so_far_) filled += slot.key != 0;
    out.u64(filled);
    for (const FilledSoFar& slot : filled_so_far_) {
        if (slot.key == 0) continue;
        out.u64(slot.key);
        out.i64(slot.cum);
    }
    out.u64(waiting_.size());
    for (const auto& [number, waiting] : waiting_) {
        save_capture(out, waiting.capture);
        out.u32(waiting.way.session);
        out.u32(waiting.way.sender);
        out.u32(static_cast<unsigned char>(waiting.delimiter));
        out.text(waiting.bytes);
    }
    save_books(out);
    out.u64(balance_.size());
    for (const std::uint64_t key : sorted_keys(balance_)) {
        out.u64(key);
        out.i64(balance_.find(key)->second);
    }
    out.u64(order_session_.size());
    for (const std::uint32_t session : order_session_) out.u32(session);
    out.u64(unmapped_names_.size());
    for (const auto& [name, n] : unmapped_names_) {
        out.text(name);
        out.u64(n);
    }
    StageCounts counts = counts_;
    for (const std::uint64_t* n : fields_of(counts)) out.u64(*n);
}

Result<void> SessionStage::load(std::string_view blob) {
    BlobReader in(blob);
    if (in.u64() != kMagic) return fail("these bytes are not a saved session stage");
    if (const std::uint32_t version = in.u32(); version != kVersion) {
        return fail("saved session stage of version " + std::to_string(version) +
                    "; this program reads version " + std::to_string(kVersion) +
                    ": read the logs again, or use the program that saved it");
    }
    SessionStage next(*parties_);
    load_names(in, next.lps_);
    load_names(in, next.symbols_);
    load_names(in, next.sources_);
    for (std::uint64_t n = in.count(100), i = 0; i < n; ++i) {
        next.load_session(in, *next.sessions_.emplace_back(std::make_unique<Session>()));
        next.index_session(static_cast<std::uint32_t>(i));
        if (!in.ok()) break;
    }
    next.orders_.load(in);
    const std::uint64_t filled = in.count(16);
    if (filled != 0) next.filled_so_far_.resize(kFilledSoFar);
    for (std::uint64_t n = filled; n > 0; --n) {
        const std::uint64_t key = in.u64();
        next.filled_so_far_[key % kFilledSoFar] = {key, in.i64()};
    }
    for (std::uint64_t n = in.count(40); n > 0; --n) {
        Waiting waiting;
        waiting.capture = load_capture(in);
        waiting.way = {in.u32(), in.u32()};
        waiting.delimiter = static_cast<char>(in.u32());
        waiting.bytes = in.text();
        Message m;
        parse(waiting.bytes, waiting.delimiter, m);
        if (waiting.way.session >= next.sessions_.size() || waiting.way.sender > 1) in.fail();
        next.waiting_bytes_ += waiting.bytes.size();
        const std::uint64_t number = next.next_waiting_++;
        next.index_waiting(number, waiting, m);
        next.waiting_.emplace(number, std::move(waiting));
    }
    next.load_books(in);
    for (std::uint64_t n = in.count(16); n > 0; --n) {
        const std::uint64_t key = in.u64();
        next.balance_[key] = static_cast<std::int32_t>(in.i64());
    }
    for (std::uint64_t n = in.count(4); n > 0; --n) next.order_session_.push_back(in.u32());
    for (std::uint64_t n = in.count(16); n > 0; --n) {
        std::string name(in.text());
        next.unmapped_names_[std::move(name)] = in.u64();
    }
    for (std::uint64_t* n : fields_of(next.counts_)) *n = in.u64();
    if (!in.done()) return fail("a saved session stage is cut short or damaged");
    *this = std::move(next);
    return {};
}

}  // namespace assay::fix
