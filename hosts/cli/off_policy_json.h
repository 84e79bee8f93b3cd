// What a log says of a policy that did not trade it, in JSON (docs/json.md): the same members
// wherever such an answer stands.
#pragma once

#include <optional>

#include "core/judge/off_policy.h"
#include "hosts/cli/json_writer.h"

namespace assay::cli {

// "low" and "high"; null where there is no interval.
void interval_members(JsonWriter& w, const std::optional<judge::Interval>& i);
// Members of the object that is open.
void off_policy_members(JsonWriter& w, const judge::OffPolicy& answer);

}  // namespace assay::cli
