// The server over a desk in memory, for tests that come from outside (tests/http/conformance.py):
// prints its address, and serves until its standard input ends.
#include <cstdio>
#include <unistd.h>

#include "hosts/http/api.h"
#include "hosts/http/doors.h"
#include "hosts/http/memory_backtests.h"
#include "hosts/http/memory_calibration.h"
#include "hosts/http/memory_desk.h"
#include "hosts/http/memory_reports.h"
#include "hosts/http/server.h"
#include "hosts/people/people_testkit.h"

int main() {
    using namespace assay::http;
    EventHub hub(1);
    Meters meters;
    MemoryDesk desk(&hub);
    Routes routes;
    add_api(routes, desk);
    MemoryCalibration calibration;
    add_calibration(routes, calibration);
    MemoryReports reports;
    add_reports(routes, reports);
    MemoryBacktests backtests;
    add_backtests(routes, backtests);
    add_probes(routes, desk, hub, meters);
    const assay::people::OwnFolder folder;
    auto audit = assay::people::Audit::open({folder.file("audit.jsonl"), folder.file("heads.txt")});
    if (!audit) return 1;
    Doors doors({}, nullptr, **audit);  // nobody signs in, and everybody may everything
    doors.add_routes(routes);
    routes.guard(doors.guard());
    routes.afterwards(doors.afterwards());
    ServerConfig config;
    config.log = [](std::string_view text) {
        std::fprintf(stderr, "%.*s\n", static_cast<int>(text.size()), text.data());
    };
    auto server = Server::open(config, std::move(routes), hub, meters);
    if (!server) {
        std::fprintf(stderr, "%s\n", server.error().text().c_str());
        return 1;
    }
    std::printf("%s\n", (*server)->url().c_str());
    std::fflush(stdout);
    char byte = 0;
    while (::read(STDIN_FILENO, &byte, 1) > 0) {
    }
    (*server)->stop();
    return 0;
}
