// The tables of a history, and the way from an older version to this one.
#pragma once

#include "core/units/result.h"
#include "hosts/history/database.h"

namespace assay::history {

// Makes the tables where there are none. Errors: it is another program's, of a newer version, or
// damaged.
Result<void> make_tables(Database& db);
// The same without making any.
Result<void> check_tables(Database& db);

}  // namespace assay::history
