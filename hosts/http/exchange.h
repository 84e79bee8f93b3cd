// One request and its reply, as plain values. A handler is a function from one to the other; it
// runs on the server's thread, so it answers within milliseconds or not at all.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::http {

using Pair = std::pair<std::string, std::string>;

struct Request {
    std::string method;         // as it was sent: GET
    std::string path;           // as it was sent, without the query
    std::vector<Pair> params;   // of the route's {pattern}, decoded
    std::vector<Pair> query;    // decoded, in order
    std::vector<Pair> headers;  // names in lower case, in order
    std::string body;
    std::string remote;  // address of the other side
    bool tls{};

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
};

struct Reply {
    int status{200};
    std::string content_type;
    std::string body;
    std::vector<Pair> headers;
    std::string etag;                  // with its quotes; empty: none
    std::optional<StreamWish> stream;  // instead of a body: server-sent events
    std::string pattern;               // of the route that answered, for counting
};

using Handler = std::function<Reply(const Request&)>;

// Asked before every handler: a reply is the answer in its place. Here accounts will say who may.
using Guard = std::function<std::optional<Reply>(const Request&)>;

Reply json_reply(std::string body, int status = 200);
std::string_view reason_phrase(int status);

}  // namespace assay::http
