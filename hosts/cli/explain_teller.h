// Writes down what the kernel tells of one order, for `assay explain`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/kernel/witness.h"
#include "hosts/cli/explain_output.h"

namespace assay::cli {

// Which fill a quote or a metric is told of: that of the message at hand, or by its horizon.
// A fill that was corrected is told anew under a name of its own: "X51 as corrected by message 4".
class FillAtHand {
  public:
    void filled(Nanos at, std::string_view exec_id);
    void corrected(std::string_view exec_ref_id, std::string_view exec_id, std::size_t message);
    void gone(std::string_view exec_id);  // busted: no horizon of it comes any more
    // What the fill is told under by now; the ExecID itself where it was not seen.
    std::string name_of(std::string_view exec_id) const;
    void other_message() { now_.clear(); }
    // A quote `due` at a horizon after a fill; of fills at one instant each has its turn.
    void quote(std::string_view role, Nanos due);
    const std::string& exec_id() const { return now_; }  // empty: of no fill

  private:
    struct One {
        Nanos at;
        std::string name;
        std::vector<std::string> exec_ids;  // its own, and those of its corrections
        std::size_t next{};                 // horizon; some are left out for want of a quote
        bool is(std::string_view exec_id) const;
    };
    std::vector<One> fills_;
    std::string now_;
};

// "filled 10,000 at 99.99, ExecID E7"
std::string in_words(const Happening& what);
bool from_us(const Happening& what);

class Teller final : public Witness {
  public:
    // A ClOrdID or an OrderID.
    explicit Teller(std::string id) : id_(std::move(id)) {}
    bool wants(const OrderRef& ref) const override {
        return ref.cl_ord_id == id_ || ref.orig_cl_ord_id == id_ || ref.order_id == id_;
    }
    void message(const Event& e, std::string_view outcome) override;
    void happened(Nanos at, std::string_view what) override;
    void of_order() override { fill_.other_message(); }
    void step(std::string_view what) override;
    void quote(std::string_view role, Nanos at, const Bbo& q) override;
    void metric(std::string_view name, std::string_view formula, std::string inputs, double result,
                std::string_view unit) override;
    void changed(std::string_view estimate, double before, double after,
                 std::string_view unit) override;

    Explanation explanation;
    std::vector<Place> places;  // of its messages
    std::string symbol;         // of its NewOrderSingle
    std::uint32_t session{};
    std::string cl_ord_id;  // of its NewOrderSingle

  private:
    void note_fills(const Event& e, std::string_view outcome);

    std::string id_;
    bool first_{true};
    FillAtHand fill_;
    std::vector<std::string> replaces_;  // ClOrdIDs that we asked to replace it by
    std::string step_;
};

}  // namespace assay::cli
