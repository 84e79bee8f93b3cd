// The FIX fields that Assay reads, and the ones that say where bytes end: one table, by tag.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace assay::fix {

// Fields that Message gives a type; the place in this list is the bit in Message::present, and the
// row in message.cpp that says how it is read.
inline constexpr std::array<std::uint16_t, 63> kReadTags = {
    8, 35, 49, 56, 50, 57, 115, 128, 1128, 11, 41, 37, 17, 19, 55, 48, 22, 117, 100, 207, 30, 58,
    15, 372, 379,
    // numbers, times, characters
    34, 43, 97, 52, 122, 20, 150, 39, 54, 38, 32, 31, 14, 151, 6, 44, 40, 59, 110, 60, 75, 851, 103,
    102, 434, 378, 127, 45, 371, 373, 380, 36, 123, 7, 16, 141,
    // groups
    453, 268};
inline constexpr std::array<std::uint16_t, 14> kHeaderTags = {8,   35,   49, 56, 50, 57, 115,
                                                              128, 1128, 34, 43, 97, 52, 122};

// Data fields: this tag gives the length of the field that follows, whose value may hold
// delimiters.
inline constexpr std::array<std::uint16_t, 23> kLengthTags = {
    90,  93,  95,  212, 348,  350,  352,  354,  356,  358,  360, 362,
    364, 445, 618, 621, 1184, 1277, 1280, 1397, 1401, 1403, 1468};

// NoXxx fields: the field after it opens each entry, and there are as many entries as it says.
inline constexpr std::array<std::uint16_t, 40> kGroupTags = {
    33,  73,  78,  85,  124, 136, 146, 199, 215, 232,  267,  295, 296, 382,
    384, 386, 398, 420, 428, 454, 518, 539, 552, 555,  604,  627, 670, 683,
    711, 753, 756, 768, 781, 802, 804, 864, 948, 1116, 1362, 1445};

inline constexpr std::size_t kTagTable = 1500;
inline constexpr std::uint8_t kPlainField = 0xff;   // nothing we read
inline constexpr std::uint8_t kLengthField = 0xfe;  // length of a data field
inline constexpr std::uint8_t kGroupField = 0xfd;   // count of a group that we only check

// By tag: the bit of a field we read, or one of the three marks above.
inline constexpr std::array<std::uint8_t, kTagTable> kFieldBits = [] {
    std::array<std::uint8_t, kTagTable> bits{};
    bits.fill(kPlainField);
    for (const std::uint16_t tag : kLengthTags) {
        bits[tag] = kLengthField;
    }
    for (const std::uint16_t tag : kGroupTags) bits[tag] = kGroupField;
    for (std::size_t i = 0; i < kReadTags.size(); ++i) {
        bits[kReadTags[i]] = static_cast<std::uint8_t>(i);
    }
    return bits;
}();

// The bit of a field we read, and those of the header.
consteval std::uint8_t bit_of(std::uint32_t tag) {
    return kFieldBits[tag];
}
inline constexpr std::uint64_t kHeaderBits = [] {
    std::uint64_t bits = 0;
    for (const std::uint16_t tag : kHeaderTags) bits |= 1ull << kFieldBits[tag];
    return bits;
}();

// Of a length field: the tag of its data. Signature(89) stands apart from SignatureLength(93).
constexpr std::uint32_t data_tag_of(std::uint32_t length_tag) {
    return length_tag == 93 ? 89 : length_tag + 1;
}

// Tags 1 to 1700 are of the FIX dictionaries up to 5.0 SP2, 5000 and more are agreed between firms.
inline constexpr std::uint32_t kLastDictionaryTag = 1700;
inline constexpr std::uint32_t kFirstCustomTag = 5000;

}  // namespace assay::fix
