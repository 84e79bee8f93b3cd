#include "core/fix/book.h"

#include <algorithm>

namespace assay::fix {

namespace {

MdAction action_of(std::string_view v) {
    if (v == "0") return MdAction::add;
    if (v == "1" || v == "5") return MdAction::change;  // 5: overlay
    if (v == "2") return MdAction::remove;
    return MdAction::other;
}

// A displayed size may be finer than 1e-6 (coins): cut, but never to nothing.
bool read_size(std::string_view v, Qty& size) {
    if (read_decimal(v, 6, kMaxQtyMicro, size.micro)) return true;
    const std::size_t point = v.find('.');
    if (point == v.npos || v.size() - point <= 7) return false;
    if (v.find_first_not_of("0123456789", point + 1) != v.npos) return false;
    if (!read_decimal(v.substr(0, point + 7), 6, kMaxQtyMicro, size.micro)) return false;
    if (size.micro == 0) size.micro = 1;
    return true;
}

Qty size_at_best(const std::vector<Book::Level>& levels) {
    Qty size;
    for (const Book::Level& level : levels) {
        if (level.price != levels.front().price) break;
        // Sizes up to 1e12 units each: 64 levels of them could pass what a Qty may hold.
        size.micro = std::min(size.micro + level.size.micro, kMaxQtyMicro);
    }
    return size;
}

MdSide side_of(std::string_view v) {
    return v == "0" ? MdSide::bid : v == "1" ? MdSide::offer : MdSide::other;
}

}  // namespace

MdEntryReader::MdEntryReader(const Message& message)
    : cursor_(message.md_entries, message.delimiter), begin_(message.bytes.data()) {
    if (message.md_entry_count == 0 || cursor_.done()) return;
    if (read(held_) == ParseCode::none && held_.tag != 10) {
        opens_ = held_.tag;
        holding_ = true;
    }
}

// An agreed field without a value is passed over, as parse() does.
[[gnu::always_inline]] inline ParseCode MdEntryReader::read(Field& field) {
    ParseCode code = cursor_.next(field);
    while (code == ParseCode::empty_value && field.tag > kLastDictionaryTag && !cursor_.done()) {
        code = cursor_.next(field);
    }
    return code;
}

[[gnu::always_inline]] inline ParseCode MdEntryReader::take(const Field& field, MdEntry& entry) {
    const std::string_view v = field.value;
    std::int64_t number = 0;
    switch (field.tag) {
        case 279:
            entry.action = action_of(v);
            break;
        case 269:
            entry.side = side_of(v);
            entry.has_side = true;
            entry.is_trade = v == "2";
            break;
        case 270:
            entry.has_price = true;
            if (!read_decimal(v, 9, kMaxPriceNano, entry.price.nano)) return ParseCode::bad_number;
            break;
        case 271:
            entry.has_size = true;
            if (!read_size(v, entry.size)) return ParseCode::bad_number;
            break;
        case 290:
            if (!read_decimal(v, 0, INT32_MAX, number) || number < 0) return ParseCode::bad_number;
            entry.position = static_cast<std::uint32_t>(number);
            break;
        case 273:
            entry.time = v;
            break;
        case 278:
            entry.entry_id = v;
            break;
        case 280:
            entry.entry_ref_id = v;
            break;
        case 55:
            entry.symbol = v;
            break;
        case 48:
            if (entry.symbol.empty()) entry.symbol = v;
            break;
        default:
            break;
    }
    return ParseCode::none;
}

bool MdEntryReader::next(MdEntry& entry) {
    if (!holding_) return false;
    holding_ = false;
    entry = MdEntry{};
    Field field = held_;
    for (;;) {
        const std::uint32_t tag = field.tag;
        ParseCode code = take(field, entry);
        if (code == ParseCode::none) {
            if (cursor_.done()) return true;
            code = read(field);
        }
        if (code != ParseCode::none) {
            bad_ = {code, tag, static_cast<std::uint32_t>(field.start - begin_)};
            return false;
        }
        if (field.tag == opens_) {
            held_ = field;
            holding_ = true;
            return true;
        }
        if (field.tag == 10) return true;
    }
}

void Book::clear() {
    bids_.clear();
    offers_.clear();
}

// The level that an entry means: by MDEntryID where both have one, else a change by position (its
// price may be the new one) and all others by price, else by position.
Book::Found Book::find(MdSide s, const MdEntry& entry) {
    std::vector<Level>& levels = side(s);
    const std::string_view id = entry.entry_ref_id.empty() ? entry.entry_id : entry.entry_ref_id;
    if (!id.empty()) {
        const auto same = std::find_if(levels.begin(), levels.end(),
                                       [&](const Level& level) { return level.entry_id == id; });
        if (same != levels.end() || entry.action == MdAction::add) return same;
    }
    const bool by_position =
        entry.position != 0 && (entry.action == MdAction::change || !entry.has_price);
    if (by_position) {
        return entry.position <= levels.size() ? levels.begin() + (entry.position - 1)
                                               : levels.end();
    }
    return std::find_if(levels.begin(), levels.end(), [&](const Level& level) {
        return entry.has_price && level.price == entry.price &&
               (id.empty() || level.entry_id.empty());
    });
}

// A change or removal that names no entry can only mean the one level that is there: feeds of the
// top of the book send them so.
Book::Found Book::only_level(MdSide s, const MdEntry& entry) {
    const bool unnamed =
        entry.entry_id.empty() && entry.entry_ref_id.empty() && entry.position == 0;
    return unnamed && side(s).size() == 1 ? side(s).begin() : side(s).end();
}

void Book::insert(MdSide s, Level level) {
    std::vector<Level>& levels = side(s);
    const auto at = std::find_if(levels.begin(), levels.end(), [&](const Level& other) {
        return better(s, level.price, other.price);
    });
    if (at == levels.end() && levels.size() == kLevels) return;
    levels.insert(at, std::move(level));
    if (levels.size() > kLevels) levels.pop_back();
}

// New and change alike replace what they mean; what an entry leaves out stays as it was.
void Book::change(MdSide s, const MdEntry& entry) {
    Level level{entry.price, entry.size, std::string(entry.entry_id)};
    bool has_price = entry.has_price;
    Found old = find(s, entry);
    if (old == side(s).end() && entry.action == MdAction::change) old = only_level(s, entry);
    if (old != side(s).end()) {
        if (!has_price) level.price = old->price;
        if (!entry.has_size) level.size = old->size;
        if (level.entry_id.empty()) level.entry_id = old->entry_id;
        has_price = true;
        side(s).erase(old);
    }
    // A level of no size is none: some feeds delete so. Sizes may be absent altogether.
    const bool gone = entry.has_size && entry.size.micro <= 0;
    if (has_price && !gone) insert(s, std::move(level));
}

// A new level that stands behind all others, as in a snapshot best first, needs no search.
bool Book::append(const MdEntry& entry) {
    const bool plain = entry.action == MdAction::add && entry.side != MdSide::other &&
                       entry.has_price && entry.entry_id.empty() && entry.entry_ref_id.empty();
    if (!plain || (entry.has_size && entry.size.micro <= 0)) return false;
    std::vector<Level>& levels = side(entry.side);
    if (!levels.empty() && !better(entry.side, levels.back().price, entry.price)) return false;
    if (levels.size() < kLevels) levels.push_back({entry.price, entry.size, {}});
    return true;
}

void Book::apply(const MdEntry& entry) {
    if (append(entry)) return;
    if (entry.action == MdAction::other) return;
    if (entry.has_side && entry.side == MdSide::other) return;
    for (const MdSide s : {MdSide::bid, MdSide::offer}) {
        if (entry.has_side && entry.side != s) continue;
        if (entry.action == MdAction::remove) {
            Found level = find(s, entry);
            if (level == side(s).end() && entry.has_side && !entry.has_price)
                level = only_level(s, entry);
            if (level == side(s).end()) continue;
            side(s).erase(level);
            return;
        }
        // Without a side (an MDEntryID alone) only a level that is there can be meant.
        if (!entry.has_side && find(s, entry) == side(s).end()) continue;
        change(s, entry);
        return;
    }
}

bool Book::is_new_trade(const MdEntry& entry, bool snapshot) {
    if (!entry.has_price || entry.price.nano <= 0 || entry.size.micro <= 0) return false;
    if (entry.action != MdAction::add) return false;
    const bool named = !entry.entry_id.empty();
    std::string which = named ? std::string(entry.entry_id)
                              : std::string(entry.time) + ' ' + std::to_string(entry.price.nano) +
                                    ' ' + std::to_string(entry.size.micro);
    const bool same = which == last_trade_;
    last_trade_ = std::move(which);
    return !same || (!snapshot && !named);
}

Quote Book::quote() const {
    Quote quote;
    if (!bids_.empty()) {
        quote.bid = bids_.front().price;
        quote.bid_size = size_at_best(bids_);
    }
    if (!offers_.empty()) {
        quote.ask = offers_.front().price;
        quote.ask_size = size_at_best(offers_);
    }
    return quote;
}

}  // namespace assay::fix
