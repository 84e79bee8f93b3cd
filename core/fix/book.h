// The best bid and offer of one source and symbol, out of W snapshots and X increments.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/event/event.h"
#include "core/fix/message.h"

namespace assay::fix {

// MDUpdateAction(279).
enum class MdAction : std::uint8_t { add, change, remove, other };
// MDEntryType(269), as far as a book needs it.
enum class MdSide : std::uint8_t { bid, offer, other };

// One entry of the group 268 of a W or X. A field that is absent has its zero or empty value.
struct MdEntry {
    MdAction action{};
    MdSide side{MdSide::other};
    bool has_side{};
    bool has_price{};
    bool has_size{};
    bool is_trade{};                // 269=2
    Price price;                    // 270
    Qty size;                       // 271
    std::uint32_t position{};       // 290 MDEntryPositionNo, 1 is best; 0 where absent
    std::string_view entry_id;      // 278
    std::string_view entry_ref_id;  // 280
    std::string_view time;          // 273 MDEntryTime
    std::string_view symbol;        // 55, else 48, of the entry
};

// Hands out the entries of a message that parse() has accepted, one at a time.
class MdEntryReader {
  public:
    explicit MdEntryReader(const Message& message);
    // False at the end, or at an entry whose price, size or position is no number: see bad().
    bool next(MdEntry& entry);
    ParseError bad() const { return bad_; }

  private:
    ParseCode read(Field& field);
    ParseCode take(const Field& field, MdEntry& entry);

    FieldCursor cursor_;
    const char* begin_{};
    Field held_;  // while holding_: the first field of the next entry
    bool holding_{};
    std::uint32_t opens_{};  // the tag that opens entries
    ParseError bad_;
};

// Keeps at most kLevels levels a side, best first; what falls off the end is forgotten (a feed
// that deletes the top 64 levels one by one without refreshing would leave the book empty early).
class Book {
  public:
    static constexpr std::size_t kLevels = 64;

    void clear();                      // a W snapshot begins
    void apply(const MdEntry& entry);  // new, change or delete
    // Whether an entry with 269=2 is a trade that was not told before. A snapshot repeats the last
    // trade: it is another one by its MDEntryID, else by its time, price or size. An increment is
    // always another one but under the MDEntryID of the last. What is changed or deleted later is
    // not followed.
    bool is_new_trade(const MdEntry& entry, bool snapshot);
    Quote quote() const;  // an empty side is 0; the size is all at the best price

    struct Level {
        Price price;
        Qty size;
        std::string entry_id;
        bool operator==(const Level&) const = default;
    };
    const std::vector<Level>& side(MdSide s) const { return s == MdSide::bid ? bids_ : offers_; }
    std::vector<Level>& side(MdSide s) { return s == MdSide::bid ? bids_ : offers_; }
    const std::string& last_trade() const { return last_trade_; }
    std::string& last_trade() { return last_trade_; }

  private:
    static bool better(MdSide s, Price a, Price b) { return s == MdSide::bid ? a > b : a < b; }
    using Found = std::vector<Level>::iterator;
    Found find(MdSide s, const MdEntry& entry);
    Found only_level(MdSide s, const MdEntry& entry);
    bool append(const MdEntry& entry);
    void insert(MdSide s, Level level);
    void change(MdSide s, const MdEntry& entry);

    std::vector<Level> bids_, offers_;
    std::string last_trade_;  // what tells it from the next one
};

}  // namespace assay::fix
