// A comparison for the tests of output: what can look odd in one is in it.
#pragma once

#include "core/judge/comparison.h"

namespace assay::cli {

// Seven policies in two scenarios: one cheaper than the reference, some dearer, one not clear, one
// without a parent in common, one with a hostile name; parents that never ended; forecasts of some;
// two answers from a log, one of them refused; two tactics of gaming.
judge::Comparison made_up_comparison();

}  // namespace assay::cli
