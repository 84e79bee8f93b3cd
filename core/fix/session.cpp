#include "core/fix/session.h"

#include <algorithm>
#include <utility>

#include "core/units/bug.h"

namespace assay::fix {

namespace {

constexpr std::size_t kMostNames = 10'000;        // of unmapped names that are kept apart
constexpr std::size_t kMostCached = 1'000'000;    // symbols per LP in the cache
constexpr std::size_t kMostBalances = 2'000'000;  // executions that wait for their copy
constexpr Duration kSendingTimeTolerance{120'000'000'000};

// Symbol(55), or SecurityID(48) where FIX says that there is no symbol.
std::string_view symbol_of(const Message& m) {
    return m.symbol.empty() || m.symbol == "[N/A]" ? m.security_id : m.symbol;
}

bool is_to_lp(const Happening& what) {
    return std::holds_alternative<Sent>(what) || std::holds_alternative<CancelRequested>(what) ||
           std::holds_alternative<ReplaceRequested>(what) ||
           std::holds_alternative<Repudiated>(what);
}

bool is_execution(const Happening& what) {
    return std::holds_alternative<Filled>(what) || std::holds_alternative<Corrected>(what) ||
           std::holds_alternative<Busted>(what);
}

SeqStamp stamp_of(const Message& m) {
    SeqStamp stamp{.seq = m.msg_seq_num, .sent = m.sending_time};
    if (m.poss_dup_flag == 'Y' && !planted(Bug::poss_dup_ignored)) {
        const bool usable = m.has(122) && m.orig_sending_time <= m.sending_time;
        stamp.kind = usable ? SeqStamp::Kind::resend : SeqStamp::Kind::resend_unstamped;
        if (usable) stamp.sent = m.orig_sending_time;
    } else {
        stamp.restarts = m.msg_type == "A" && (m.msg_seq_num == 1 || m.reset_seq_num_flag == 'Y');
    }
    return stamp;
}

void note(DirectionCounts& counts, ClockOffset& offset, const Capture& capture, const Message& m) {
    ++counts.messages;
    if (!known(counts.first) || capture.at < counts.first) counts.first = capture.at;
    if (!known(counts.last) || capture.at > counts.last) counts.last = capture.at;
    counts.unknown_tags += m.unknown_tags;
    counts.custom_tags += m.custom_tags;
    counts.poss_resend += m.poss_resend == 'Y';
    if (m.poss_dup_flag == 'Y') {
        ++counts.poss_dup;
        if (!m.has(122)) {
            ++counts.orig_time_missing;
        } else if (m.orig_sending_time > m.sending_time) {
            ++counts.orig_time_late;
        }
    }
    if (!capture.clock) return;
    const Duration ahead = m.sending_time - capture.at;
    offset.add(ahead);
    if (ahead > kSendingTimeTolerance || ahead < Duration{-kSendingTimeTolerance.ns}) {
        ++counts.sending_time_far;
    }
}

// The id that stays with an order through replaces, as far as the report has one.
std::string_view lasting_id(const Message& m) {
    const bool none = m.order_id.empty() || m.order_id == "NONE" || m.order_id == "0";
    return none ? m.cl_ord_id : m.order_id;
}

// SecurityTradingStatus(326) of a SecurityStatus(f): 2 is a halt, 3 the resumption; others say
// nothing of whether it trades. Read here, as it is rare, and every message would pay for a field.
Happening trading_status(const Message& m) {
    FieldCursor cursor(m.bytes, m.delimiter);
    for (Field field; !cursor.done() && cursor.next(field) == ParseCode::none;) {
        if (field.tag != 326) continue;
        if (field.value == "2") return Halted{};
        if (field.value == "3") return Resumed{};
        break;
    }
    return {};
}

}  // namespace

SessionStage::SessionStage(const Parties& parties) : parties_(&parties) {
    for (const std::string& comp_id : parties.drop_copies) {
        const auto lp = parties.lp_of.find(comp_id);
        copied_lps_.insert(lp == parties.lp_of.end() ? comp_id : lp->second);
    }
}

void SessionStage::count(Outcome outcome) {
    switch (outcome) {
        case Outcome::applied:
            ++counts_.applied;
            break;
        case Outcome::duplicate:
            ++counts_.duplicate;
            break;
        case Outcome::waiting:
            ++counts_.waiting;
            break;
        case Outcome::dead:
            ++counts_.dead;
            break;
    }
}

Outcome SessionStage::take(const Capture& capture, const Message& m, std::vector<Event>& out) {
    if (!released_.empty()) [[unlikely]]
        released_.clear();
    const Way way = way_of(m);
    Outcome outcome = Outcome::duplicate;
    if (take_number(way, capture, m, true) == SequenceWindow::Verdict::fresh ||
        planted(Bug::message_dedupe_off)) {
        outcome = deliver(way, capture, m, out);
    }
    count(outcome);
    if (!ready_.empty()) [[unlikely]]
        release(out);
    return outcome;
}

Outcome SessionStage::take_dead(const Capture& capture, const Message& m) {
    const bool placed = m.has(49) && m.has(56) && m.has(34) && m.has(52);
    Outcome outcome = Outcome::dead;
    if (placed) {
        const Way way = way_of(m);
        if (take_number(way, capture, m, false) == SequenceWindow::Verdict::duplicate) {
            outcome = Outcome::duplicate;
        } else {
            ++sessions_[way.session]->directions[way.sender].counts.dead;
        }
    }
    count(outcome);
    return outcome;
}

void SessionStage::name_unread(const Capture& capture, std::string_view bytes, char delimiter,
                               std::vector<Event>& out) {
    const auto field = [&](std::string_view tag) -> std::string_view {
        const std::string start = delimiter + std::string(tag) + '=';
        const std::size_t at = bytes.find(start);
        if (at == bytes.npos) return {};
        const std::string_view value = bytes.substr(at + start.size());
        const std::size_t end = value.find(delimiter);
        return end == value.npos ? std::string_view{} : value.substr(0, end);
    };
    if (field("35") != "8") return;
    key_.assign(field("49")).append(1, '\x01').append(field("56"));
    const auto it = ways_.find(key_);
    if (it == ways_.end()) return;
    const Way way = it->second;
    const Session& session = *sessions_[way.session];
    if (session.ours[way.sender]) return;
    if (session.drop_copy && parties_->capture_counts != CaptureCounts::dropcopy) return;
    Message m;
    m.cl_ord_id = field("11");
    m.orig_cl_ord_id = field("41");
    m.order_id = field("37");
    const std::uint32_t ids = ids_of(way, false);
    const KnownOrder* order = known_order(ids, m);
    // An OrderID is the kernel's to know; which kernel, the symbol says.
    const KnownOrder by_symbol{symbols_.find(field("55")), session.lps[way.sender]};
    if (order == nullptr && by_symbol.symbol != NameTable::kNone &&
        by_symbol.lp != NameTable::kNone)
        order = &by_symbol;
    if (order == nullptr) return;
    emit(capture, ids, *order, Unread{{m.cl_ord_id, m.orig_cl_ord_id, m.order_id}}, out);
}

// --- sessions and their numbers ----------------------------------------------------------------

SessionStage::Way SessionStage::way_of(const Message& m) {
    const std::uint64_t hash = text_hash(m.target_comp_id, text_hash(m.sender_comp_id));
    Recent& recent = recent_[hash % recent_.size()];
    if (recent.session != nullptr) [[likely]] {
        const std::string(&comp_ids)[2] = recent.session->comp_ids;
        if (same_text(comp_ids[recent.way.sender], m.sender_comp_id) &&
            same_text(comp_ids[1 - recent.way.sender], m.target_comp_id)) [[likely]] {
            return recent.way;
        }
    }
    key_.assign(m.sender_comp_id).append(1, '\x01').append(m.target_comp_id);
    auto it = ways_.find(key_);
    if (it == ways_.end()) {
        const auto number = static_cast<std::uint32_t>(sessions_.size());
        open_session(number, m.sender_comp_id, m.target_comp_id);
        it = ways_.find(key_);
    }
    recent = {sessions_[it->second.session].get(), it->second};
    return it->second;
}

void SessionStage::open_session(std::uint32_t number, std::string_view sender,
                                std::string_view target) {
    Session& session = *sessions_.emplace_back(std::make_unique<Session>());
    session.comp_ids[0] = sender;
    session.comp_ids[1] = target;
    index_session(number);
}

// What follows from the CompIDs and the configuration alone.
void SessionStage::index_session(std::uint32_t number) {
    Session& session = *sessions_[number];
    recent_ = {};
    for (const std::uint32_t side : {1u, 0u}) {  // 0 last: it wins where both names are the same
        const std::string& name = session.comp_ids[side];
        session.ours[side] = parties_->ours.contains(name);
        session.dialects[side] = &parties_->dialect_of(name);
        session.drop_copy = session.drop_copy || parties_->drop_copies.contains(name);
        ways_[name + '\x01' + session.comp_ids[1 - side]] = {number, side};
    }
}

SequenceWindow::Verdict SessionStage::take_number(Way way, const Capture& capture, const Message& m,
                                                  bool readable) {
    Direction& direction = sessions_[way.session]->directions[way.sender];
    note(direction.counts, direction.offset, capture, m);
    direction.types.add(m.msg_type);
    const SeqStamp stamp = stamp_of(m);
    const bool sequence_reset = m.msg_type == "4" && m.has(36);
    SequenceWindow::Verdict verdict;
    if (sequence_reset && m.gap_fill_flag != 'Y') {
        verdict = direction.window.reset(stamp, m.new_seq_no);
    } else {
        verdict = direction.window.take(stamp, budget_);
        if (sequence_reset && verdict == SequenceWindow::Verdict::fresh) {
            direction.window.gap_fill(m.msg_seq_num, m.new_seq_no);
        }
    }
    if (readable) {
        if (direction.window.read(m.msg_seq_num)) verdict = SequenceWindow::Verdict::fresh;
    } else if (verdict == SequenceWindow::Verdict::fresh) {
        direction.window.unread(m.msg_seq_num);
    }
    if (verdict == SequenceWindow::Verdict::duplicate) {
        ++direction.counts.duplicates;
    } else if (m.poss_dup_flag == 'Y') {
        ++direction.counts.poss_dup_new;
    }
    return verdict;
}

// --- names -------------------------------------------------------------------------------------

std::uint32_t SessionStage::lp_named(std::string_view name) {
    const auto it = parties_->lp_of.find(name);
    if (it != parties_->lp_of.end()) return lps_.id(it->second);
    return parties_->unmapped == Unmapped::stands_for_itself ? lps_.id(name) : NameTable::kNone;
}

std::uint32_t SessionStage::lp_of_comp(Way way, std::uint32_t side) {
    Session& session = *sessions_[way.session];
    std::uint32_t& lp = session.lps[side];
    if (lp == NameTable::kNone) lp = lp_named(session.comp_ids[side]);
    return lp;
}

std::uint32_t SessionStage::lp_of_order(Way way, const Message& m, const KnownOrder* order,
                                        bool to_lp) {
    const std::uint32_t lp_side = to_lp ? 1 - way.sender : way.sender;
    if (parties_->lp_source == LpSource::comp_id) [[likely]]
        return lp_of_comp(way, lp_side);
    // What a report calls its LP may be finer than what the order did: the order's name stands.
    if (order != nullptr) return order->lp;
    std::string_view name;
    if (parties_->lp_source == LpSource::party_role) {
        name = party_with_role(m, parties_->lp_party_role);
    } else if (parties_->lp_source == LpSource::tag) {
        switch (parties_->lp_tag) {
            case 100:
                name = m.ex_destination;
                break;
            case 207:
                name = m.security_exchange;
                break;
            case 30:
                name = m.last_mkt;
                break;
            case 128:
                name = to_lp ? m.deliver_to_comp_id : m.on_behalf_of_comp_id;
                break;
            default:
                break;
        }
    }
    return name.empty() ? lp_of_comp(way, lp_side) : lp_named(name);
}

std::uint32_t SessionStage::canonical_symbol(std::uint32_t lp, std::string_view raw) {
    const bool plain = parties_->symbol_of.empty() && parties_->lp_symbol_of.empty();
    if (plain && parties_->unmapped_symbols == Unmapped::stands_for_itself) return symbols_.id(raw);
    key_.assign(reinterpret_cast<const char*>(&lp), sizeof lp).append(raw);
    if (const auto it = symbol_cache_.find(key_); it != symbol_cache_.end()) return it->second;

    std::uint32_t symbol = NameTable::kNone;
    const auto own = lp == NameTable::kNone ? parties_->lp_symbol_of.end()
                                            : parties_->lp_symbol_of.find(lps_.name(lp));
    const auto common = parties_->symbol_of.find(raw);
    if (own != parties_->lp_symbol_of.end() && own->second.contains(raw)) {
        symbol = symbols_.id(own->second.find(raw)->second);
    } else if (common != parties_->symbol_of.end()) {
        symbol = symbols_.id(common->second);
    } else if (parties_->unmapped_symbols == Unmapped::stands_for_itself) {
        symbol = symbols_.id(raw);
    }
    if (symbol_cache_.size() >= kMostCached) symbol_cache_.clear();
    symbol_cache_[key_] = symbol;
    return symbol;
}

Outcome SessionStage::unmapped(std::string_view kind, std::string_view name) {
    ++counts_.unmapped;
    std::string key = std::string(kind) + ' ' + std::string(name.substr(0, 100));
    if (unmapped_names_.size() >= kMostNames && !unmapped_names_.contains(key)) key = "others";
    ++unmapped_names_[key];
    return Outcome::applied;
}

// --- orders ------------------------------------------------------------------------------------

const KnownOrder* SessionStage::known_order(std::uint32_t session, const Message& m) {
    for (const std::string_view id : {m.cl_ord_id, m.orig_cl_ord_id, m.order_id}) {
        if (id.empty()) continue;
        if (const KnownOrder* order = orders_.find(id_key(session, id))) return order;
    }
    return nullptr;
}

void SessionStage::remember_id(std::uint32_t session, std::string_view id, KnownOrder order) {
    if (id.empty()) return;
    const std::uint64_t key = id_key(session, id);
    orders_.put(key, order);
    if (waiting_for_.empty()) [[likely]]
        return;
    const auto it = waiting_for_.find(key);
    if (it == waiting_for_.end()) return;
    ready_.insert(ready_.end(), it->second.begin(), it->second.end());
    waiting_for_.erase(it);
}

void SessionStage::remember_sent(Way way, const Message& m, KnownOrder order) {
    remember_id(way.session, m.cl_ord_id, order);
    sessions_[way.session]->directions[way.sender].sent.put(m.msg_seq_num, order, m.cl_ord_id);
    if (order.lp >= order_session_.size()) order_session_.resize(order.lp + 1, NameTable::kNone);
    order_session_[order.lp] = way.session;
}

// Whether LastQty of a report that is no fill itself is news: CumQty went up. Of an order whose
// fills were not seen only a sole fill (CumQty = LastQty) is believed.
bool SessionStage::raises_cum_qty(std::uint32_t session, const Message& m) {
    const std::uint64_t key = id_key(session, lasting_id(m));
    if (filled_so_far_.empty()) filled_so_far_.resize(kFilledSoFar);
    FilledSoFar& slot = filled_so_far_[key % kFilledSoFar];
    const bool news = slot.key == key ? m.cum_qty.micro > slot.cum : m.cum_qty == m.last_qty;
    slot = {key, m.cum_qty.micro};
    return news;
}

void SessionStage::reconcile(std::uint32_t lp, const Execution& execution, std::int32_t weight) {
    const std::uint64_t key =
        id_key(id_key(lp, execution.exec_id) ^ static_cast<std::uint64_t>(execution.last_px.nano),
               std::string_view(reinterpret_cast<const char*>(&execution.last_qty), 8));
    const auto it = balance_.find(key);
    if (it == balance_.end()) {
        if (balance_.size() < kMostBalances) balance_[key] = weight;
        return;
    }
    const bool met = (it->second > 0) != (weight > 0);
    counts_.reconciled += met;
    it->second += weight;
    if (it->second == 0) balance_.erase(it);
}

// Executions of an LP with a drop copy count from one source and are compared with the other;
// all else comes from the session.
bool SessionStage::counts_here(Way way, std::uint32_t lp, const Happening& what) {
    if (copied_lps_.empty()) [[likely]]
        return true;
    const bool drop_copy = sessions_[way.session]->drop_copy;
    if (!copied_lps_.contains(lps_.name(lp))) return true;
    counts_.drop_copies += drop_copy;
    if (const Filled* fill = std::get_if<Filled>(&what)) {
        reconcile(lp, fill->execution, drop_copy ? -1 : 1);
    }
    if (!is_execution(what)) return !drop_copy;
    return drop_copy == (parties_->capture_counts == CaptureCounts::dropcopy);
}

template <class What>  // a Happening, or one kind of it
void SessionStage::emit(const Capture& capture, std::uint32_t session, KnownOrder order,
                        const What& what, std::vector<Event>& out) const {
    Event& event = out.emplace_back();
    event.at = capture.at;
    event.place = capture.place;
    event.symbol = symbols_.name(order.symbol);
    if (order.lp != NameTable::kNone) event.lp = lps_.name(order.lp);
    event.session = session;
    event.symbol_number = order.symbol;
    event.lp_number = order.lp;  // NameTable::kNone is no number either
    event.capture_clock = capture.clock;
    event.what = what;
}

std::uint32_t SessionStage::ids_of(Way way, bool to_lp) {
    if (!sessions_[way.session]->drop_copy) return way.session;
    const std::uint32_t lp = lp_of_comp(way, to_lp ? 1 - way.sender : way.sender);
    const bool known = lp < order_session_.size() && order_session_[lp] != NameTable::kNone;
    return known ? order_session_[lp] : way.session;
}

Outcome SessionStage::deliver_order(Way way, const Capture& capture, const Message& m,
                                    const Happening& what, std::vector<Event>& out) {
    const Session& session = *sessions_[way.session];
    const bool to_lp = is_to_lp(what);
    if (session.ours[to_lp ? 1 - way.sender : way.sender]) {
        ++counts_.parents;
        return Outcome::applied;
    }
    const std::uint32_t ids = ids_of(way, to_lp);
    const std::string_view raw = symbol_of(m);
    // What a report or request belongs to is told by its ids; its Symbol may be spelled otherwise
    // (IAG, IAG.AX) and serves only where the order is not known.
    const KnownOrder* order = std::holds_alternative<Sent>(what) ? nullptr : known_order(ids, m);
    const std::uint32_t lp = lp_of_order(way, m, order, to_lp);
    if (lp == NameTable::kNone) {
        return unmapped("CompID", session.comp_ids[to_lp ? 1 - way.sender : way.sender]);
    }
    if (raw.empty() && order == nullptr) return keep_waiting(way, capture, m);
    const std::uint32_t symbol = order != nullptr ? order->symbol : canonical_symbol(lp, raw);
    if (symbol == NameTable::kNone) return unmapped("Symbol", raw);

    const KnownOrder found{symbol, lp};
    if (!to_lp && raw.empty()) {
        // The next report may name the order by less: keep what this one taught.
        remember_id(ids, m.cl_ord_id, found);
        remember_id(ids, m.order_id, found);
    } else if (to_lp && !session.drop_copy && !std::holds_alternative<Repudiated>(what)) {
        remember_sent(way, m, found);
    }
    if (!counts_here(way, lp, what)) return Outcome::applied;
    if (const auto fill = carried_fill(m, what)) {
        const bool news = raises_cum_qty(ids, m);
        ++(news ? counts_.carried_fills : counts_.echoed_fills);
        if (news) emit(capture, ids, found, *fill, out);
    } else if (is_execution(what) && m.has(14)) {
        raises_cum_qty(ids, m);
    }
    emit(capture, ids, found, what, out);
    return Outcome::applied;
}

Outcome SessionStage::deliver_reject(Way way, const Capture& capture, const Message& m,
                                     const Happening& what, std::vector<Event>& out) {
    MessageRejected rejected = std::get<MessageRejected>(what);
    const SentOrders& orders = sessions_[way.session]->directions[1 - way.sender].sent;
    if (m.has(45)) {
        if (const SentOrders::Sent sent = orders.find(m.ref_seq_num); !sent.cl_ord_id.empty()) {
            rejected.ref.cl_ord_id = sent.cl_ord_id;
            emit(capture, way.session, sent.order, rejected, out);
            return Outcome::applied;
        }
    }
    if (!m.business_reject_ref_id.empty()) {
        const std::string_view id = m.business_reject_ref_id;
        if (const KnownOrder* order = orders_.find(id_key(way.session, id))) {
            rejected.ref.cl_ord_id = id;
            emit(capture, way.session, *order, rejected, out);
            return Outcome::applied;
        }
    }
    const bool of_order = m.ref_msg_type == "D" || m.ref_msg_type == "F" || m.ref_msg_type == "G";
    counts_.unresolved_rejects += of_order;
    return Outcome::applied;
}

Outcome SessionStage::deliver(Way way, const Capture& capture, const Message& m,
                              std::vector<Event>& out) {
    if (m.msg_type == "W" || m.msg_type == "X") return deliver_quotes(way, capture, m, out);
    if (m.msg_type == "f") {
        const Happening what = trading_status(m);
        // What an LP says of its own trading halts no market.
        if (std::holds_alternative<std::monostate>(what) ||
            quote_source(way).lp != NameTable::kNone)
            return Outcome::applied;
        const std::uint32_t symbol = canonical_symbol(NameTable::kNone, symbol_of(m));
        if (symbol == NameTable::kNone) return unmapped("Symbol", symbol_of(m));
        emit(capture, way.session, {symbol, NameTable::kNone}, what, out);
        return Outcome::applied;
    }
    const Happening what = event_of(m, *sessions_[way.session]->dialects[way.sender]);
    if (std::holds_alternative<std::monostate>(what)) return Outcome::applied;
    if (std::holds_alternative<MessageRejected>(what)) {
        return deliver_reject(way, capture, m, what, out);
    }
    return deliver_order(way, capture, m, what, out);
}

// --- quotes ------------------------------------------------------------------------------------

SessionStage::QuoteSource& SessionStage::quote_source(Way way) {
    Session& session = *sessions_[way.session];
    QuoteSource& source = session.quotes[way.sender];
    const std::string& name = session.comp_ids[way.sender];
    if (source.id == NameTable::kNone) {
        source.id = sources_.id(name);
        source.named = parties_->lp_of.contains(name) || parties_->counterparties.contains(name);
        if (source.named) source.lp = lp_named(name);
    }
    // Who is no LP may become one with the next order.
    if (source.lp == NameTable::kNone && source.asked != lps_.size()) {
        source.lp = lps_.find(name);
        source.asked = lps_.size();
    }
    return source;
}

// Quotes of someone we send orders to are that LP's own, all others are the market's.
Outcome SessionStage::deliver_quotes(Way way, const Capture& capture, const Message& m,
                                     std::vector<Event>& out) {
    entries_.clear();
    MdEntryReader reader(m);  // first all of it: a message that cannot be read changes no book
    while (reader.next(entries_.emplace_back())) {
    }
    entries_.pop_back();
    if (reader.bad()) {
        ++counts_.bad_entries;
        return Outcome::dead;
    }
    const QuoteSource& source = quote_source(way);
    const bool sent_to =
        source.lp < order_session_.size() && order_session_[source.lp] != NameTable::kNone;
    return apply_entries(way, capture, m, source.named || sent_to ? source.lp : NameTable::kNone,
                         out);
}

Outcome SessionStage::apply_entries(Way way, const Capture& capture, const Message& m,
                                    std::uint32_t lp, std::vector<Event>& out) {
    const std::uint64_t source = std::uint64_t{sessions_[way.session]->quotes[way.sender].id} << 32;
    std::string_view raw = symbol_of(m), resolved;
    std::uint32_t symbol = NameTable::kNone;
    Book* book = nullptr;  // of `symbol`
    touched_.clear();
    // Trades alone change no quote, and a snapshot of them none of the book.
    const bool trades_only =
        !entries_.empty() && std::all_of(entries_.begin(), entries_.end(),
                                         [](const MdEntry& entry) { return entry.is_trade; });
    const auto touch = [&] {
        if (raw.empty() || same_text(raw, resolved)) return;
        resolved = raw;
        symbol = canonical_symbol(lp, raw);
        book = symbol == NameTable::kNone ? nullptr : &books_[source | symbol];
        if (book == nullptr) {
            unmapped("Symbol", raw);
        } else if (!trades_only &&
                   std::find(touched_.begin(), touched_.end(), symbol) == touched_.end()) {
            touched_.push_back(symbol);
        }
    };
    touch();
    const bool snapshot = m.msg_type == "W";
    if (snapshot && !trades_only && book != nullptr) book->clear();
    for (const MdEntry& entry : entries_) {
        if (!entry.symbol.empty()) {  // else that of the entry before
            raw = entry.symbol;
            touch();
        }
        if (raw.empty()) {
            ++counts_.bad_entries;
        } else if (book != nullptr && entry.is_trade) {
            if (book->is_new_trade(entry, snapshot))
                emit(capture, way.session, {symbol, lp}, MarketTraded{entry.price, entry.size},
                     out);
        } else if (book != nullptr) {
            book->apply(entry);
        }
    }
    for (const std::uint32_t id : touched_) {
        const Book& touched = id == symbol ? *book : books_[source | id];
        emit(capture, way.session, {id, lp}, touched.quote(), out);
    }
    return Outcome::applied;
}

// --- messages that wait for their order --------------------------------------------------------

Outcome SessionStage::keep_waiting(Way way, const Capture& capture, const Message& m) {
    if (waiting_bytes_ + m.bytes.size() > kMostWaitingBytes) return Outcome::dead;
    const std::uint64_t number = next_waiting_++;
    Waiting& waiting =
        waiting_.emplace(number, Waiting{capture, way, std::string(m.bytes), m.delimiter})
            .first->second;
    waiting_bytes_ += m.bytes.size();
    index_waiting(number, waiting, m);
    return Outcome::waiting;
}

void SessionStage::index_waiting(std::uint64_t number, const Waiting& waiting, const Message& m) {
    for (const std::string_view id : {m.cl_ord_id, m.orig_cl_ord_id, m.order_id}) {
        if (!id.empty()) waiting_for_[id_key(waiting.way.session, id)].push_back(number);
    }
}

// Delivers what has become ready; that may make more ready (a cancel names the next ClOrdID).
void SessionStage::release(std::vector<Event>& out) {
    for (std::size_t i = 0; i < ready_.size(); ++i) {
        const auto it = waiting_.find(ready_[i]);
        if (it == waiting_.end()) continue;
        Waiting waiting = std::move(it->second);
        waiting_.erase(it);
        waiting_bytes_ -= waiting.bytes.size();
        --counts_.waiting;
        const std::string& bytes = released_.emplace_back(std::move(waiting.bytes));
        Message m;
        parse(bytes, waiting.delimiter, m);
        count(deliver(waiting.way, waiting.capture, m, out));
    }
    ready_.clear();
}

std::vector<Place> SessionStage::waiting_places() const {
    std::vector<Place> places;
    for (const auto& [number, waiting] : waiting_) places.push_back(waiting.capture.place);
    return places;
}

}  // namespace assay::fix
