// Whether anything goes to an LP, as the API shows it.
#pragma once

#include "core/route/router.h"
#include "hosts/http/source.h"

namespace assay::desk {

// Of an LpView that which the gate and the breakers say. On the desk's thread.
http::LpView gate_view(const route::Router& router, route::LpId lp, Nanos now);

}  // namespace assay::desk
