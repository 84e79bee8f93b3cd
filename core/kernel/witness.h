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
    // What time alone brought, such as a time-out.
    virtual void happened(Nanos, std::string_view) {}
    // What is told next is of the order, not of one of its fills.
    virtual void of_order() {}
    // What follows changes estimates: "what the order came to is counted", and the like.
    virtual void step(std::string_view) {}
    virtual void quote(std::string_view role, Nanos at, const Bbo& quote) = 0;
    // `inputs`: the formula with its numbers filled in; without a unit, why there is no result.
    virtual void metric(std::string_view name, std::string_view formula, std::string inputs,
                        double result, std::string_view unit) = 0;
    // `before` is no number where nothing was believed.
    virtual void changed(std::string_view estimate, double before, double after,
                         std::string_view unit) = 0;
};

}  // namespace assay
