// The text views of an event, for whoever must keep an event longer than the bytes it came from.
#pragma once

#include <string_view>

#include "core/event/event.h"

namespace assay {

// Calls f(std::string_view&) for every view of `what`.
template <class F>
void each_view(Happening& what, F f) {
    std::visit(
        [&](auto& m) {
            using M = std::remove_cvref_t<decltype(m)>;
            if constexpr (requires { m.ref; }) {
                f(m.ref.cl_ord_id);
                f(m.ref.orig_cl_ord_id);
                f(m.ref.order_id);
            }
            if constexpr (requires { m.execution; }) {
                f(m.execution.exec_id);
                f(m.execution.last_mkt);
            }
            if constexpr (requires { m.exec_ref_id; }) f(m.exec_ref_id);
            if constexpr (requires { m.exec_id; }) f(m.exec_id);
            if constexpr (requires { m.text; }) f(m.text);
            static_assert(sizeof(M) > 0);
        },
        what);
}

}  // namespace assay
