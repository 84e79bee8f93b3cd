// Who is signed in: in memory, so that a restart ends all of it.
//
//     const std::string token = sessions.begin("ann", person.generation, now);   // the cookie
//     if (Session* s = sessions.find(sha256(token), now)) ... s->name ...
//
// A session ends when it was not used for a while, a while after it began whatever happens, when it
// is ended, and, by whoever looks at `generation`, when its person changed. Of tokens only hashes
// are kept. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "core/units/nanos.h"

namespace assay::people {

struct Session {
    std::string name, csrf;
    std::uint64_t generation{};  // of the person when it began
    Nanos began{}, used{};
};

struct SessionLimits {
    Duration idle{15 * kMinute.ns}, most{12 * kHour.ns};
    std::size_t each{16}, all{4'096};  // one more ends the one that was used least lately
};

class Sessions {
  public:
    explicit Sessions(SessionLimits limits = {}) : limits_(limits) {}

    // The token, for the cookie: nothing that can be guessed, and never the one of before.
    std::string begin(std::string_view name, std::uint64_t generation, Nanos now);
    // By the SHA-256 of the token; null where there is none, or no longer.
    Session* find(const std::string& key, Nanos now);
    void end(const std::string& key) { sessions_.erase(key); }
    void end_all_of(std::string_view name);
    void forget_old(Nanos now);
    std::size_t size() const { return sessions_.size(); }
    const SessionLimits& limits() const { return limits_; }
    Nanos ends(const Session& s) const { return s.began + limits_.most; }

  private:
    bool over(const Session& s, Nanos now) const {
        return now >= s.used + limits_.idle || now >= s.began + limits_.most;
    }
    SessionLimits limits_;
    std::map<std::string, Session> sessions_;
};

}  // namespace assay::people
