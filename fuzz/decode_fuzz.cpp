// Any bytes through framing, parsing, decoding and the session stage: nothing is read outside of a
// message, every message ends in exactly one way, and saved state goes on as it was.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/fix/frame.h"
#include "core/fix/session.h"
#include "fuzz/fix_repair.h"

namespace {

using namespace assay;
using namespace assay::fix;

void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

// Absent views are null; all others lie within the message.
void require_inside(std::string_view view, std::string_view bytes) {
    if (view.data() == nullptr) return;
    const std::less_equal<const char*> before;
    require(before(bytes.data(), view.data()) &&
                before(view.data() + view.size(), bytes.data() + bytes.size()),
            "a field lies within its message");
}

void look_at(const Message& m, const ParseError& error) {
    for (const std::string_view view : {m.begin_string,
                                        m.msg_type,
                                        m.sender_comp_id,
                                        m.target_comp_id,
                                        m.sender_sub_id,
                                        m.target_sub_id,
                                        m.on_behalf_of_comp_id,
                                        m.deliver_to_comp_id,
                                        m.appl_ver_id,
                                        m.cl_ord_id,
                                        m.orig_cl_ord_id,
                                        m.order_id,
                                        m.exec_id,
                                        m.exec_ref_id,
                                        m.symbol,
                                        m.security_id,
                                        m.security_id_source,
                                        m.quote_id,
                                        m.ex_destination,
                                        m.security_exchange,
                                        m.last_mkt,
                                        m.text,
                                        m.currency,
                                        m.ref_msg_type,
                                        m.business_reject_ref_id,
                                        m.parties,
                                        m.md_entries}) {
        require_inside(view, m.bytes);
    }
    require(error.offset <= m.bytes.size(), "an error lies within the message");
    if (error) return;
    require(m.has(8) && m.has(35) && m.has(49) && m.has(56) && m.has(34) && m.has(52),
            "the header is whole");
    require_inside(party_with_role(m, 1), m.bytes);
    MdEntryReader reader(m);
    MdEntry entry;
    std::uint32_t entries = 0;
    while (reader.next(entry)) ++entries;
    const bool counted = reader.bad() || entries == m.md_entry_count || m.msg_type.size() != 1 ||
                         (m.msg_type != "W" && m.msg_type != "X");
    require(counted, "as many entries as counted");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    std::string_view window(reinterpret_cast<const char*>(bytes), size);
    const Parties parties{.lp_of = {{"LP_DC", "LP_A"}}, .ours = {"SOR"}, .drop_copies = {"LP_DC"}};
    Framer framer({.strictness = Strictness::lenient});
    SessionStage stage(parties);
    std::vector<Event> events;
    std::uint64_t messages = 0;
    for (;;) {
        const Step step = framer.step(window, Input::last);
        window.remove_prefix(step.consumed);
        if (step.kind == Step::Kind::need_more) break;
        if (step.kind != Step::Kind::frame) continue;
        const Frame& frame = framer.frame();
        const std::vector<char> own(frame.bytes.begin(), frame.bytes.end());  // ASan sees its end
        Message m;
        const ParseError error = parse({own.data(), own.size()}, frame.delimiter, m);
        look_at(m, error);
        const Capture capture{.at = m.sending_time, .place = frame.place, .clock = size % 2 == 0};
        events.clear();
        ++messages;
        if (error) {
            stage.take_dead(capture, m);
        } else {
            stage.take(capture, m, events);
        }
        for (const Event& event : events) require(!event.symbol.empty(), "an event has a symbol");
        require(stage.counts().read() == messages, "every message ends in one way");
    }
    std::string blob, again;
    stage.save(blob);
    SessionStage loaded(parties);
    require(loaded.load(blob).has_value(), "what was saved can be loaded");
    loaded.save(again);
    require(blob == again, "and is the same");
    SessionStage damaged(parties);
    (void)damaged.load({reinterpret_cast<const char*>(bytes), size});
    return 0;
}

#ifdef ASSAY_LIBFUZZER
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* bytes, std::size_t size, std::size_t most);

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* bytes, std::size_t size,
                                               std::size_t most, unsigned int) {
    const std::size_t mutated = LLVMFuzzerMutate(bytes, size, most);
    const std::string repaired =
        assay::fuzz::repair_fix({reinterpret_cast<const char*>(bytes), mutated});
    if (repaired.size() > most) return mutated;
    std::memcpy(bytes, repaired.data(), repaired.size());
    return repaired.size();
}
#endif
