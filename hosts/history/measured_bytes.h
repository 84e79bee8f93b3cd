// What is measured of orders as bytes in the store, and added up from them. Zeros take no room; a
// field is known by its place in kpi::Sums::pairwise, and kSumsFields says how many there are.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "hosts/history/rows.h"

namespace assay::history {

// Numbers in kpi::Sums. Who adds one raises the version of the schema with it: fields are known by
// their place (docs/history.md).
inline constexpr std::size_t kSumsFields = 179;
std::size_t count_of_sums();

// Pairs of (fields skipped, value), each a varint, the value folded so that small negatives are
// short too.
void save(const kpi::Sums& sums, std::string& out);
// Adds what save() wrote. False: the bytes cannot be that, and `into` is not to be used.
bool add(std::string_view bytes, kpi::Sums& into);

// The sketches that are not empty: (which, buckets, (slot, weight) ...).
void save_sketches(const Measured& m, std::string& out);
bool add_sketches(std::string_view bytes, Measured& into);

}  // namespace assay::history
