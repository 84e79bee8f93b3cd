// Any bytes as a file with a state of the desk: it is passed over in words, or it is what its sum
// says; and as the state itself, which a desk refuses and stays as it was, or takes and gives
// again.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <vector>

#include "core/desk/session_desk.h"
#include "core/fix/record.h"
#include "fuzz/one_file.h"
#include "hosts/desk/snapshots.h"

namespace {

using namespace assay;
using namespace assay::desk;

void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

void read_file(std::string_view bytes) {
    OneFile disk("state-00000000000000000007.bin", bytes);
    Snapshots states(disk, "desk");
    std::vector<std::string> passed;
    const auto state = states.newest(UINT64_MAX, passed);
    require(state.has_value(), "a file that cannot be read is no error");
    require(state->has_value() == passed.empty(), "what is passed over is said");
    if (*state) require((*state)->state.size() <= bytes.size(), "a state is part of its file");
}

SessionDeskConfig small() {
    SessionDeskConfig config;
    config.desk.router.lps = {"LP_A", "LP_B"};
    config.desk.our_comp_id = "DESK";
    config.sessions = {{"OMS", Role::oms, {}, {}}, {"LP_A", Role::lp, {}, "LP_A"}};
    return config;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    read_file(bytes);
    // With a sum that is right, so that what is behind it is reached.
    read_file(fmt::format("assay state 1|run=1|seq=7|config=0|length={}|beside=0|crc32c={:08x}\n{}",
                          size, fix::crc32c(bytes), bytes));
    SessionDesk desk(small(), 1);
    const std::string before = desk.save();
    const auto load = [&](std::string_view state) {
        if (desk.load(state))
            require(!desk.save().empty(), "a state that was taken is given again");
        else
            require(desk.save() == before, "a state that was refused changed nothing");
    };
    load(bytes);
    // A state that was saved, with some of its bytes changed: three of ours for each.
    std::string changed = before;
    for (std::size_t i = 0; i + 3 <= size && i < 24; i += 3)
        changed[(data[i] | data[i + 1] << 8) % changed.size()] ^= static_cast<char>(data[i + 2]);
    load(changed);
    return 0;
}
