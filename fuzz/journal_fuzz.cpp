// Any bytes as a file of a journal: what can be read is given in order and writes the same bytes
// again, what cannot is told with its place, and reading ahead gives what reading gives.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

// One file, which is only read.
class OneFile : public Disk {
  public:
    explicit OneFile(std::string_view bytes) : bytes_(bytes) {}
    Result<std::vector<std::string>> list(const std::string&) override {
        return std::vector<std::string>{kName};
    }
    Result<std::unique_ptr<GrowingFile>> append(const std::string&) override {
        return fail("it is only read");
    }
    Result<std::size_t> read(const std::string&, std::uint64_t offset, std::size_t most,
                             std::string& into) override {
        const std::string_view rest =
            bytes_.substr(std::min<std::uint64_t>(offset, bytes_.size()), most);
        into += rest;
        return rest.size();
    }
    Result<std::uint64_t> size(const std::string&) override { return bytes_.size(); }
    Result<void> cut(const std::string&, std::uint64_t) override { return fail("it is only read"); }
    Result<void> remove(const std::string&) override { return fail("it is only read"); }

  private:
    std::string_view bytes_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    OneFile disk(bytes);
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
