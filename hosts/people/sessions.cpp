#include "hosts/people/sessions.h"

#include <algorithm>

#include "hosts/people/password.h"

namespace assay::people {

std::string Sessions::begin(std::string_view name, std::uint64_t generation, Nanos now) {
    forget_old(now);
    const auto make_room = [&](std::size_t most, auto counts) {
        std::size_t n = 0;
        auto least = sessions_.end();
        for (auto it = sessions_.begin(); it != sessions_.end(); ++it) {
            if (!counts(it->second)) continue;
            ++n;
            if (least == sessions_.end() || it->second.used < least->second.used) least = it;
        }
        if (n >= most && least != sessions_.end()) sessions_.erase(least);
    };
    make_room(limits_.each, [&](const Session& s) { return s.name == name; });
    make_room(limits_.all, [](const Session&) { return true; });
    std::string token = random_token();
    sessions_[sha256(token)] = {std::string(name), random_token(), generation, now, now};
    return token;
}

Session* Sessions::find(const std::string& key, Nanos now) {
    const auto it = sessions_.find(key);
    if (it == sessions_.end()) return nullptr;
    if (!over(it->second, now)) return &it->second;
    sessions_.erase(it);
    return nullptr;
}

void Sessions::end_all_of(std::string_view name) {
    std::erase_if(sessions_, [&](const auto& s) { return s.second.name == name; });
}

void Sessions::forget_old(Nanos now) {
    std::erase_if(sessions_, [&](const auto& s) { return over(s.second, now); });
}

}  // namespace assay::people
