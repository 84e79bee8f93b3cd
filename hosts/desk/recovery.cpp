#include "hosts/desk/recovery.h"

#include <algorithm>
#include <fmt/format.h>

#include "hosts/desk/snapshots.h"
#include "hosts/fixnet/sequences.h"
#include "hosts/journal/reader.h"
#include "hosts/journal/segment.h"

namespace assay::desk {

namespace {

constexpr std::uint64_t kSettle = 1'000;
// Of a desk that died: rows of entries that had not got to the disk may have. So many short entries
// may wait to be written (journal::JournalLimits::waiting).
constexpr std::uint64_t kRowsAhead = 1'000'000;

Result<std::uint64_t> end_of(journal::Disk& disk, const std::string& folder) {
    auto reader = journal::Reader::open(disk, folder, UINT64_MAX);
    if (!reader) return std::unexpected(reader.error());
    for (;;) {
        auto entry = reader->next();
        if (!entry) return std::unexpected(entry.error());
        if (!*entry) return reader->next_seq() - 1;
    }
}

Result<std::uint64_t> first_of(journal::Disk& disk, const std::string& folder) {
    const auto files = journal::segments_in(disk, folder);
    if (!files) return std::unexpected(files.error());
    return files->empty() ? 1 : files->front().first;
}

// A journal without its end, or that was emptied, would lead to ids of orders that were given
// before, and to a desk that knows nothing of what is out.
Result<void> holds_all(Snapshots& snapshots, const Reached& reached, const std::string& folder,
                       const std::string& journal_folder) {
    const auto state = snapshots.furthest();
    if (!state) return std::unexpected(state.error());
    const bool told = reached.history != UINT64_MAX;
    const std::uint64_t rows = told ? reached.history : 0;
    const bool rows_ahead = reached.journal == 0 ? rows > 0 : rows > reached.journal + kRowsAhead;
    if (*state <= reached.journal && !rows_ahead) return {};
    return fail(fmt::format(
        "{} ends at entry {}, and {} up to entry {}: entries are missing. Without them ids of "
        "orders would be given a second time, and what is out would not be known. Put the files of "
        "the journal back from a backup. Or give them up: have the LPs cancel what is out, move "
        "state-*.bin and history.db* out of {}, and begin on another UTC day, as ClOrdIDs begin "
        "anew",
        journal_folder, reached.journal,
        *state > reached.journal ? "a state goes" : "history.db has rows",
        *state > reached.journal ? *state : rows, folder));
}

// Sessions of the journal by their numbers there.
class Named {
  public:
    struct Session {
        std::string name;
        std::uint32_t place{};
    };
    const Session& of(std::uint32_t number, const std::map<std::uint32_t, std::string>& names,
                      const SessionDesk& desk) {
        const auto name = names.find(number);
        if (name == names.end()) return unnamed_;
        auto& session = known_[number];
        if (session.name != name->second)
            session = {name->second, desk.session_named(name->second)};
        return session;
    }

