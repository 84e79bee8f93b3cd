// The desk's side of who comes in: the files in its folder, its first admin, and the token of its
// own commands.
//
//     people.db           names, roles, hashes of passwords and tokens
//     audit.jsonl         who did what when; its heads in audit-heads.txt, or where [audit] says
//     first-password.txt  of the first admin until they have changed it; only where no terminal
//                         showed it
//     token               for `assay status`, `kill` and the like; another one at each start
//
// Each can be read by the user of the desk alone. With [http] accounts = "none" there is the audit,
// and nothing else of it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/units/result.h"
#include "hosts/desk/desk_toml.h"
#include "hosts/desk/log.h"
#include "hosts/http/doors.h"

namespace assay::desk {

class Entrance {
  public:
    using TellOnce = std::function<bool(std::string_view line)>;
    // Whether who comes in there may be asked for nothing, if that is what the settings say.
    static Result<void> possible(const DeskSettings& settings, const std::string& address);
    // `address`: where HTTP listens. `log` outlives it.
    static Result<std::unique_ptr<Entrance>> open(const DeskSettings& settings,
                                                  const std::string& address, Log& log,
                                                  const TellOnce& tell_once);
    ~Entrance();
    Entrance(const Entrance&) = delete;

    http::Doors& doors() { return *doors_; }
    // What is done without HTTP, as by a signal: before it is done.
    Result<void> note(std::string who, std::string act,
                      std::vector<std::pair<std::string, std::string>> what);

  private:
    Entrance(std::string folder, Log& log) : folder_(std::move(folder)), log_(log) {}
    Result<void> open_audit(const std::string& heads);
    Result<void> first_admin(const TellOnce& tell_once);
    Result<std::string> write_token();

    std::string folder_;
    Log& log_;
    std::unique_ptr<people::People> people_;
    std::unique_ptr<people::Audit> audit_;
    std::unique_ptr<http::Doors> doors_;
};

}  // namespace assay::desk
