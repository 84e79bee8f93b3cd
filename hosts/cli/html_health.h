// Ingest health as a panel of the page.
#pragma once

#include <string>

#include "core/kernel/health.h"

namespace assay::cli {

std::string html_health(const Health& health);

}  // namespace assay::cli
