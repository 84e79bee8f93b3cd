// assay user ..., assay audit ...: the people of a desk and what they did, in its folder. The desk
// may be at work or not.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include "hosts/cli/commands.h"
#include "hosts/cli/complain.h"
#include "hosts/cli/iso_time.h"
#include "hosts/people/audit.h"
#include "hosts/people/audit_check.h"
#include "hosts/people/password.h"
#include "hosts/people/people.h"

namespace assay::cli {

namespace {

using people::Audit;
using people::People;
using people::Person;

std::string folder_of(const Arguments& args) {
    return args.value("--state", "desk-state");
}

Nanos clock_now() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return Nanos{std::chrono::duration_cast<std::chrono::nanoseconds>(since).count()};
}

std::string login_name() {
    const passwd* user = ::getpwuid(::getuid());
    return user == nullptr ? std::to_string(::getuid()) : user->pw_name;
}

// FILE, or a desk's folder with the usual names in it.
Audit::Files audit_files(const Arguments& args) {
    const std::string place =
        args.positional.empty() ? std::string("desk-state") : args.positional.front();
    Audit::Files files{place, place};
    std::error_code ignored;
    if (std::filesystem::is_directory(place, ignored)) {
        files = {place + "/audit.jsonl", place + "/audit-heads.txt"};
    } else {
        files.heads = (std::filesystem::path(place).parent_path() / "audit-heads.txt").string();
    }
    if (args.has("--heads")) files.heads = args.value("--heads");
    return files;
}

// A desk's people, with an act that is written to the audit before it is done.
class Office {
  public:
    static Result<Office> open(const Arguments& args) {
        const std::string folder = folder_of(args);
        if (!std::filesystem::exists(folder + "/people.db"))
            return fail(fmt::format(
                "{}: no desk with people has been started there; name its folder: --state FOLDER",
                folder));
        auto people = People::open(folder + "/people.db");
        if (!people) return std::unexpected(people.error());
        auto audit = Audit::open(
            {folder + "/audit.jsonl", args.value("--heads", folder + "/audit-heads.txt")});
        if (!audit) return std::unexpected(audit.error());
        return Office(std::move(*people), std::move(*audit));
    }
    Result<void> note(std::string act, std::vector<std::pair<std::string, std::string>> what) {
        auto written = audit->write({.at = clock_now(),
                                     .who = login_name(),
                                     .via = "cli",
                                     .from = {},
                                     .act = std::move(act),
                                     .outcome = "begun",
                                     .what = std::move(what)});
        if (!written)
            return fail("nothing was done: the audit cannot be written: " + written.error().text());
        return audit->anchor();
    }
    std::unique_ptr<People> people;
    std::unique_ptr<Audit> audit;

  private:
    Office(std::unique_ptr<People> p, std::unique_ptr<Audit> a)
        : people(std::move(p)), audit(std::move(a)) {}
};

int said(const Result<void>& done, std::string_view words) {
    if (!done) return complain(done.error().text(), kNothingDone);
    fmt::print("{}\n", words);
    return kDone;
}

// A text cell that no spreadsheet takes for a formula.
std::string cell(std::string text) {
    if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos)
        text.insert(0, "'");
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + "\"";
}

}  // namespace

int user_list(const Arguments& args) {
    auto office = Office::open(args);
    if (!office) return complain(office.error().text(), kNothingDone);
    const auto all = office->people->all();
    if (!all) return complain(all.error().text(), kNothingDone);
    fmt::print("{:<20} {:<8} {:<16} {:<10} {}\n", "name", "role", "rights", "state", "last login");
    for (const Person& p : *all)
        fmt::print("{:<20} {:<8} {:<16} {:<10} {}\n", p.name, people::text(p.rights.role),
                   fmt::format("{}{}", p.rights.approve ? "approve " : "",
                               p.rights.release ? "release" : ""),
                   p.disabled      ? "disabled"
                   : p.must_change ? "new"
                                   : "",
                   p.last_login ? iso_time(*p.last_login) : "never");
    return kDone;
}

