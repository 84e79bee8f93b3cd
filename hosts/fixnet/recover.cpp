#include "hosts/fixnet/recover.h"

#include <algorithm>
#include <map>

#include "hosts/journal/reader.h"

namespace assay::fixnet {

Result<std::vector<Recovered>> recovered_from(journal::Disk& disk, const std::string& folder,
                                              const std::vector<SessionSpec>& specs,
                                              std::uint64_t lost) {
    auto reader = journal::Reader::open(disk, folder);
    if (!reader) return std::unexpected(reader.error());
    std::map<std::string, Sequences, std::less<>> by_name;
    for (const SessionSpec& s : specs) by_name.try_emplace(s.name, s.kept);
    for (;;) {
        const auto next = reader->next();
        if (!next) return std::unexpected(next.error());
        if (!*next) break;
        const journal::Entry& e = **next;
        const auto name = reader->sessions().find(e.session);
        if (name == reader->sessions().end()) continue;
        const auto at = by_name.find(name->second);
        if (at == by_name.end()) continue;
        if (e.mark == journal::Mark::note)
            at->second.note(e.at, e.bytes);
        else
            at->second.message(e.at, e.mark == journal::Mark::sent, e.bytes);
    }
    std::vector<Recovered> recovered;
    for (const SessionSpec& s : specs) recovered.push_back(by_name.at(s.name).recovered(lost));
    return recovered;
}

}  // namespace assay::fixnet
