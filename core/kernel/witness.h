// Who watches one order for `assay explain`: told what the kernel saw, used and changed.
#pragma once

#include <string>
#include <string_view>

#include "core/event/event.h"
#include "core/market/bbo.h"

namespace assay {

class Witness {
  public:
    virtual ~Witness() = default;
    // Is this the order that is asked about?
    virtual bool wants(const OrderRef& ref) const = 0;
    // Every order message is told, whichever order it is of.
    virtual bool looks_at_everything() const { return false; }
    virtual void message(const Event& e, std::string_view outcome) = 0;
    virtual void quote(std::string_view role, Nanos at, const Bbo& quote) = 0;
    // `inputs`: the formula with its numbers filled in.
    virtual void metric(std::string_view name, std::string_view formula, std::string inputs,
                        double result, std::string_view unit) = 0;
    virtual void changed(std::string_view estimate, double before, double after,
                         std::string_view unit) = 0;
};

}  // namespace assay
