#include "hosts/desk/footings.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace assay::desk {

namespace {

constexpr std::array<std::string_view, 5> kStepsDown = {"live", "last_good", "static_table",
                                                        "equal", "hold"};

}  // namespace

const char* name_of(route::Step step) {
    return kStepsDown[static_cast<std::size_t>(step)].data();
}

void Footings::applied(const Input&, std::uint32_t, const SessionOutput& out) {
    for (const route::Decision& d : out.desk.routed.decisions) {
        last_ = {d.inputs.profile, d.inputs.symbol, name_of(d.choice.step), d.inputs.at};
        by_profile_and_symbol_[{d.inputs.profile, d.inputs.symbol}] = *last_;
    }
}

void Footings::settled(SessionDesk& desk) {
    if (by_profile_and_symbol_.size() <= kMost) return;
    std::vector<http::FootingView> kept = at_work(desk.desk().router());
    by_profile_and_symbol_.clear();
    for (http::FootingView& f : kept) {
        auto key = std::pair(f.profile, f.symbol);
        by_profile_and_symbol_.emplace(std::move(key), std::move(f));
    }
}

std::vector<http::FootingView> Footings::at_work(const route::Router& router) const {
    std::set<std::pair<std::string, std::string>> wanted;
    for (const std::uint64_t id : router.unfinished())
        if (const route::Parent* p = router.parent(id))
            wanted.emplace(p->order.profile, p->order.symbol);
    std::vector<http::FootingView> found;
    for (const auto& key : wanted)
        if (const auto it = by_profile_and_symbol_.find(key); it != by_profile_and_symbol_.end())
            found.push_back(it->second);
    return found;
}

std::optional<http::FootingView> lowest(const std::vector<http::FootingView>& at_work,
                                        const std::optional<http::FootingView>& last) {
    const auto height = [](const http::FootingView& f) {
        return std::ranges::find(kStepsDown, f.step) - kStepsDown.begin();
    };
    const auto it = std::ranges::max_element(at_work, {}, height);
    return it == at_work.end() ? last : std::optional(*it);
}

}  // namespace assay::desk
