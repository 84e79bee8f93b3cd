// The console's files, as tools/console builds them to console/dist: they are part of the program.
//
//     routes.otherwise(page_of);
//
// Where they were not built there is one page that says how. Whoever asks for a page by an address
// of the console's own (/orders/17) gets its index; they are for everyone, since the page itself
// asks who it is that looks at it.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "hosts/http/exchange.h"

namespace assay::http {

struct PageFile {
    std::string_view path;  // "/assets/index-4f1c.js"
    std::string_view type, sha256, bytes;
    std::string_view gzipped;  // empty: it is hardly smaller
};

// Written by CMake, by path.
std::span<const PageFile> console_files();

// Nothing where there is no such file and no browser asks for a page.
std::optional<Reply> page_of(const Request& request);

}  // namespace assay::http
