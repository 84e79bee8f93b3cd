// What was sent and what came of it, as an observer of the wire counts it: from the FIX bytes
// alone. It shares nothing with the router, whose books are held against it.
#pragma once

#include <map>
#include <set>
#include <string>

#include "core/fix/message.h"
#include "core/units/nanos.h"
#include "core/units/price.h"
#include "core/units/qty.h"
#include "core/units/side.h"

namespace assay::simulation {

class Ledger {
  public:
    struct Child {
        std::uint64_t parent{};
        std::uint32_t lp{};
        Qty qty;
        Price price;
        bool over{};     // the LP said so, or it filled all of it
        Qty stated;      // the most that it said, at the end, to have filled
        Qty gross, net;  // filled: taken back or not; and without what was taken back
        bool busted{};
        std::map<std::string, Qty> fills;  // by ExecID; 0: taken back

        Qty filled() const { return net; }
        // What may still be filled.
        Qty outstanding() const;
    };

    // A NewOrderSingle for a parent; false: its ClOrdID was used before.
    bool sent(const fix::Message& m, std::uint64_t parent, std::uint32_t lp);
    // Something an LP said; the child that has filled too much by it, else nullptr.
    const Child* heard(const fix::Message& m);
    // Two people found that nothing more was filled.
    void settled(const std::string& cl_ord_id);

    const std::map<std::string, Child>& children() const { return children_; }
    Qty filled(std::uint64_t parent) const;
    Qty outstanding(std::uint64_t parent) const;
    Qty filled() const;

  private:
    std::map<std::string, Child> children_;  // by ClOrdID
};

}  // namespace assay::simulation
