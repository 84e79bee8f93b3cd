#include "hosts/fixnet/envelope.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace assay::fixnet {

namespace {

constexpr char kSoh = '\x01';

// Of FIX 4.2 to FIXT 1.1, without 90, 91, 212, 213 (data) and the group 627.
constexpr std::array<std::uint32_t, 24> kHeader = {8,   9,   35,  34,  43,  49,  50,   52,
                                                   56,  57,  97,  115, 116, 122, 128,  129,
                                                   142, 143, 144, 145, 347, 369, 1128, 1129};
constexpr std::array<std::uint32_t, 9> kStamped = {8, 9, 34, 49, 52, 56, 10, 43, 122};

template <std::size_t n>
bool holds(const std::array<std::uint32_t, n>& tags, std::uint32_t tag) {
    return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

}  // namespace

bool stamped_by_engine(std::uint32_t tag) {
    return holds(kStamped, tag);
}

std::string_view Envelope::value(std::uint32_t tag) const {
    for (const fix::Field& f : header)
        if (f.tag == tag) return f.value;
    return {};
}

Result<Envelope> open_envelope(std::string_view bytes) {
    if (!bytes.empty() && bytes.back() == kSoh) bytes.remove_suffix(1);
    const std::size_t trailer = bytes.rfind(
        "\x01"
        "10=");
    if (trailer == std::string_view::npos) return fail("no CheckSum(10) at its end");
    Envelope e;
    const std::string_view front = bytes.substr(0, trailer + 1);
    fix::FieldCursor cursor(front, kSoh);
    fix::Field field;
    const char* body = front.data() + front.size();
    while (!cursor.done()) {
        if (const fix::ParseCode code = cursor.next(field); code != fix::ParseCode::none)
            return fail(fmt::format("{} at byte {} of its header", fix::text(code),
                                    field.start - bytes.data()));
        if (!holds(kHeader, field.tag)) {
            body = field.start;
            break;
        }
        e.header.push_back(field);
        if (field.tag == 35) e.msg_type = field.value;
    }
    if (e.msg_type.empty()) return fail("no MsgType(35) in its header");
    e.body = {body, static_cast<std::size_t>(front.data() + front.size() - body)};
    return e;
}

std::vector<fix::Field> fields_of(std::string_view body) {
    std::vector<fix::Field> fields;
    fix::FieldCursor cursor(body, kSoh);
    fix::Field field;
    while (!cursor.done() && cursor.next(field) == fix::ParseCode::none) fields.push_back(field);
    return fields;
}

}  // namespace assay::fixnet
