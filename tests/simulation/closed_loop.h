// One seed's desk in one seed's world: LPs with habits of the zoo, parents with limits, people who
// cancel, kill, release and halt, restarts, and bytes that come twice or damaged. After every event
// what must always hold is asserted, against a ledger of the wire.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/desk/desk.h"
#include "core/score/draws.h"
#include "core/sim/world.h"
#include "tests/simulation/ledger.h"

namespace assay::simulation {

// What is changed about a world although nothing may come of it.
enum class Twist : std::uint8_t {
    none,
    lps_renamed,      // scores and choices know nothing of names
    clocks_wrong,     // an LP's clock is no measure of anything
    ends_early,       // what is yet to come changes nothing of what was
    lp_unused,        // nor does an LP that nothing may be sent to
    heard_otherwise,  // nor which symbol was heard first
};

class ClosedLoop {
  public:
    ClosedLoop(std::uint64_t seed, Twist twist = Twist::none);

    // The next event and what people do before it; false: it is over.
    bool step();
    // Steps until it is over or something failed; then the last assertions.
    void run();

    // A line for each message that left, in numbers: no names, ids or times of LPs.
    const std::vector<std::string>& trace() const { return trace_; }
    std::string save() const { return desk_->save(); }
    std::string priors() const { return to_bytes(desk_->priors()); }
    Nanos now() const { return world_->now(); }

    struct Seen {
        std::uint64_t events{}, sent{}, filled{}, overfills{}, busts{}, restarts{}, unknown{},
            refusals{}, kills{}, decisions{}, live{}, twice{}, shadows{}, resent{}, downs{},
            bettered{}, pages{}, midnights{};
        std::array<std::uint64_t, 5> steps{};  // decisions by route::Step
        void add(const Seen& o);
    };
    const Seen& seen() const { return seen_; }

  private:
    using Act = std::function<void(desk::Desk&, desk::Output&)>;

    double u() { return draws_.uniform(); }
    std::size_t below(std::size_t n) {
        return static_cast<std::size_t>(u() * static_cast<double>(n));
    }
    sim::WorldConfig draw_world(std::uint64_t seed, Twist twist);
    desk::DeskConfig draw_desk(Twist twist);
    void first_quotes(Twist twist);
    route::ParentOrder draw_order(const sim::Parent& parent);

    void act(const Act& what);
    void people();
    void person();
    void settle_one();
    void damaged(const sim::Step& step);
    void again(const sim::Step& step);
    void restart();
    void compare(const desk::Output& other);
    void hand_over();
    void check_send(const route::Intent& intent, const desk::Outgoing& o);
    void check_stops(const route::Intent& intent) const;
    void check_limits(const route::Intent& intent, const fix::Message& m);
    void check_decision(const route::Decision& d);
    void check_books();
    void check_end();
    void better(const fix::Record& record);
    void check_pages();
    void check_report();
    static std::string in_numbers(const desk::Outgoing& o, const fix::Message& m);
    void wake();

    std::uint64_t seed_{};
    score::Draws draws_;
    std::unique_ptr<sim::World> world_;
    desk::DeskConfig config_;
    std::uint64_t run_{1};
    std::unique_ptr<desk::Desk> desk_, shadow_;  // shadow: loaded, and told the same
    desk::Output out_;
    bool loses_{};  // the process dies before what it intends has left
    std::optional<Nanos> woken_;

    Ledger ledger_;
    std::map<std::uint64_t, route::ParentOrder> orders_;
    std::map<std::uint64_t, route::Choice> choices_;  // by decision
    std::map<std::int64_t, std::uint64_t> priors_of_day_;
    std::set<route::Scope> killed_, halted_;
    std::set<route::LpId> down_;                           // sessions
    std::map<std::uint32_t, std::vector<Nanos>> sent_at_;  // by LP
    std::vector<std::string> trace_;
    Seen seen_;
    fix::Message message_;
};

}  // namespace assay::simulation
