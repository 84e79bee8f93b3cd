// make_day MESSAGES FILE [SEED]: writes a generated day; "-" is standard output.
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <string>

#include "bench/day.h"

int main(int argc, char** argv) {
    using namespace assay::bench;
    if (argc < 3) {
        fmt::print(stderr, "make_day MESSAGES FILE [SEED]\n");
        return 2;
    }
    DayOptions options;
    options.messages = std::strtoull(argv[1], nullptr, 10);
    if (argc > 3) options.seed = std::strtoull(argv[3], nullptr, 10);
    std::FILE* file = std::string_view(argv[2]) == "-" ? stdout : std::fopen(argv[2], "wb");
    if (options.messages == 0 || file == nullptr) {
        fmt::print(stderr, "make_day: {} messages to {}: nothing can be written\n", argv[1],
                   argv[2]);
        return 1;
    }
    bool written = true;
    const DayCounts c = make_day(options, [&](std::string_view line) {
        written = written && std::fwrite(line.data(), 1, line.size(), file) == line.size();
    });
    written = std::fclose(file) == 0 && written;
    if (!written) {
        fmt::print(stderr, "make_day: {} could not be written to its end\n", argv[2]);
        return 1;
    }
    const double n = static_cast<double>(c.messages);
    fmt::print(
        stderr,
        "{} messages of {:.1f} bytes, {} bytes in all; seed {}\n"
        "{} orders, {} acks, {} fills, {} rejects, {} cancels, {} cancel requests, {} cancel "
        "rejects, {} quotes; {} shares filled\n",
        c.messages, static_cast<double>(c.message_bytes) / n, c.bytes, options.seed, c.orders,
        c.acks, c.fills, c.rejects, c.cancels, c.cancel_requests, c.cancel_rejects, c.quotes,
        c.filled_qty);
    return 0;
}
