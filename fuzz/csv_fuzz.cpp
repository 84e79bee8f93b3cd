// Any bytes as a table of quotes, a table of fills and a gzip: rows are read or dead, bytes add up,
// and nothing depends on how the bytes come in.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "hosts/cli/fills_csv.h"
#include "hosts/cli/quotes_csv.h"
#include "hosts/cli/sniff.h"
#include "hosts/cli/source.h"

namespace {

void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

bool adds_up(const assay::CsvReader& csv) {
    const assay::CsvBytes& n = csv.byte_counts();
    return n.rows + n.between + n.dead == csv.source().bytes_read();
}

void read_quotes(assay::Source& source) {
    assay::QuotesCsv quotes(source, 0);
    if (!quotes.open()) return;
    assay::Event event;
    assay::CsvStep step;
    while ((step = quotes.next(event)) == assay::CsvStep::row || step == assay::CsvStep::bad)
        if (step == assay::CsvStep::bad)
            require(!quotes.csv().dead().reason.empty(), "bad says why");
    require(adds_up(quotes.csv()), "bytes of quotes add up");
}

void read_fills(const std::string& bytes) {
    const std::unique_ptr<assay::Source> source = assay::memory_source("fills", bytes);
    assay::FillsCsv fills(*source, 0, 0, assay::AssumeSide::infer);
    std::uint64_t dead = 0;
    if (!fills.load([&](const assay::DeadRow&) { ++dead; })) return;
    require(dead == fills.counts().dead, "each dead row is told once");
    assay::Event event;
    assay::Nanos last{INT64_MIN};
    while (fills.next(event)) {
        require(last <= event.at, "events come in time order");
        last = event.at;
    }
    require(adds_up(fills.csv()), "bytes of fills add up");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    (void)assay::sniff(bytes);
    const std::unique_ptr<assay::Source> plain = assay::memory_source("quotes", bytes);
    read_quotes(*plain);
    read_fills(bytes);
    auto unpacked = assay::unpacked(assay::memory_source("quotes.gz", bytes));
    if (unpacked) read_quotes(**unpacked);
    return 0;
}
