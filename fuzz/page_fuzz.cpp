// Any bytes as a page of the board: it is refused, or it is sound, gives the same bytes again, and
// whatever a router asks of it stays within it. The checksum is made right, too, so that what is
// behind it is reached.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "core/score/board.h"
#include "core/score/page.h"
#include "core/units/archive.h"

namespace {

using namespace assay;
using namespace assay::score;

void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

void read_all(const Page& page) {
    for (unsigned size = 0; size < 256; ++size)
        for (const Regime regime : {Regime::calm, Regime::normal, Regime::stressed}) {
            const auto rows = page.ranked(static_cast<std::uint8_t>(size), regime);
            require(rows.size() == (size < kPageSizes ? page.lps.size() : 0), "a row for each LP");
            for (const PageRow& row : rows) {
                require(row.lp < page.lps.size(), "an LP of the page");
                require(text(row.gate)[0] != '\0', "a gate has a name");
                for (std::size_t v = 0; v < kPageValues; ++v)
                    if (const auto x = row.value(static_cast<PageValue>(v)))
                        require(std::isfinite(*x), "a value is a number");
                page.tail(row.lp, {estimate::TifClass::fok, estimate::LimitClass::at});
            }
        }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (const auto page = page_from_bytes(bytes)) {
        require(to_bytes(*page) == bytes, "the same bytes again");
        read_all(*page);
    }
    Page page;
    Loader in(bytes.substr(bytes.size() < 8 ? 0 : 8));
    in(page);
    if (!in.ok()) return 0;
    page.schema = Page::kSchema;
    page.checksum = page.sum();
    Board board(1);
    if (board.publish(page) != Acceptance::accepted) return 0;
    read_all(*board.find(page.profile_hash, page.symbol));
    const auto again = page_from_bytes(to_bytes(page));
    require(again && *again == page, "what was accepted is read again");
    return 0;
}
