#include "hosts/cli/golden.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace assay::cli {

::testing::AssertionResult equals_golden(const std::string& text, const std::string& name) {
    const std::string path =
        std::string(ASSAY_SOURCE_DIR) + "/hosts/cli/testdata/" + name + ".golden";
    if (const char* update = std::getenv("UPDATE_GOLDEN"); update != nullptr && *update == '1') {
        std::ofstream(path, std::ios::binary) << text;
        return ::testing::AssertionSuccess();
    }
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return ::testing::AssertionFailure() << path << " is missing; UPDATE_GOLDEN=1 writes it";
    std::stringstream expected;
    expected << file.rdbuf();
    if (expected.str() == text) return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure() << name << " is not what the golden file says; now it is\n"
                                         << text << "UPDATE_GOLDEN=1 accepts it";
}

}  // namespace assay::cli
