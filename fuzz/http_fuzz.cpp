// Any bytes as what a client sends over one connection: each request is read or refused, answered
// by the routes of the API, and every answer is one that may go out. However the bytes are cut, the
// same requests come out of them.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "hosts/http/api.h"
#include "hosts/http/memory_backtests.h"
#include "hosts/http/memory_calibration.h"
#include "hosts/http/memory_desk.h"
#include "hosts/http/memory_reports.h"
#include "hosts/http/request_reader.h"
#include "hosts/http/target.h"

namespace {

using namespace assay::http;

void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

std::vector<RequestReader::Read> requests_of(std::string_view bytes, std::size_t step) {
    RequestReader reader({});
    std::vector<RequestReader::Read> requests;
    while (!bytes.empty() && reader.state() != RequestReader::State::refused) {
        const std::string_view part = bytes.substr(0, step);
        bytes.remove_prefix(part.size());
        reader.feed(part);
        while (reader.state() == RequestReader::State::done) requests.push_back(reader.take());
    }
    if (reader.state() == RequestReader::State::refused)
        require(reader.problem().status >= 400 && !reader.problem().detail.empty(),
                "a refusal says why");
    return requests;
}

void check(const Reply& reply) {
    require(reply.status >= 200 && reply.status < 500, "no request is the server's fault");
    require(reply.status < 400 || reply.content_type == kProblemType, "an error is a problem");
    require(is_utf8(reply.body), "a body is UTF-8");
    for (const Pair& header : reply.headers)
        require(header.second.find_first_of("\r\n") == std::string::npos,
                "no header begins another one");
}

struct Site {
    Site() : desk(&hub) {
        add_api(routes, desk);
        add_calibration(routes, calibration);
        add_reports(routes, reports);
        add_backtests(routes, backtests);
        add_probes(routes, desk, hub, meters);
    }
    EventHub hub{1};
    Meters meters;
    MemoryDesk desk;
    MemoryCalibration calibration;
    MemoryReports reports;
    MemoryBacktests backtests;
    Routes routes;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto whole = requests_of(bytes, bytes.size() + 1), cut = requests_of(bytes, 7);
    require(whole.size() == cut.size(), "a cut changes no request");
    Site site;
    for (std::size_t i = 0; i < whole.size(); ++i) {
        require(whole[i].target == cut[i].target && whole[i].request.body == cut[i].request.body,
                "a cut changes nothing within a request");
        const Reply reply = site.routes.answer(whole[i].request, whole[i].target);
        check(reply);
        if (reply.stream) site.hub.leave(site.hub.join(*reply.stream));
    }
    // Without the frame of HTTP, so that what is behind it is reached by every input.
    (void)parse_target(bytes);
    const std::size_t line = std::min(bytes.find('\n'), bytes.size());
    Request request;
    request.method = "POST";
    request.headers = {{"content-type", "application/json"}};
    request.body = bytes.substr(std::min(line + 1, bytes.size()));
    for (const char* path : {"/api/v1/parents", "/api/v1/kill", "/api/v1/release"})
        check(site.routes.answer(request, path));
    request.method = "GET";
    check(site.routes.answer(request, bytes.substr(0, line)));
    return 0;
}
