#include "hosts/cli/off_policy_json.h"

namespace assay::cli {
namespace {

void estimated_object(JsonWriter& w, std::string_view name,
                      const std::optional<judge::Estimated>& e) {
    w.key(name);
    if (!e) return w.null();
    w.begin_object();
    w.member("bps", e->value);
    interval_members(w, e->interval);
    w.member("difference_bps", e->difference);
    w.member("difference_low", e->difference_interval.low);
    w.member("difference_high", e->difference_interval.high);
    w.end_object();
}

}  // namespace

void interval_members(JsonWriter& w, const std::optional<judge::Interval>& i) {
    w.member("low", i ? std::optional(i->low) : std::nullopt);
    w.member("high", i ? std::optional(i->high) : std::nullopt);
}

void off_policy_members(JsonWriter& w, const judge::OffPolicy& e) {
    w.member("question", text(e.question));
    w.key("refused");
    if (e.refused)
        w.value(text(*e.refused));
    else
        w.null();
    w.member("why", e.why);
    w.member("parents", e.plain.parents);
    w.member("without_propensity", e.plain.without_propensity);
    w.member("samples", e.plain.samples);
    w.member("ess", e.plain.ess);
    w.member("clipped_mass", e.plain.clipped_mass);
    w.member("outside", e.plain.outside);
    w.member("logged_bps", e.plain.logged);
    estimated_object(w, "ips", e.ips);
    estimated_object(w, "snips", e.snips);
    estimated_object(w, "dr", e.dr);
}

}  // namespace assay::cli