int user_add(const Arguments& args) {
    const std::string name = args.positional.empty() ? "" : args.positional.front();
    const auto role = people::role_named(args.value("--role"));
    if (!people::may_be_called(name) || name == "local" || name == "desk")
        return complain("a name is a-z first, then also 0-9 . _ -, and not local or desk", kUsage);
    if (!role) return complain("--role is one of viewer, trader, quant, admin", kUsage);
    auto office = Office::open(args);
    if (!office) return complain(office.error().text(), kNothingDone);
    const std::string password = people::random_password();
    const auto hash = people::hashed(password, {});
    if (!hash) return complain(hash.error().text(), kNothingDone);
    const Nanos now = clock_now();
    Person p{.name = name,
             .rights = {*role, args.has("--approve"), args.has("--release")},
             .must_change = true,
             .hash = *hash,
             .created = now,
             .password_at = now,
             .password_until = now + people::kFirstPassword};
    Result<void> done = office->note("users.add", {{"name", name}, {"role", args.value("--role")}});
    if (done) done = office->people->add(p);
    return said(done,
                fmt::format("{} may come in with the password {} (it counts for 24 h, and must "
                            "be changed)",
                            name, password));
}

int user_password(const Arguments& args) {
    const std::string name = args.positional.empty() ? "" : args.positional.front();
    auto office = Office::open(args);
    if (!office) return complain(office.error().text(), kNothingDone);
    const auto who = office->people->find(name);
    if (!who || !*who) return complain(fmt::format("nobody is called \"{}\"", name), kNothingDone);
    const std::string password = people::random_password();
    const auto hash = people::hashed(password, {});
    if (!hash) return complain(hash.error().text(), kNothingDone);
    const Nanos now = clock_now();
    Result<void> done = office->note("users.password", {{"name", name}});
    if (done) done = office->people->set_password(name, *hash, now, now + people::kFirstPassword);
    return said(done,
                fmt::format("{} may come in with the password {} (it counts for 24 h, and must "
                            "be changed); their sessions have ended",
                            name, password));
}

int user_change(const Arguments& args) {
    const std::string name = args.positional.empty() ? "" : args.positional.front();
    auto office = Office::open(args);
    if (!office) return complain(office.error().text(), kNothingDone);
    const auto who = office->people->find(name);
    if (!who || !*who) return complain(fmt::format("nobody is called \"{}\"", name), kNothingDone);
    people::Rights rights = (*who)->rights;
    bool disabled = (*who)->disabled;
    if (args.has("--role")) {
        const auto role = people::role_named(args.value("--role"));
        if (!role) return complain("--role is one of viewer, trader, quant, admin", kUsage);
        rights.role = *role;
    }
    const auto yes_or_no = [&](std::string_view option, bool& into) {
        if (!args.has(option)) return true;
        into = args.value(option) == "yes";
        return into || args.value(option) == "no";
    };
    if (!yes_or_no("--approve", rights.approve) || !yes_or_no("--release", rights.release) ||
        !yes_or_no("--disabled", disabled))
        return complain("--approve, --release and --disabled are yes or no", kUsage);
    Result<void> done =
        office->note("users.change", {{"name", name},
                                      {"role", std::string(people::text(rights.role))},
                                      {"approve", rights.approve ? "true" : "false"},
                                      {"release", rights.release ? "true" : "false"},
                                      {"disabled", disabled ? "true" : "false"}});
    if (done) done = office->people->change(name, rights, disabled);
    return said(done,
                fmt::format("{} is {}{}; their sessions have ended", name,
                            disabled ? "disabled, and was a " : "a ", people::text(rights.role)));
}

int audit_verify(const Arguments& args) {
    const Audit::Files files = audit_files(args);
    const auto verdict = people::check_audit(files.entries, files.heads);
    if (!verdict) return complain(verdict.error().text(), kNothingDone);
    if (!verdict->ok)
        return complain(fmt::format("{}: {}; {} entries before it are as they were written",
                                    files.entries, verdict->why, *verdict->first_bad - 1),
                        kNothingDone);
    fmt::print("{} entries are as they were written, and {} heads in {} agree{}\n",
               verdict->entries, verdict->heads, files.heads,
               verdict->head.empty() ? "" : "; the last has the hash " + verdict->head);
    return kDone;
}

int audit_export(const Arguments& args) {
    const Audit::Files files = audit_files(args);
    const auto rows = people::read_audit(files.entries, {.limit = SIZE_MAX});
    if (!rows) return complain(rows.error().text(), kNothingDone);
    fmt::print("seq,at,who,via,from,act,outcome,of,what,hash\n");
    for (auto row = rows->rows.rbegin(); row != rows->rows.rend(); ++row) {
        std::string what;
        for (const auto& [name, value] : row->what)
            what += (what.empty() ? "" : "; ") + name + "=" + value;
        fmt::print("{},{},{},{},{},{},{},{},{},{}\n", row->seq, iso_time(row->at), cell(row->who),
                   row->via, row->from, row->act, row->outcome,
                   row->of == 0 ? "" : std::to_string(row->of), cell(what), row->hash);
    }
    return kDone;
}

}  // namespace assay::cli
