#include "hosts/cli/desk_token.h"

#include <fmt/format.h>
#include <fstream>

namespace assay::cli {

Result<std::string> token_in(const std::string& path) {
    std::ifstream file(path);
    std::string token;
    if (file >> token) return token;
    return fail(fmt::format("no token could be read from {}", path));
}

std::optional<Result<std::string>> desk_token(const Arguments& args) {
    if (args.has("--token")) return token_in(args.value("--token"));
    auto ours = token_in("desk-state/token");
    if (!ours) return std::nullopt;
    return ours;
}

}  // namespace assay::cli
