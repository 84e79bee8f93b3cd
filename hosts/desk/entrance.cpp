#include "hosts/desk/entrance.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "hosts/desk/capture_clock.h"
#include "hosts/http/origin.h"
#include "hosts/people/audit_check.h"

namespace assay::desk {

namespace {

constexpr const char *kFirstPasswordFile = "/first-password.txt", *kTokenFile = "/token";

// Whole, and never for a moment anybody else's to read.
Result<void> write_private(const std::string& path, std::string_view text) {
    const std::string beside = path + ".new";
    ::unlink(beside.c_str());
    const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    const bool written =
        fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    const int error = errno;
    if (fd >= 0) ::close(fd);
    if (!written || ::rename(beside.c_str(), path.c_str()) != 0)
        return fail(fmt::format("{}: {}", path, std::strerror(written ? errno : error)));
    return {};
}

}  // namespace

Entrance::~Entrance() {
    doors_.reset();
    ::unlink((folder_ + kTokenFile).c_str());  // it opens nothing any more
}

Result<void> Entrance::possible(const DeskSettings& settings, const std::string& address) {
    if (settings.http_open && !http::is_loopback(address))
        return fail(fmt::format(
            "[http] accounts = \"none\" is for this machine alone, and {} can be reached "
            "from others; leave it out, or listen at 127.0.0.1",
            address));
    return {};
}

Result<std::unique_ptr<Entrance>> Entrance::open(const DeskSettings& settings,
                                                 const std::string& address, Log& log,
                                                 const TellOnce& tell_once) {
    const bool loopback = http::is_loopback(address);
    if (auto ok = possible(settings, address); !ok) return std::unexpected(ok.error());
    auto made = std::unique_ptr<Entrance>(new Entrance(settings.folder, log));
    if (auto audit = made->open_audit(settings.audit_heads); !audit)
        return std::unexpected(audit.error());
    http::DoorsConfig config;
    config.accounts = settings.accounts;
    config.four_eyes = settings.four_eyes.value_or(!loopback);
    config.sessions.idle = settings.session_idle;
    config.sessions.most = settings.session_most;
    config.log = [&log](std::string_view line) { log.warning("http", std::string(line)); };
    config.password_changed = [first =
                                   settings.folder + kFirstPasswordFile](const std::string& who) {
        if (who == "admin") ::unlink(first.c_str());
    };
    if (settings.http_open) {
        log.warning(
            "http",
            "[http] accounts = \"none\": nobody signs in, and whoever reaches this port may "
            "do everything");
    } else {
        auto people = people::People::open(settings.folder + "/people.db");
        if (!people) return std::unexpected(people.error());
        made->people_ = std::move(*people);
        if (auto first = made->first_admin(tell_once); !first)
            return std::unexpected(first.error());
        auto token = made->write_token();
        if (!token) return std::unexpected(token.error());
        config.local_token_sha256 = people::sha256(*token);
    }
    made->doors_ =
        std::make_unique<http::Doors>(std::move(config), made->people_.get(), *made->audit_);
    return made;
}

Result<void> Entrance::open_audit(const std::string& heads) {
    const people::Audit::Files files{folder_ + "/audit.jsonl",
                                     heads.empty() ? folder_ + "/audit-heads.txt" : heads};
    auto opened = people::Audit::open(files);
    if (!opened) return std::unexpected(opened.error());
    audit_ = std::move(*opened);
    // A desk that trades is not stopped by it, but nobody may overlook it.
    const auto verdict = people::check_audit(files.entries, files.heads);
    if (verdict && verdict->ok) return {};
    log_.warning("audit", fmt::format("THE AUDIT IS NOT AS IT WAS WRITTEN: {} (assay audit verify)",
                                      verdict ? verdict->why : verdict.error().text()));
    return {};
}

// Where nobody is there yet; and where the first one never came, since their password has an end.
Result<void> Entrance::first_admin(const TellOnce& tell_once) {
    constexpr std::string_view kName = "admin";
    const auto all = people_->all();
    if (!all) return std::unexpected(all.error());
    const Nanos now = utc_now();
    const bool nobody = all->empty();
    const bool never_came = all->size() == 1 && all->front().must_change &&
                            all->front().password_until && *all->front().password_until <= now;
    if (!nobody && !never_came) return {};
    const std::string password = people::random_password();
    const auto hash = people::hashed(password, {});
    if (!hash) return std::unexpected(hash.error());
    const std::string name = nobody ? std::string(kName) : all->front().name;
    auto noted = audit_->write({.at = now,
                                .who = "desk",
                                .via = "desk",
                                .from = {},
                                .act = nobody ? "users.add" : "users.password",
                                .outcome = "begun",
                                .what = {{"name", name}, {"role", "admin"}}});
    if (!noted) return std::unexpected(noted.error());
    const Nanos until = now + people::kFirstPassword;
    const auto kept = nobody ? people_->add({.name = name,
                                             .rights = {people::Role::admin, true, true},
                                             .must_change = true,
                                             .hash = *hash,
                                             .created = now,
                                             .password_at = now,
                                             .password_until = until})
                             : people_->set_password(name, *hash, now, until);
    if (!kept) return kept;
    if (tell_once && tell_once(fmt::format("First login of this desk: name {}, password {} (it is "
                                           "shown this once, counts for 24 h, and must be changed)",
                                           name, password)))
        return {};
    const std::string path = folder_ + kFirstPasswordFile;
    if (auto written = write_private(path, password + "\n"); !written) return written;
    log_.warning("http",
                 fmt::format("the first login is {}, with the password in {}; it counts for "
                             "24 h and must be changed",
                             name, path));
    return {};
}

Result<void> Entrance::note(std::string who, std::string act,
                            std::vector<std::pair<std::string, std::string>> what) {
    const auto written = audit_->write({.at = utc_now(),
                                        .who = std::move(who),
                                        .via = "desk",
                                        .from = {},
                                        .act = std::move(act),
                                        .outcome = "begun",
                                        .what = std::move(what)});
    if (!written) return std::unexpected(written.error());
    return {};
}

Result<std::string> Entrance::write_token() {
    std::string token = people::random_token();
    if (auto written = write_private(folder_ + kTokenFile, token + "\n"); !written)
        return std::unexpected(written.error());
    return token;
}

}  // namespace assay::desk
