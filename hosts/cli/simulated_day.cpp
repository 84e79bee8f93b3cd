#include "hosts/cli/simulated_day.h"

#include <cmath>
#include <fmt/format.h>

#include "core/fix/encode.h"
#include "core/sim/spray.h"
#include "core/sim/trading.h"
#include "hosts/cli/decisions_file.h"
#include "hosts/cli/iso_time.h"
#include "hosts/cli/json_writer.h"
#include "hosts/cli/numbers.h"
#include "hosts/cli/written_file.h"

namespace assay {

namespace {

using cli::shortest;

const char* name_of(sim::LastLook look) {
    return look == sim::LastLook::none        ? "none"
           : look == sim::LastLook::one_sided ? "one_sided"
                                              : "symmetric";
}
const char* name_of(sim::LeakModel model) {
    return model == sim::LeakModel::linear    ? "linear"
           : model == sim::LeakModel::concave ? "concave"
                                              : "on_fills";
}

void nature_json(cli::JsonWriter& j, const sim::Nature& n) {
    j.begin_object();
    j.member("zero_share", n.zero_share);
    j.member("mean_lots", n.mean_lots);
    j.member("latency_ms", n.latency_ms);
    j.member("latency_log_sd", n.latency_log_sd);
    j.member("reject_share", n.reject_share);
    j.member("last_look", name_of(n.last_look));
    j.member("last_look_bps", n.last_look_bps);
    j.member("improvement", n.improvement);
    j.member("improvement_sd", n.improvement_sd);
    j.member("leak_bps_per_lot", n.leak_bps);
    j.end_object();
}

void counts_json(cli::JsonWriter& j, const sim::Dealer::Counts& c) {
    j.begin_object();
    j.member("orders", c.orders);
    j.member("lots_ordered", c.lots_ordered);
    j.member("acks", c.acks);
    j.member("rejects", c.rejects);
    j.member("last_looks", c.last_looks);
    j.member("empty", c.empty);
    j.member("fills", c.fills);
    j.member("lots_filled", c.lots_filled);
    j.member("cancels", c.cancels);
    j.member("cancel_rejects", c.cancel_rejects);
    j.member("unanswered", c.unanswered);
    j.member("overfills", c.overfills);
    j.member("late", c.late);
    j.member("out_of_order", c.disordered);
    j.member("busts", c.busts);
    j.member("duplicate_exec_ids", c.duplicates);
    j.member("reused_exec_ids", c.reused);
    j.end_object();
}

std::string truth_json(const sim::World& world, std::uint64_t seed) {
    const sim::WorldConfig& config = world.config();
    cli::JsonWriter j;
    j.begin_object();
    j.member("version", 1);
    j.member("seed", seed);
    j.member("start", cli::iso_time(config.start));
    j.member("hours", as_seconds(config.length) / 3600);
    j.member("parents", world.parents());
    j.member("leakage", name_of(config.leakage.model));
    j.member("capacity_correlation", config.capacity_correlation);
    j.key("lps");
    j.begin_array();
    for (std::uint32_t i = 0; i < config.lps.size(); ++i) {
        j.begin_object();
        j.member("lp", config.lps[i].name);
        j.key("nature");
        nature_json(j, config.lps[i].nature);
        j.member("at_the_end_in_the_place_of", config.lps[world.whose(i)].name);
        j.key("happened");
        counts_json(j, world.counts(i));
        j.end_object();
    }
    j.end_array();
    j.end_object();
    return j.text() + "\n";
}

constexpr std::string_view kTruthHead =
    "parent,time,symbol,regime,lp,in_the_place_of,order_lots,p_reject,p_zero,mean_lots,"
    "expected_fill_lots,latency_ms,cost_bps,leak_bps_per_lot\n";

// What each LP would be to its share of a parent, when that arrives.
void truth_rows(const sim::World& world, const sim::Parent& p, WrittenFile& out) {
    const sim::WorldConfig& config = world.config();
    const double lots = std::ceil(p.lots / static_cast<double>(config.lps.size()));
    for (std::uint32_t i = 0; i < config.lps.size(); ++i) {
        const sim::LpTruth t = world.truth(i, p.symbol, lots);
        out.write(fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", p.number,
                              cli::iso_time(p.at), config.market.symbols[p.symbol], text(t.regime),
                              config.lps[i].name, config.lps[world.whose(i)].name, shortest(lots),
                              shortest(t.rejected), shortest(t.nature.zero_share),
                              shortest(t.nature.mean_lots), shortest(t.expected_fill()),
                              shortest(t.latency_ms()), shortest(t.cost_bps()),
                              shortest(t.nature.leak_bps)));
    }
}

constexpr std::string_view kParentsHead =
    "parent,arrived,symbol,way,lots,rounds,filled_by_lps,swept,shortfall_bps,done\n";

struct Worked {
    sim::Parent parent;
    std::uint32_t rounds{};
    double filled_lots{}, swept_lots{}, shortfall_bps{};
    Nanos done;
};

std::string parent_row(const Worked& o, const sim::WorldConfig& config) {
    return fmt::format("{},{},{},{},{},{},{},{},{},{}\n", o.parent.number,
                       cli::iso_time(o.parent.at), config.market.symbols[o.parent.symbol],
                       text(o.parent.side), o.parent.lots, o.rounds, shortest(o.filled_lots),
                       shortest(o.swept_lots), shortest(o.shortfall_bps), cli::iso_time(o.done));
}

// The files of a day while they are written.
class DayFiles {
  public:
    DayFiles(const sim::WorldConfig& config, const std::string& folder, const DayProgress& progress)
        : config_(config),
          progress_(progress),
          truth_(folder, "truth.csv", "what each LP really was, at each parent"),
          parents_(folder, "parents.csv", "what became of each parent order"),
          summary_(folder, "truth.json", "what each LP really is, and what truly happened") {
        logs_.emplace_back(folder, "market.log", "the market's quotes (W)");
        for (const sim::LpConfig& lp : config.lps)
            logs_.emplace_back(folder, lp.name + ".log",
                               "orders to " + lp.name + " and its reports");
        truth_.write(kTruthHead);
        parents_.write(kParentsHead);
    }