  private:
    const Session unnamed_{"", SessionDesk::kApi};
    std::map<std::uint32_t, Session> known_;
};

}  // namespace

void apply(SessionDesk& desk, const journal::Entry& entry, std::uint32_t place,
           SessionOutput& out) {
    switch (entry.mark) {
        case journal::Mark::received:
        case journal::Mark::sent:
            desk.message(
                entry.at, place,
                entry.mark == journal::Mark::sent ? fix::Direction::sent : fix::Direction::received,
                entry.seq, entry.bytes, out);
            break;
        case journal::Mark::note:
            // Notes of a session are the session layer's own (hosts/fixnet).
            if (entry.session == 0)
                desk.note(entry.at, entry.bytes, out);
            else if (entry.bytes == fixnet::kResetNote || entry.bytes == fixnet::kLogonResetNote)
                desk.numbers_begin_anew(place, entry.bytes == fixnet::kLogonResetNote);
            break;
        case journal::Mark::own:
            break;
    }
}

Result<Recovered> recover(journal::Disk& disk, const std::string& folder,
                          const std::string& journal_folder, const SessionDeskConfig& config,
                          std::uint64_t config_version, const Sees& sees,
                          const std::function<void(const std::string& beside)>& begin,
                          Watcher* watcher, Reached reached) {
    Recovered r;
    if (reached.journal == 0) {
        auto end = end_of(disk, journal_folder);
        if (!end) return std::unexpected(end.error());
        reached.journal = *end;
    }
    // A state may not be ahead of what the journal holds, nor of the history: its rows behind it
    // come of the entries that are read anew.
    Snapshots snapshots(disk, folder);
    if (auto whole = holds_all(snapshots, reached, folder, journal_folder); !whole)
        return std::unexpected(whole.error());
    auto state = snapshots.newest(std::min(reached.journal, reached.history), r.remarks);
    if (state && !*state && reached.history < reached.journal) {
        auto first = first_of(disk, journal_folder);
        if (!first) return std::unexpected(first.error());
        if (*first > 1) {
            state = snapshots.newest(reached.journal, r.remarks);
            r.remarks.push_back(fmt::format(
                "the history holds rows up to entry {} and the journal begins at {}: rows of the "
                "entries up to the state are missing in it",
                reached.history, *first));
        } else if (reached.history == 0) {
            r.remarks.emplace_back(
                "the history holds no rows: the whole journal is read anew, and they come again");
        }
    }
    if (!state) return std::unexpected(state.error());
    if (*state && (*state)->config != config_version) {
        auto first = first_of(disk, journal_folder);
        if (!first) return std::unexpected(first.error());
        const std::string other = fmt::format(
            "the state up to entry {} was made under configuration {:016x}, this is {:016x}",
            (*state)->seq, (*state)->config, config_version);
        if (*first > 1)
            return fail(fmt::format(
                "{}, so the whole journal has to be read anew, and {} begins with entry {}: "
                "earlier "
                "files were pruned. Put them back, or the old configuration; or begin another "
                "state folder and take over what the LPs were like: assay journal import "
                "NEW/journal {} --desk desk.toml (orders that are open and kills are not taken "
                "over)",
                other, journal_folder, *first, journal_folder));
        r.remarks.push_back(other + ": the whole journal is read anew");
        state->reset();
    }
    const std::uint64_t run = *state ? (*state)->run : 0;
    r.desk = std::make_unique<SessionDesk>(config, run);
    if (*state) {
        r.from_state = (*state)->seq;
        r.beside = std::move((*state)->beside);
        if (auto loaded = r.desk->load((*state)->state); !loaded)
            return std::unexpected(
                Error(fmt::format("the state up to entry {} cannot be loaded: {}. Remove the "
                                  "state-*.bin files in {}: "
                                  "the desk then reads its whole journal",
                                  (*state)->seq, loaded.error().text(), folder)));
    }
    r.last_seq = r.from_state;
    if (begin) begin(r.beside);
    auto reader = journal::Reader::open(disk, journal_folder, r.from_state + 1);
    if (!reader) return std::unexpected(reader.error());
    journal::ReadAhead entries(std::move(*reader), sees);
    SessionOutput out;
    Input input;
    Named named;
    for (;;) {
        auto entry = entries.next();
        if (!entry) return std::unexpected(entry.error());
        if (!*entry) break;
        const journal::Entry& e = **entry;
        r.last_seq = e.seq;
        r.last_at = e.at;
        const Named::Session& session = named.of(e.session, entries.sessions(), *r.desk);
        out.clear();
        apply(*r.desk, e, session.place, out);
        ++r.replayed;
        if (watcher != nullptr) {
            input.at = e.at, input.seq = e.seq, input.session = e.session, input.mark = e.mark;
            input.bytes.assign(e.bytes);
            watcher->applied(input, session.place, out);
            if (r.replayed % kSettle == 0) watcher->settled(*r.desk);
        }
    }
    return r;
}

}  // namespace assay::desk
