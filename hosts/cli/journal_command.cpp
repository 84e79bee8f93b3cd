// assay journal verify, tail, export, prune, import.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <limits>
#include <optional>
#include <thread>
#include <unistd.h>

#include "core/fix/delimiter.h"
#include "core/fix/secrets.h"
#include "hosts/cli/commands.h"
#include "hosts/cli/complain.h"
#include "hosts/cli/csv_time.h"
#include "hosts/cli/iso_time.h"
#include "hosts/cli/journal_import.h"
#include "hosts/cli/numbers.h"
#include "hosts/cli/progress.h"
#include "hosts/cli/terminal.h"
#include "hosts/cli/text_table.h"
#include "hosts/desk/desk_toml.h"
#include "hosts/desk/snapshots.h"
#include "hosts/journal/disk.h"
#include "hosts/journal/journal.h"
#include "hosts/journal/reader.h"

namespace assay::cli {
namespace {

using journal::Disk;
using journal::Entry;
using journal::Mark;
using journal::Reader;
using journal::Segment;

Result<std::string> folder_of(const Arguments& args) {
    if (args.positional.empty())
        return fail("which journal? Its folder is missing: assay journal ... FOLDER");
    const std::string& folder = args.positional.front();
    if (::access(folder.c_str(), R_OK) != 0)
        return fail(fmt::format("{}: there is no such folder, or it may not be read", folder));
    return folder;
}

Result<std::vector<Segment>> files_of(Disk& disk, const std::string& folder) {
    auto files = journal::segments_in(disk, folder);
    if (files && files->empty())
        return fail(
            fmt::format("{}: it holds no journal: no file of it is called "
                        "journal-...-YYYYMMDD.fix",
                        folder));
    return files;
}

Result<Nanos> time_of(std::string_view option, const Arguments& args, Nanos otherwise) {
    if (!args.has(option)) return otherwise;
    const std::string text = args.value(option);
    CsvTime reader;
    Nanos at;
    if (reader.parse(text, at) || reader.parse(text + " 00:00:00", at)) return at;
    return fail(fmt::format("{}: \"{}\" is no time; give it as 2026-03-02 or 2026-03-02T14:30:00Z",
                            option, text));
}

// As people read it: SOH as |, control characters visible, passwords hidden.
std::string shown(const Terminal& t, const Reader& reader, const Entry& e) {
    std::string bytes = fix::mask_secrets(e.bytes, '\x01');
    for (char& c : bytes)
        if (c == '\x01') c = '|';
    const auto session = reader.sessions().find(e.session);
    return fmt::format("{} {} {} {} {}\n", iso_time(e.at), e.seq, static_cast<char>(e.mark),
                       session == reader.sessions().end() ? "-" : printable(t, session->second),
                       printable(t, bytes));
}

// A message whose passwords were replaced has another length and sum: it says those.
std::string without_secrets(std::string_view message) {
    std::string masked = fix::mask_secrets(message, '\x01');
    if (masked == message) return masked;
    const std::size_t length = masked.find(
                          "\x01"
                          "9="),
                      sum = masked.rfind(
                          "\x01"
                          "10=");
    const std::size_t body = length == std::string::npos ? length : masked.find('\x01', length + 1);
    if (body == std::string::npos || sum == std::string::npos || sum < body) return masked;
    std::string out = masked.substr(0, length + 1) + fmt::format("9={}", sum - body) +
                      masked.substr(body, sum - body + 1);
    return out + fmt::format("10={:03}\x01", fix::checksum(out, '\x01'));
}

struct Checked {
    std::uint64_t entries{}, bytes{}, messages{};
    Nanos first{kNever}, last{kNever};
};

std::string table_of(const std::vector<Segment>& files, const std::vector<Checked>& checked,
                     Disk& disk, const std::string& folder, const Terminal& t) {
    TextTable table;
    table.columns = {{"", "file", Align::left},
                     {"", "entries"},
                     {"", "bytes"},
                     {"", "from", Align::left},
                     {"", "to", Align::left}};
    const auto second = [](Nanos at) {
        return known(at) ? iso_time({floor_div(at.ns, kSecond.ns) * kSecond.ns}) : "-";
    };
    for (std::size_t i = 0; i < checked.size(); ++i) {
        const Checked& c = checked[i];
        const auto size = disk.size(folder + "/" + files[i].name);
        const std::string texts[] = {
            files[i].name,
            grouped(static_cast<std::int64_t>(c.entries)),
            grouped(static_cast<std::int64_t>(size.value_or(0))),
            second(c.first),
            second(c.last),
        };
        for (std::size_t k = 0; k < table.columns.size(); ++k)
            table.columns[k].cells.push_back({texts[k]});
    }
    return text_of(table, t);
}

std::uint64_t bytes_of(Disk& disk, const std::string& folder, const std::vector<Segment>& files) {
    std::uint64_t sum = 0;
    for (const Segment& s : files) sum += disk.size(folder + "/" + s.name).value_or(0);
    return sum;
}

}  // namespace

int journal_verify(const Arguments& args) {
    const auto folder = folder_of(args);
    if (!folder) return complain(folder.error().text(), kUsage);
    const auto disk = journal::posix_disk();
    const auto files = files_of(*disk, *folder);
    if (!files) return complain(files.error().text());
    auto reader = Reader::open(*disk, *folder, files->front().first);
    if (!reader) return complain(reader.error().text());
    std::vector<Checked> checked(files->size());
    ProgressBar bar(STDERR_FILENO, terminal_of(STDERR_FILENO), bytes_of(*disk, *folder, *files),
                    "verifying");
    std::uint64_t bytes = 0, entries = 0;
    std::string damage;
    for (;;) {
        const auto entry = reader->next();
        if (!entry) damage = entry.error().text();
        if (!entry || !*entry) break;
        const Entry& e = **entry;
        std::size_t file = 0;
        while (file + 1 < files->size() && (*files)[file + 1].first <= e.seq) ++file;
        Checked& c = checked[file];
        ++c.entries;
        if (!known(c.first) || e.at < c.first) c.first = e.at;
        if (!known(c.last) || e.at > c.last) c.last = e.at;
        bar.update(bytes += e.bytes.size(), ++entries);
    }
    bar.erase();
    const Terminal t = terminal_of(STDOUT_FILENO);
    fmt::print("{}", table_of(*files, checked, *disk, *folder, t));
    if (!damage.empty()) return complain(damage);
    fmt::print("{} entries, {} to {}: each is whole and in its place.\n",
               grouped(static_cast<std::int64_t>(entries)), files->front().first,
               reader->next_seq() - 1);
    if (const std::string doubt = journal::doubt_of_the_end(*reader); !doubt.empty())
        fmt::print("{}.\n", doubt);
    return kDone;
}

int journal_tail(const Arguments& args) {
    const auto folder = folder_of(args);
    if (!folder) return complain(folder.error().text(), kUsage);
    const auto lines = args.whole("--lines", 10, 0, 1'000'000);
    if (!lines) return complain(lines.error().text(), kUsage);
    const auto disk = journal::posix_disk();
    const auto files = files_of(*disk, *folder);
    if (!files) return complain(files.error().text());
    // Back by files until there are enough.
    std::uint64_t next = 0;
    {
        auto last = Reader::open(*disk, *folder, files->back().first);
        if (!last) return complain(last.error().text());
        for (;;) {
            const auto entry = last->next();
            if (!entry) return complain(entry.error().text());
            if (!*entry) break;
        }
        next = last->next_seq();
    }
    std::uint64_t from = next - std::min(next - files->front().first, *lines);
    const Terminal t = terminal_of(STDOUT_FILENO);
    for (;;) {
        auto reader = Reader::open(*disk, *folder, std::max(from, files->front().first));
        if (!reader) return complain(reader.error().text());
        for (;;) {
            const auto entry = reader->next();
            if (!entry) return complain(entry.error().text());
            if (!*entry) break;
            if (std::fputs(shown(t, *reader, **entry).c_str(), stdout) < 0) return kNothingDone;
        }
        if (std::fflush(stdout) != 0) return kNothingDone;
        from = reader->next_seq();
        if (!args.has("--follow")) return kDone;
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
}

int journal_export(const Arguments& args) {
    const auto folder = folder_of(args);
    if (!folder) return complain(folder.error().text(), kUsage);
    const auto since = time_of("--since", args, Nanos{std::numeric_limits<std::int64_t>::min()}),
               until = time_of("--until", args, Nanos{std::numeric_limits<std::int64_t>::max()});
    if (!since || !until) return complain((since ? until : since).error().text(), kUsage);
    const auto disk = journal::posix_disk();
    const auto files = files_of(*disk, *folder);
    if (!files) return complain(files.error().text());
    const std::string path = args.value("--out");
    std::FILE* out = path.empty() ? stdout : std::fopen(path.c_str(), "wx");
    if (out == nullptr)
        return complain(fmt::format("{}: cannot be written, or is there already", path));
    auto reader = Reader::open(*disk, *folder, files->front().first);
    if (!reader) return complain(reader.error().text());
    const std::string wanted = args.value("--session");
    std::uint64_t written = 0;
    bool sound = true;
    std::string damage, line;
    for (;;) {
        const auto entry = reader->next();
        if (!entry) damage = entry.error().text();
        if (!entry || !*entry) break;
        const Entry& e = **entry;
        if (e.mark == Mark::note || e.at < *since || e.at >= *until) continue;
        const auto session = reader->sessions().find(e.session);
        if (!wanted.empty() && (session == reader->sessions().end() || session->second != wanted))
            continue;
        // Passwords stay behind, wherever the file goes.
        line = fmt::format("{} : {}\n", iso_time(e.at), without_secrets(e.bytes));
        sound = sound && std::fwrite(line.data(), 1, line.size(), out) == line.size();
        ++written;
    }
    sound = (path.empty() ? std::fflush(out) : std::fclose(out)) == 0 && sound;
    if (!sound) return complain(fmt::format("{}: could not be written", path));
    if (!damage.empty()) return complain(damage);
    if (!wanted.empty() && std::none_of(reader->sessions().begin(), reader->sessions().end(),
                                        [&](const auto& s) { return s.second == wanted; })) {
        std::vector<std::string_view> names;
        for (const auto& [number, name] : reader->sessions()) names.push_back(name);
        return complain(fmt::format("there is no session \"{}\" in {}; its sessions are {}", wanted,
                                    *folder, fmt::join(names, ", ")));
    }
    fmt::print(stderr, "{} messages exported\n", grouped(static_cast<std::int64_t>(written)));
    return kDone;
}

int journal_prune(const Arguments& args) {
    const auto folder = folder_of(args);
    if (!folder) return complain(folder.error().text(), kUsage);
    if (!args.has("--before"))
        return complain("--before DATE is missing: files whose day lies before it are removed",
                        kUsage);
    Nanos before;
    const std::string date = args.value("--before");
    if (!CsvTime().parse(date + " 00:00:00", before) && !CsvTime().parse(date, before))
        return complain(fmt::format("--before: \"{}\" is no date such as 2026-03-02", date),
                        kUsage);
    const auto disk = journal::posix_disk();
    const auto files = files_of(*disk, *folder);
    if (!files) return complain(files.error().text());
    const std::string day = journal::segment_of(journal::segment_name(1, before))->date;
    // Of a desk: a start reads what is behind its states, all of them, as one may be damaged.
    auto whole = std::filesystem::absolute(*folder).lexically_normal();
    if (!whole.has_filename()) whole = whole.parent_path();
    const std::string desk_folder = whole.parent_path().string();
    std::uint64_t not_needed = UINT64_MAX;
    if (std::filesystem::exists(desk_folder + "/desk.lock")) {
        const auto seq = desk::Snapshots(*disk, desk_folder).stand_for();
        if (!seq) return complain(seq.error().text());
        not_needed = *seq;
    }
    std::size_t removed = 0;
    // The last file stays: it knows the next number. None is taken out of the middle.
    while (removed + 1 < files->size() && (*files)[removed].date < day) {
        const std::string path = *folder + "/" + (*files)[removed].name;
        if ((*files)[removed + 1].first - 1 > not_needed) {
            fmt::print(
                "kept {} and what follows: the states in {} go up to entry {}, and a start "
                "reads what is behind them\n",
                path, desk_folder, not_needed);
            break;
        }
        if (args.has("--yes"))
            if (const auto done = disk->remove(path); !done) return complain(done.error().text());
        fmt::print("{} {}\n", args.has("--yes") ? "removed" : "would remove", path);
        ++removed;
    }
    if (removed == 0)
        fmt::print("Nothing to remove: no file but the last is of a day before {}.\n", day);
    else if (!args.has("--yes"))
        fmt::print("{} of {} files. Nothing was removed yet: say --yes.\n", removed, files->size());
    return kDone;
}

int journal_import(const Arguments& args) {
    if (args.positional.size() < 2)
        return complain("a folder and logs are needed: assay journal import FOLDER FILES...",
                        kUsage);
    Settings settings;
    if (args.has("--lenient")) settings.framer.strictness = fix::Strictness::lenient;
    const std::vector<std::string> logs(args.positional.begin() + 1, args.positional.end());
    std::vector<ImportSession> sessions;
    if (args.has("--desk")) {
        const auto file = TomlFile::read(args.value("--desk"));
        if (!file) return complain(file.error().text(), kUsage);
        const auto desk = desk::read_desk(*file);
        if (!desk) return complain(desk.error().text(), kUsage);
        for (const desk::SessionSettings& s : desk->sessions)
            sessions.push_back({s.info.name, s.sender, s.target});
    }
    const auto done = import_logs(args.positional.front(), logs, settings, sessions);
    if (!done) return complain(done.error().text());
    for (const std::string& remark : done->remarks) fmt::print(stderr, "{}\n", remark);
    fmt::print("{} messages imported, entries {} to {}{}\n",
               grouped(static_cast<std::int64_t>(done->messages)), done->first, done->last,
               done->dead == 0
                   ? ""
                   : fmt::format("; {} could not be read and stay in the log only", done->dead));
    if (done->left_out > 0)
        fmt::print("{} messages left out: they are of no session of {}\n",
                   grouped(static_cast<std::int64_t>(done->left_out)), args.value("--desk"));
    return kDone;
}

}  // namespace assay::cli