    // Before anybody acts upon it. False: nothing more can be written.
    bool see(const sim::World& world, const sim::Step& step) {
        if (const auto* parent = std::get_if<sim::Parent>(&step.what)) {
            truth_rows(world, *parent, truth_);
            return true;
        }
        const auto* record = std::get_if<fix::Record>(&step.what);
        if (record == nullptr) return true;
        line_.clear();
        fix::append_utc_timestamp(line_, record->capture_ns, fix::Fraction::nanos);
        line_ += " : ";
        line_ += record->bytes;
        line_ += '\n';
        WrittenFile& log = logs_[record->session];
        log.write(line_);
        ++log.about.messages;
        ++day_.messages;
        day_.bytes += line_.size();
        if (day_.messages % 4096 == 0 && progress_)
            progress_(
                as_seconds(world.now() - config_.start) / as_seconds(config_.length + config_.tail),
                day_.bytes, day_.messages);
        return log.good();
    }

    void worked(const Worked& o) {
        parents_.write(parent_row(o, config_));
        const double traded = o.filled_lots + o.swept_lots;
        day_.lots += o.parent.lots;
        day_.filled_lots += o.filled_lots;
        day_.swept_lots += o.swept_lots;
        day_.shortfall_bps += traded * o.shortfall_bps;
    }

