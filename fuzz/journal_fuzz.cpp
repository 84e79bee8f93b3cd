// Any bytes as a file of a journal: what can be read is given in order and writes the same bytes
// again, what cannot is told with its place, and reading ahead gives what reading gives.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "fuzz/one_file.h"
#include "hosts/journal/read_ahead.h"
#include "hosts/journal/reader.h"

namespace {

using namespace assay;
using namespace assay::journal;

constexpr const char* kName = "journal-000000000001-20260302.fix";

void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    OneFile disk(kName, bytes);
    auto reader = Reader::open(disk, "journal");
    auto again = Reader::open(disk, "journal");
    require(reader.has_value() && again.has_value(), "a journal of one file is opened");
    ReadAhead ahead(std::move(*again));
    std::uint64_t expected = 1;
    for (;;) {
        const auto entry = reader->next();
        const auto same = ahead.next();
        require(entry.has_value() == same.has_value(), "reading ahead ends where reading does");
        if (!entry) {
            require(entry.error().text() == same.error().text(), "the same error");
            require(entry.error().text().find("journal") != std::string::npos, "it names the file");
            break;
        }
        require(entry->has_value() == same->has_value(), "the same end");
        if (!*entry) break;
        require((*entry)->seq == expected++, "numbers follow each other");
        require((*entry)->bytes == (*same)->bytes && (*entry)->at == (*same)->at, "the same entry");
        std::string line;
        write_entry(**entry, line);
        require(bytes.substr(reader->offset(), line.size()) == line, "the same line again");
    }
    return 0;
}
