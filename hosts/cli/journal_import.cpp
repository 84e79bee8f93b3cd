#include "hosts/cli/journal_import.h"

#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <unistd.h>

#include "hosts/cli/dead_letters.h"
#include "hosts/cli/feed.h"
#include "hosts/cli/iso_time.h"
#include "hosts/cli/merge.h"
#include "hosts/cli/progress.h"
#include "hosts/cli/sniff.h"
#include "hosts/cli/source.h"
#include "hosts/cli/terminal.h"
#include "hosts/fixnet/sequences.h"
#include "hosts/journal/journal.h"

namespace assay {
namespace {

using journal::Journal;
using journal::Mark;
using journal::Reader;

// When the last entry of the journal was captured.
Result<std::optional<Nanos>> end_of(const std::string& folder) {
    const auto disk = journal::posix_disk();
    const auto files = journal::segments_in(*disk, folder);
    if (!files) return std::unexpected(files.error());
    std::optional<Nanos> end;
    if (files->empty()) return end;
    auto reader = Reader::open(*disk, folder, files->back().first);
    if (!reader) return std::unexpected(reader.error());
    for (;;) {
        const auto entry = reader->next();
        if (!entry) return std::unexpected(entry.error());
        if (!*entry) return end;
        if ((*entry)->mark != Mark::note) end = std::max(end.value_or((*entry)->at), (*entry)->at);
    }
}

struct Inputs {
    DeadLetters dead{""};
    std::vector<std::unique_ptr<Feed>> feeds;
    std::uint64_t bytes{};  // of all, where it is known
};

Result<void> open_all(Inputs& in, std::span<const std::string> names, const Settings& settings,
                      std::vector<std::string>& remarks) {
    const InputFiles files = list_inputs(names);
    for (const Unreadable& u : files.unreadable) remarks.push_back(u.path + ": " + u.why);
    for (const std::string& path : files.files) {
        auto source = open_source(path);
        if (!source) {
            remarks.push_back(source.error().text());
            continue;
        }
        const auto front = (*source)->peek(kSniffBytes);
        if (!front || sniff(*front).kind != InputKind::fix_log) {
            remarks.push_back(
                fmt::format("{}: not used: {}", path,
                            front ? "it is no FIX log" : front.error().text().c_str()));
            continue;
        }
        in.bytes += (*source)->size_hint().value_or(0);
        const auto file = static_cast<std::uint32_t>(in.feeds.size());
        in.feeds.push_back(open_fix_feed(std::move(*source), file, settings, in.dead));
    }
    if (!in.feeds.empty()) return {};
    std::string text = "nothing to import: no FIX log among what was named";
    for (const std::string& remark : remarks) text += "\n  " + remark;
    return fail(text);
}

// On the wire fields end with SOH, whatever a log made of it.
std::string_view as_on_the_wire(const Record& r, std::string& scratch) {
    if (r.message->delimiter == '\x01') return r.bytes;
    scratch.assign(r.bytes);
    std::replace(scratch.begin(), scratch.end(), r.message->delimiter, '\x01');
    return scratch;
}

// Where a message is filed; nothing: nowhere.
struct Place {
    std::string session;
    Mark mark{Mark::received};
};
std::optional<Place> place_of(const fix::Message& m, std::span<const ImportSession> sessions) {
    if (sessions.empty()) return Place{fmt::format("{} {}", m.sender_comp_id, m.target_comp_id)};
    for (const ImportSession& s : sessions) {
        if (m.sender_comp_id == s.ours && m.target_comp_id == s.theirs)
            return Place{s.name, Mark::sent};
        if (m.sender_comp_id == s.theirs && m.target_comp_id == s.ours)
            return Place{s.name, Mark::received};
    }
    return std::nullopt;
}

}  // namespace

Result<Imported> import_logs(const std::string& folder, std::span<const std::string> inputs,
                             const Settings& settings, std::span<const ImportSession> sessions) {
    Imported out;
    Inputs in;
    if (auto opened = open_all(in, inputs, settings, out.remarks); !opened)
        return std::unexpected(opened.error());
    const auto end = end_of(folder);
    if (!end) return std::unexpected(end.error());
    std::optional<journal::TornEnd> torn;
    auto to = Journal::open(journal::posix_disk(), folder, {}, &torn);
    if (!to) return std::unexpected(to.error());
    if (torn)
        out.remarks.push_back(fmt::format("{}: {} bytes of a write that was cut short were cut off",
                                          torn->path, torn->bytes));
    Journal& journal = **to;
    out.first = journal.health().next_seq;

    MergeQueue queue;
    for (std::uint32_t i = 0; i < in.feeds.size(); ++i) {
        Merged m{in.feeds[i].get(), i};
        if (!m.feed->next()) continue;
        m.step();
        queue.push(m);
    }
    cli::ProgressBar bar(STDERR_FILENO, cli::terminal_of(STDERR_FILENO), in.bytes, "importing");
    std::string scratch;
    Nanos last_at;
    while (!queue.empty()) {
        Merged m = queue.top();
        queue.pop();
        const Record& r = m.feed->record();
        if (*end && m.key < **end)
            return fail(fmt::format(
                "{}: its last message was captured at {}, and those to import begin at {}. Import "
                "older logs into a journal of their own, before the first live day",
                folder, cli::iso_time(**end), cli::iso_time(m.key)));
        if (r.is_message && !r.readable) ++out.dead;
        if (r.is_message && r.readable) {
            if (const auto place = place_of(*r.message, sessions)) {
                const auto seq = journal.append(m.key, journal.session(place->session), place->mark,
                                                as_on_the_wire(r, scratch));
                if (!seq) return std::unexpected(seq.error());
                out.last = *seq;
                last_at = m.key;
                ++out.messages;
            } else {
                ++out.left_out;
            }
        }
        std::uint64_t read = 0;
        if (out.messages % 1'024 == 0) {
            for (const auto& feed : in.feeds) read += feed->raw_bytes_read();
            bar.update(read, out.messages);
        }
        if (!m.feed->next()) continue;
        m.step();
        queue.push(m);
    }
    bar.erase();
    out.dead += in.dead.count();
    if (out.messages == 0)
        return fail(out.left_out == 0
                        ? std::string("nothing to import: no message could be read")
                        : fmt::format("nothing to import: none of {} messages is of a session of "
                                      "the desk",
                                      out.left_out));
    // What the other system counted is not what these sessions go on from.
    for (const ImportSession& s : sessions)
        for (const std::string_view note : {fixnet::kResetNote, fixnet::kEndNote}) {
            const auto seq = journal.append(last_at, journal.session(s.name), Mark::note, note);
            if (!seq) return std::unexpected(seq.error());
            out.last = *seq;
        }
    if (auto done = journal.wait(out.last, Journal::When::urgent); !done)
        return std::unexpected(done.error());
    return out;
}

}  // namespace assay
