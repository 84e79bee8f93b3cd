#include "hosts/cli/simulated_day.h"

#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <memory>

#include "core/fix/encode.h"
#include "core/sim/spray.h"
#include "hosts/cli/iso_time.h"
#include "hosts/cli/json_writer.h"
#include "hosts/cli/numbers.h"

namespace assay {

namespace {

namespace fs = std::filesystem;
using cli::shortest;

// A file that remembers what it was given, and whether all of it went down.
class Written {
  public:
    Written(const std::string& folder, std::string name, std::string says)
        : path_((fs::path(folder) / name).string()), file_(std::fopen(path_.c_str(), "wb")) {
        about.name = std::move(name);
        about.says = std::move(says);
        if (!file_) error_ = errno;
    }
    void write(std::string_view text) {
        if (error_ != 0) return;
        if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size()) error_ = errno;
        about.bytes += text.size();
    }
    Result<void> close() {
        if (error_ == 0 && std::fflush(file_.get()) != 0) error_ = errno;
        file_.reset();
        if (error_ != 0) return fail(fmt::format("{}: {}", path_, std::strerror(error_)));
        return {};
    }
    bool good() const { return error_ == 0; }

    DayFile about;

  private:
    struct Close {
        void operator()(std::FILE* f) const { std::fclose(f); }
    };
    std::string path_;
    std::unique_ptr<std::FILE, Close> file_;
    int error_{};
};

Result<void> prepare_folder(const std::string& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) return fail(fmt::format("{}: {}", folder, error.message()));
    if (!fs::is_directory(folder, error))
        return fail(fmt::format("{}: is no folder; --out names the folder to write into", folder));
    const bool empty = fs::is_empty(folder, error);
    if (error) return fail(fmt::format("{}: {}", folder, error.message()));
    if (!empty)
        return fail(
            fmt::format("{}: is not empty; a simulated day goes into a folder of its own, "
                        "so that nothing is mixed or lost",
                        folder));
    return {};
}

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
void truth_rows(const sim::World& world, const sim::Parent& p, Written& out) {
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

std::string parent_row(const sim::Spray::Outcome& o, const sim::WorldConfig& config) {
    return fmt::format("{},{},{},{},{},{},{},{},{},{}\n", o.parent.number,
                       cli::iso_time(o.parent.at), config.market.symbols[o.parent.symbol],
                       text(o.parent.side), o.parent.lots, o.rounds, shortest(o.filled_lots),
                       shortest(o.swept_lots), shortest(o.shortfall_bps), cli::iso_time(o.done));
}

void sum_up(const std::vector<sim::Spray::Outcome>& outcomes, SimulatedDay& day) {
    for (const sim::Spray::Outcome& o : outcomes) {
        const double traded = o.filled_lots + o.swept_lots;
        day.lots += o.parent.lots;
        day.filled_lots += o.filled_lots;
        day.swept_lots += o.swept_lots;
        day.shortfall_bps += traded * o.shortfall_bps;
    }
    const double traded = day.filled_lots + day.swept_lots;
    if (traded > 0) day.shortfall_bps /= traded;
}

}  // namespace

Result<SimulatedDay> write_simulated_day(const sim::WorldConfig& config, std::uint64_t seed,
                                         const std::string& folder, const DayProgress& progress) {
    if (const auto ready = prepare_folder(folder); !ready) return std::unexpected(ready.error());
    std::vector<Written> logs;
    logs.emplace_back(folder, "market.log", "the market's quotes (W)");
    for (const sim::LpConfig& lp : config.lps)
        logs.emplace_back(folder, lp.name + ".log", "orders to " + lp.name + " and its reports");
    Written truth(folder, "truth.csv", "what each LP really was, at each parent");
    Written parents(folder, "parents.csv", "what became of each parent order");
    Written summary(folder, "truth.json", "what each LP really is, and what truly happened");
    truth.write(kTruthHead);
    parents.write(kParentsHead);

    sim::World world(config, seed);
    sim::Spray agent(world, {}, seed);
    SimulatedDay day;
    std::string line;
    bool good = true;
    while (const auto step = world.next()) {
        if (const auto* record = std::get_if<fix::Record>(&step->what)) {
            line.clear();
            fix::append_utc_timestamp(line, record->capture_ns, fix::Fraction::nanos);
            line += " : ";
            line += record->bytes;
            line += '\n';
            Written& log = logs[record->session];
            log.write(line);
            good = good && log.good();
            ++log.about.messages;
            ++day.messages;
            day.bytes += line.size();
            if (!good) break;
            if (day.messages % 4096 == 0 && progress)
                progress(as_seconds(world.now() - config.start) /
                             as_seconds(config.length + config.tail),
                         day.bytes, day.messages);
        } else if (const auto* parent = std::get_if<sim::Parent>(&step->what)) {
            truth_rows(world, *parent, truth);
        }
        agent.take(*step);
    }
    for (const auto& o : agent.outcomes()) parents.write(parent_row(o, config));
    summary.write(truth_json(world, seed));
    day.parents = world.parents();
    sum_up(agent.outcomes(), day);
    for (Written& log : logs) {
        if (const auto closed = log.close(); !closed) return std::unexpected(closed.error());
        day.logs.push_back(log.about);
    }
    for (Written* file : {&summary, &truth, &parents}) {
        if (const auto closed = file->close(); !closed) return std::unexpected(closed.error());
        day.truth.push_back(file->about);
    }
    return day;
}

}  // namespace assay
