// The style sheet and the few lines of script of the page; no file or font from elsewhere.
#pragma once

#include <string_view>

namespace assay::cli {

std::string_view html_style();
std::string_view html_script();

}  // namespace assay::cli
