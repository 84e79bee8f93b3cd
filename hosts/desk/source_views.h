// Rows of the history as the API shows them.
#pragma once

#include "hosts/history/rows.h"
#include "hosts/http/source.h"

namespace assay::desk {

http::ExecutionView execution_view(const history::ExecutionRow& e);

}  // namespace assay::desk
