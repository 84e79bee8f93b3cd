// assay oms.
#include <charconv>
#include <chrono>
#include <cstdio>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/units/decimal.h"
#include "hosts/cli/commands.h"
#include "hosts/cli/complain.h"
#include "hosts/cli/duration_text.h"
#include "hosts/cli/numbers.h"
#include "hosts/cli/stop_signals.h"
#include "hosts/oms/live_oms.h"

namespace assay::cli {
namespace {

using Json = nlohmann::json;

// The order of the story, of a size that LPs of the simulator can take within a minute: it asks for
// the profile of the story by itself. Not for its policy: for so many lots the leakage that is
// learnt from drawn LPs is dear, and a probe without the split would wait.
constexpr std::string_view kAcmeSymbol = "ACME";
constexpr std::string_view kAcmeParameters =
    "policy=split;profile=acme;min_child=500;max_child=6000;round=10000;"
    "round_gap=2s;urgency=0.9;window=3m;at_the_end=sweep";

struct Asked {
    oms::Options oms;
    std::optional<Duration> how_long;
};

Result<double> number_of(const Arguments& args, std::string_view option, const char* otherwise,
                         double least, double most, std::string_view what) {
    const std::string text = args.value(option, otherwise);
    const Decimal d = parse_decimal(text, 9, kMaxPriceNano);
    const double x = d ? static_cast<double>(d.scaled) * 1e-9 : -1;
    if (!(x >= least && x <= most))
        return fail(fmt::format("{}: \"{}\" is no {}", option, text, what));
    return x;
}

Result<Qty> qty_of(std::string_view option, std::string_view text) {
    std::uint64_t n = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error != std::errc{} || end != text.data() + text.size() || n < 1 || n > 1'000'000'000)
        return fail(fmt::format("{}: \"{}\" is no whole number of shares from 1 to 1,000,000,000",
                                option, text));
    return Qty{static_cast<std::int64_t>(n) * 1'000'000};
}

// Where the desk listens for OMSs, as `assay desk --ports` writes it.
Result<std::uint16_t> port_in(const std::string& path, const std::string& session) {
    std::ifstream file(path);
    if (!file) return fail(fmt::format("--ports {}: it cannot be read", path));
    const Json j = Json::parse(file, nullptr, false);
    if (!j.is_object() || !j.contains("sessions") || !j["sessions"].is_object())
        return fail(fmt::format("--ports {}: it is no file of `assay desk --ports`", path));
    const Json& sessions = j["sessions"];
    if (const auto it = sessions.find(session); it != sessions.end() && it->is_number_unsigned())
        return it->get<std::uint16_t>();
    std::string names;
    for (const auto& [name, port] : sessions.items())
        names += fmt::format("{}{}", names.empty() ? "" : ", ", name);
    return fail(fmt::format("--ports {}: the desk has no session {}; it accepts {}", path, session,
                            names.empty() ? "none" : names));
}

Result<oms::FlowConfig> flow_of(const Arguments& args, double rate) {
    oms::FlowConfig flow;
    flow.per_minute = rate;
    const auto seed = args.whole("--seed", 1, 0, UINT64_MAX);
    if (!seed) return std::unexpected(seed.error());
    flow.seed = *seed;
    if (args.has("--symbols")) {
        flow.symbols.clear();
        std::string text = args.value("--symbols") + ",";
        for (std::size_t at = 0, end; (end = text.find(',', at)) != std::string::npos; at = end + 1)
            flow.symbols.push_back(text.substr(at, end - at));
        for (const std::string& symbol : flow.symbols)
            if (symbol.empty() || symbol.size() > 64)
                return fail(fmt::format("--symbols: \"{}\" is no list such as ACME,SIM002",
                                        args.value("--symbols")));
    }
    if (args.has("--sizes")) {
        const std::string text = args.value("--sizes");
        const std::size_t dash = text.find('-');
        const auto least = qty_of("--sizes", std::string_view(text).substr(0, dash));
        if (!least) return std::unexpected(least.error());
        const auto most = dash == std::string::npos
                              ? least
                              : qty_of("--sizes", std::string_view(text).substr(dash + 1));
        if (!most) return std::unexpected(most.error());
        if (*most < *least)
            return fail(fmt::format("--sizes: \"{}\" ends below where it begins", text));
        flow.least = *least;
        flow.most = *most;
        // Sizes are whole lots, and both ends can come.
        if (flow.least.micro % flow.lot.micro != 0 || flow.most.micro % flow.lot.micro != 0)
            return fail(fmt::format("--sizes: \"{}\" is not in whole lots of 100 shares", text));
    }
    const auto cancels = number_of(args, "--cancels", "0.05", 0, 1, "share from 0 to 1"),
               replaces = number_of(args, "--replaces", "0.05", 0, 1, "share from 0 to 1");
    if (!cancels) return std::unexpected(cancels.error());
    if (!replaces) return std::unexpected(replaces.error());
    if (*cancels + *replaces > 1)
        return fail("--cancels and --replaces are shares of the same orders: together at most 1");
    flow.cancel_share = *cancels;
    flow.replace_share = *replaces;
    return flow;
}

Result<Asked> asked(const Arguments& args) {
    Asked a;
    oms::Options& o = a.oms;
    o.host = args.value("--host", "127.0.0.1");
    o.sender = args.value("--sender", "OMS");
    o.target = args.value("--target", "DESK");
    const std::string fix = args.value("--fix", "4.4");
    if (fix == "5.0SP2") {
        o.begin_string = "FIXT.1.1";
        o.appl_ver = "9";
    } else if (fix == "4.2" || fix == "4.4") {
        o.begin_string = "FIX." + fix;
    } else {
        return fail(fmt::format("--fix: \"{}\" is none of 4.2, 4.4, 5.0SP2", fix));
    }
    if (args.has("--port") == args.has("--ports"))
        return fail(args.has("--port") ? "--port and --ports say the same: give one of them"
                                       : "where does the desk listen for OMSs? Give --port N, or "
                                         "--ports FILE as `assay desk --ports FILE` writes it");
    if (args.has("--port")) {
        const auto port = args.whole("--port", 0, 1, 65'535);
        if (!port) return std::unexpected(port.error());
        o.port = static_cast<std::uint16_t>(*port);
    } else {
        const auto port = port_in(args.value("--ports"), args.value("--session", "OMS"));
        if (!port) return std::unexpected(port.error());
        o.port = *port;
    }
    const auto rate =
        number_of(args, "--rate", "20", 0, 60'000, "number of orders a minute from 0 to 60000");
    if (!rate) return std::unexpected(rate.error());
    auto flow = flow_of(args, *rate);
    if (!flow) return std::unexpected(flow.error());
    if (*rate > 0) o.flow = std::move(*flow);
    const auto most = args.whole("--parents", UINT64_MAX, 0, UINT64_MAX);
    if (!most) return std::unexpected(most.error());
    o.most = *most;
    if (args.has("--acme") || args.has("--acme-qty")) {
        const auto qty = qty_of("--acme-qty", args.value("--acme-qty", "50000"));
        if (!qty) return std::unexpected(qty.error());
        o.first = oms::OrderBook::Wish{std::string(kAcmeSymbol), Side::sell, *qty,
                                       args.value("--acme-how", std::string(kAcmeParameters))};
    }
    if (!o.first && !o.flow) return fail("--rate 0 without --acme: there is nothing to send");
    if (args.has("--for")) {
        a.how_long = parse_duration(args.value("--for"));
        if (!a.how_long)
            return fail(
                fmt::format("--for: \"{}\" is no time such as 30s, 5m or 2h", args.value("--for")));
    }
    return a;
}

void print_counts(const oms::LiveOms& live) {
    const oms::Counts c = live.counts();
    const auto n = [](std::uint64_t x) { return grouped(static_cast<std::int64_t>(x)); };
    fmt::print("parents   {} sent, {} acknowledged, {} rejected{}\n", n(c.sent), n(c.acknowledged),
               n(c.rejected),
               live.last_reject().empty() ? "" : fmt::format(" (last: {})", live.last_reject()));
    fmt::print("ended     {} filled, {} canceled, {} expired; {} open\n", n(c.filled),
               n(c.canceled), n(c.expired), n(c.open()));
    fmt::print("fills     {} of {} shares{}\n", n(c.fills), grouped(as_double(c.filled_qty)),
               c.busts == 0 ? "" : fmt::format(", {} busted", n(c.busts)));
    fmt::print("changes   {} cancels and {} replaces asked for, {} replaced, {} refused\n",
               n(c.cancels), n(c.replaces), n(c.replaced), n(c.refused));
    if (c.unknown > 0)
        fmt::print("unknown   {} reports of orders that are not ours\n", n(c.unknown));
    if (live.unsent() > 0)
        fmt::print("unsent    {} messages: nobody was logged on\n", n(live.unsent()));
}

}  // namespace

int oms(const Arguments& args) {
    auto a = asked(args);
    if (!a) return complain(a.error().text(), kUsage);
    auto live =
        oms::LiveOms::open(a->oms, [](std::string_view line) { fmt::print(stderr, "{}\n", line); });
    if (!live) return complain(live.error().text(), kNothingDone);
    listen_for_stop();
    std::jthread timer;
    if (a->how_long)
        timer = std::jthread(
            [until = std::chrono::steady_clock::now() +
                     std::chrono::nanoseconds(a->how_long->ns)](const std::stop_token& token) {
                while (!token.stop_requested() && std::chrono::steady_clock::now() < until)
                    std::this_thread::sleep_for(std::chrono::milliseconds(20));
                stop_asked = true;
            });
    (*live)->run(stop_asked);
    if ((*live)->counts().sent == 0)
        return complain(fmt::format("nothing was sent: no desk took the session {} -> {} at {}:{}",
                                    a->oms.sender, a->oms.target, a->oms.host, a->oms.port),
                        kNothingDone);
    print_counts(**live);
    return kDone;
}

}  // namespace assay::cli
