// Expected texts kept in hosts/cli/testdata; UPDATE_GOLDEN=1 rewrites them, to be read in the diff.
#pragma once

#include <gtest/gtest.h>
#include <string>

namespace assay::cli {

::testing::AssertionResult equals_golden(const std::string& text, const std::string& name);

}  // namespace assay::cli
