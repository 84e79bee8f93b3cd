// One request and its reply, as plain values. A handler is a function from one to the other; it
// runs on the server's thread, so it answers within milliseconds or not at all.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hosts/people/role.h"

namespace assay::http {

using Pair = std::pair<std::string, std::string>;

// Who asks, as the guard has found out (doors.h).
struct Caller {
    enum class Via : std::uint8_t {
        nobody,   // there is no guard, or it was not asked for a name
        open,     // the desk keeps no accounts: everybody may everything
        session,  // a browser's cookie
        token,
    } via{Via::nobody};
    std::string name{};  // empty: nobody's in particular
    people::Rights rights{};
    std::string session{};  // of Via::session: its key
    // Whether the same would still be answered now; empty: for ever. Streams ask each second.
    std::function<bool()> still{};
};

struct Request {
    std::string id{};           // in every error and in the log
    std::string method;         // as it was sent: GET
    std::string path;           // as it was sent, without the query
    std::vector<Pair> params;   // of the route's {pattern}, decoded
    std::vector<Pair> query;    // decoded, in order
    std::vector<Pair> headers;  // names in lower case, in order
    std::string body;
    std::string remote;  // address of the other side
    bool tls{};
    std::string pattern{};  // of the route that was found
    Caller by{};
    std::string second{};     // who stands behind it beside `by`, as the guard has found out
    bool four_eyes{};         // what one person proposes takes another to approve
    std::uint64_t audited{};  // the entry that the guard wrote for it; 0: none

    // The first of that name (in lower case); empty where there is none.
    std::string_view header(std::string_view name) const;
    std::string_view param(std::string_view name) const;
    bool has_header(std::string_view name) const;
};

// What a stream of events is asked for (event_hub.h).
struct StreamWish {
    bool scores{}, orders{}, health{};
    std::vector<std::string> symbols;  // empty: all
    std::string last_event_id;         // empty: from now on
    std::function<bool()> still{};     // once it says no the stream ends; empty: never asked
};

struct Reply {
    int status{200};
    std::string content_type;
    std::string body;
    std::vector<Pair> headers;
    std::string etag;                  // with its quotes; empty: none
    std::optional<StreamWish> stream;  // instead of a body: server-sent events
    std::string pattern;               // of the route that answered, for counting
    // Instead of all that: what takes longer than milliseconds. It is called on a thread beside the
    // server's, and what it returns then makes the reply, on the server's thread again.
    std::function<std::function<Reply()>()> later{};
};

using Handler = std::function<Reply(const Request&)>;

// Asked before every handler: a reply is the answer in its place. It says who asks, in `by`.
using Guard = std::function<std::optional<Reply>(Request&)>;

// work() on a thread beside, then answer(what it returned) on the server's. Both are copied; what
// they refer to lives as long as the server.
template <class Work, class Answer>
Reply later(Work work, Answer answer) {
    Reply reply;
    reply.later = [work = std::move(work), answer = std::move(answer)]() -> std::function<Reply()> {
        return [result = work(), answer] { return answer(result); };
    };
    return reply;
}
// All of it here and now: for tests, and where there is no other thread.
Reply settled(Reply reply);

Reply json_reply(std::string body, int status = 200);
std::string_view reason_phrase(int status);

}  // namespace assay::http
