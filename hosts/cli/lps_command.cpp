// assay lps.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <thread>

#include "hosts/cli/commands.h"
#include "hosts/cli/complain.h"
#include "hosts/cli/did_you_mean.h"
#include "hosts/cli/duration_text.h"
#include "hosts/cli/json_writer.h"
#include "hosts/cli/lps_toml.h"
#include "hosts/cli/scenario_toml.h"
#include "hosts/cli/stop_signals.h"
#include "hosts/cli/write_file.h"
#include "hosts/lps/live_lps.h"

namespace assay::cli {
namespace {

constexpr double kMostSpeed = 1'000;

struct Asked {
    std::unique_ptr<sim::Street> street;
    lps::Options options;
    std::string fix{"FIX.4.4"}, ports;
    std::optional<Duration> how_long;
};

Result<void> read_options(const Arguments& args, Asked& a) {
    const std::string fix = args.value("--fix", "4.4");
    if (fix == "4.2") a.options.version = lps::Version::fix42;
    if (fix == "5.0SP2") a.options.version = lps::Version::fix50sp2;
    if (fix != "4.2" && fix != "4.4" && fix != "5.0SP2")
        return fail(fmt::format("--fix: \"{}\" is none of 4.2, 4.4, 5.0SP2", fix));
    a.fix = fix == "5.0SP2" ? "FIXT.1.1" : "FIX." + fix;
    const auto port = args.whole("--port-base", 0, 0, 65'535);
    if (!port) return std::unexpected(port.error());
    a.options.port_base = static_cast<std::uint16_t>(*port);
    if (args.has("--speed")) {
        const std::string text = args.value("--speed");
        const Decimal speed = parse_decimal(text, 9, kMaxPriceNano);
        a.options.speed = speed ? static_cast<double>(speed.scaled) * 1e-9 : 0;
        if (!(a.options.speed >= 0.001 && a.options.speed <= kMostSpeed))
            return fail(
                fmt::format("--speed: \"{}\" is no number from 0.001 to {}; 2 is twice "
                            "as fast as the clock",
                            text, kMostSpeed));
    }
    if (args.has("--for")) {
        a.how_long = parse_duration(args.value("--for"));
        if (!a.how_long)
            return fail(
                fmt::format("--for: \"{}\" is no time such as 30s, 5m or 2h", args.value("--for")));
    }
    a.options.journal = args.value("--journal");
    a.ports = args.value("--ports");
    return {};
}

// Of each symbol, where no file says otherwise: orders with a participation cap go on.
constexpr double kTradesPerSecond = 2;

// A world that goes on as long as somebody runs it.
Result<std::unique_ptr<sim::Street>> street_of(const Arguments& args, Nanos now) {
    constexpr Duration kLong{90 * kDay.ns};
    const auto seed = args.whole("--seed", 1, 0, UINT64_MAX);
    if (!seed) return std::unexpected(seed.error());
    sim::WorldConfig world;
    world.market.trades_per_second = kTradesPerSecond;
    if (args.has("--config")) {
        const std::string name = args.value("--config");
        auto file = name == "acme"
                        ? TomlFile::parse("examples/acme.toml", std::string(acme_scenario()))
                        : TomlFile::read(name);
        if (!file) return std::unexpected(file.error());
        if (looks_like_scenario(*file)) {
            for (const char* option : {"--seed", "--symbols"})
                if (args.has(option))
                    return fail(fmt::format("{}: in a scenario nothing is drawn", option));
            auto script = read_scenario(*file);
            if (!script) return std::unexpected(script.error());
            return sim::scripted_street(*script, now);
        }
        auto config = read_lps(*file);
        if (!config) return std::unexpected(config.error());
        world = std::move(*config);
        const TomlNode* market = file->root().find("market");
        if (market == nullptr || market->find("trades_per_second") == nullptr)
            world.market.trades_per_second = kTradesPerSecond;
    }
    const auto symbols = args.whole("--symbols", 1, 1, 1'000);
    if (!symbols) return std::unexpected(symbols.error());
    for (std::uint64_t i = 2; i <= *symbols; ++i)
        world.market.symbols.push_back(fmt::format("SIM{:03}", i));
    world.start = now;
    world.length = kLong;
    return sim::drawn_street(std::move(world), *seed);
}

std::string ports_json(const lps::LiveLps& live, const std::string& fix, const std::string& us) {
    JsonWriter j;
    j.begin_object();
    j.member("host", "127.0.0.1");
    j.member("begin_string", fix);
    j.member("us", us);
    for (const bool market : {true, false}) {
        if (!market) {
            j.key("lps");
            j.begin_array();
        } else {
            j.key("market");
        }
        for (const lps::Place& p : live.places()) {
            if (p.market != market) continue;
            j.begin_object();
            j.member("comp_id", p.name);
            j.member("port", p.port);
            j.end_object();
        }
        if (!market) j.end_array();
    }
    j.end_object();
    return j.text() + "\n";
}

}  // namespace

int lps(const Arguments& args) {
    if (!args.positional.empty())
        return complain(fmt::format("lps takes options only, and was given \"{}\"; the file is "
                                    "named by --config",
                                    args.positional.front()),
                        kUsage);
    Asked a;
    if (const auto ok = read_options(args, a); !ok) return complain(ok.error().text(), kUsage);
    const Nanos now{std::chrono::duration_cast<std::chrono::nanoseconds>(
                        std::chrono::system_clock::now().time_since_epoch())
                        .count()};
    auto street = street_of(args, now);
    if (!street) return complain(street.error().text(), kUsage);
    const std::string us = (*street)->us();
    auto live = lps::LiveLps::open(std::move(*street), now, a.options,
                                   [](std::string_view line) { fmt::print(stderr, "{}\n", line); });
    if (!live) return complain(live.error().text(), kNothingDone);
    listen_for_stop();
    if (!a.ports.empty())
        if (const auto ok = write_file(a.ports, ports_json(**live, a.fix, us)); !ok)
            return complain("--ports: " + ok.error().text());
    for (const assay::lps::Place& p : (*live)->places())
        fmt::print("{:<12} 127.0.0.1:{:<5}  {} {} <- {}{}\n", p.name, p.port, a.fix, p.name, us,
                   p.market ? "  (quotes)" : "");
    std::fflush(stdout);

    std::jthread timer;
    if (a.how_long)
        timer = std::jthread(
            [until = std::chrono::steady_clock::now() +
                     std::chrono::nanoseconds(a.how_long->ns)](const std::stop_token& token) {
                while (!token.stop_requested() && std::chrono::steady_clock::now() < until)
                    std::this_thread::sleep_for(std::chrono::milliseconds(20));
                stop_asked = true;
            });
    (*live)->run(stop_asked);
    const auto c = (*live)->counts();
    fmt::print(
        stderr, "{} quotes; {} orders, {} cancels, {} replaces, {} status requests; {} reports{}\n",
        c.quotes, c.orders, c.cancels, c.replaces, c.status_requests, c.reports,
        c.unsent == 0 ? std::string() : fmt::format(", {} unsent: nobody was logged on", c.unsent));
    return kDone;
}

}  // namespace assay::cli
