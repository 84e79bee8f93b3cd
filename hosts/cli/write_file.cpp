#include "hosts/cli/write_file.h"

#include <filesystem>
#include <fmt/format.h>
#include <fstream>

namespace assay::cli {

Result<void> write_file(const std::string& path, const std::string& text) {
    std::error_code error;
    // What is no plain file, such as /dev/stdout, cannot be put in place of.
    const bool in_place =
        std::filesystem::exists(path, error) && !std::filesystem::is_regular_file(path, error);
    const std::string draft = in_place ? path : path + ".part";
    {
        std::ofstream out(draft, std::ios::binary | std::ios::trunc);
        out.write(text.data(), static_cast<std::streamsize>(text.size()));
        out.flush();
        if (!out) return fail(fmt::format("{} could not be written", path));
    }
    if (in_place) return {};
    std::filesystem::rename(draft, path, error);
    if (error) return fail(fmt::format("{} could not be written: {}", path, error.message()));
    return {};
}

}  // namespace assay::cli
