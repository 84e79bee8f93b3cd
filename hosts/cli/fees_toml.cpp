#include "hosts/cli/fees_toml.h"

#include <array>
#include <charconv>

#include "core/units/decimal.h"
#include "hosts/cli/csv.h"
#include "hosts/cli/toml_keys.h"

namespace assay {

namespace {

constexpr std::string_view kFeeForm =
    "expected a fee such as \"0.003/share\" or \"0.3bps\"; negative is a rebate";
constexpr double kMostBps = 10'000;
constexpr std::int64_t kMostPerShareNano = 1'000'000'000'000;  // 1,000 a share

void read_fee(TomlKeys& keys, const TomlNode& lp, std::string_view side, Fee& fee) {
    const TomlNode* node = keys.child(lp, side, TomlNode::Kind::text, "a text such as \"0.3bps\"");
    if (!node) return;
    std::string_view value = trimmed(node->text);
    if (value.ends_with("/share")) {
        value.remove_suffix(6);
        const Decimal amount = parse_decimal(trimmed(value), 9, kMostPerShareNano);
        if (amount)
            fee.per_share = PriceDelta{amount.scaled};
        else
            keys.wrong(*node, fmt::format("\"{}\" {}: {}", value, text(amount.error), kFeeForm));
        return;
    }
    if (!value.ends_with("bps")) return keys.wrong(*node, fmt::format("no unit: {}", kFeeForm));
    value.remove_suffix(3);
    value = trimmed(value);
    double bps = 0;
    const auto end = std::from_chars(value.data(), value.data() + value.size(), bps);
    if (end.ec != std::errc() || end.ptr != value.data() + value.size() || !(bps <= kMostBps) ||
        !(bps >= -kMostBps))
        return keys.wrong(*node, fmt::format("\"{}\" is not a number of bps: {}", value, kFeeForm));
    fee.bps = bps;
}

}  // namespace

Result<FeeSchedule> read_fees(const TomlFile& file) {
    constexpr std::array<std::string_view, 2> kSides{"maker", "taker"};
    TomlKeys keys(file);
    FeeSchedule fees;
    for (const TomlNode& lp : file.root().children) {
        if (!keys.is(lp, TomlNode::Kind::table, "a section per LP, such as [LP_A]")) continue;
        keys.only(lp, kSides, "side of a fee");
        LpFees& of_lp = fees.by_lp[lp.key];
        read_fee(keys, lp, "maker", of_lp.maker);
        read_fee(keys, lp, "taker", of_lp.taker);
    }
    if (!keys.problems().none()) return std::unexpected(keys.problems().error());
    return fees;
}

}  // namespace assay