    Result<SimulatedDay> finish(const sim::World& world, std::uint64_t seed) {
        summary_.write(truth_json(world, seed));
        day_.parents = world.parents();
        const double traded = day_.filled_lots + day_.swept_lots;
        if (traded > 0) day_.shortfall_bps /= traded;
        for (WrittenFile& log : logs_) {
            if (const auto closed = log.close(); !closed) return std::unexpected(closed.error());
            day_.logs.push_back(log.about);
        }
        for (WrittenFile* file : {&summary_, &truth_, &parents_}) {
            if (const auto closed = file->close(); !closed) return std::unexpected(closed.error());
            day_.truth.push_back(file->about);
        }
        return std::move(day_);
    }

  private:
    const sim::WorldConfig& config_;
    const DayProgress& progress_;
    std::vector<WrittenFile> logs_;
    WrittenFile truth_, parents_, summary_;
    SimulatedDay day_;
    std::string line_;
};

void trade_with_spray(sim::World& world, std::uint64_t seed, DayFiles& files) {
    sim::Spray agent(world, {}, seed);
    while (const auto step = world.next()) {
        if (!files.see(world, *step)) break;
        agent.take(*step);
    }
    for (const sim::Spray::Outcome& o : agent.outcomes())
        files.worked({o.parent, o.rounds, o.filled_lots, o.swept_lots, o.shortfall_bps, o.done});
}

}  // namespace

Result<SimulatedDay> write_simulated_day(const sim::WorldConfig& config, std::uint64_t seed,
                                         const std::string& folder, const DayProgress& progress) {
    if (const auto ready = prepare_folder(folder); !ready) return std::unexpected(ready.error());
    DayFiles files(config, folder, progress);
    sim::World world(config, seed);
    trade_with_spray(world, seed, files);
    return files.finish(world, seed);
}

sim::TradingConfig trading_of(const sim::WorldConfig& world, const DayTrade& trade) {
    sim::TradingConfig config;
    config.world = world;
    config.desk = sim::desk_for(world, trade.profile);
    config.desk.router.explore = trade.explore;
    config.orders.policy = trade.policy;
    config.orders.profile = trade.profile;
    return config;
}

Result<SimulatedDay> write_traded_day(const sim::WorldConfig& config, const DayTrade& trade,
                                      std::uint64_t seed, const std::string& folder,
                                      const DayProgress& progress) {
    if (const auto ready = prepare_folder(folder); !ready) return std::unexpected(ready.error());
    const std::string name(kDecisionsName);
    auto decisions = DecisionsWriter::create(folder + "/" + name);
    if (!decisions) return std::unexpected(decisions.error());
    DayFiles files(config, folder, progress);
    sim::Trading trading(trading_of(config, trade), seed);
    bool good = true;
    trading.watch([&](const sim::Step& step) { good = files.see(trading.world(), step); });
    std::size_t written = 0;
    const auto lots = [&](double n) {
        return Qty{std::llround(n * static_cast<double>(config.market.lot.micro))};
    };
    while (good && trading.step()) {
        const route::Outputs& out = trading.output().routed;
        for (const route::ParentReport& r : out.reports)
            if (r.type == route::ReportType::accepted)
                decisions->parent(trading.desk().router().parent(r.parent)->order);
        decisions->routed(out);
        for (; written < trading.parents().size(); ++written) {
            const sim::TradedParent& p = trading.parents()[written];
            files.worked(
                {{p.number, p.arrived, p.symbol, p.side, static_cast<std::uint32_t>(p.lots)},
                 p.rounds,
                 p.filled_lots,
                 p.swept_lots,
                 p.shortfall_bps,
                 p.done});
            const bool any = p.filled_lots + p.swept_lots > 0;
            decisions->ended(
                {p.number + 1, p.done, p.state, lots(p.filled_lots), lots(p.swept_lots),
                 any ? std::optional(p.shortfall_bps) : std::nullopt, p.vwap_slippage_bps});
        }
    }
    if (const auto closed = decisions->close(); !closed) return std::unexpected(closed.error());
    auto day = files.finish(trading.world(), seed);
    if (day)
        day->decisions =
            DayFile{name, "what the router decided, and what came of it", 0, decisions->bytes()};
    return day;
}

}  // namespace assay
