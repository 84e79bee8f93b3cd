#include "hosts/http/exchange.h"

#include <array>

namespace assay::http {
namespace {

std::string_view first(const std::vector<Pair>& pairs, std::string_view name) {
    for (const Pair& pair : pairs)
        if (pair.first == name) return pair.second;
    return {};
}

}  // namespace

std::string_view Request::header(std::string_view name) const {
    return first(headers, name);
}
bool Request::has_header(std::string_view name) const {
    for (const Pair& pair : headers)
        if (pair.first == name) return true;
    return false;
}
std::string_view Request::param(std::string_view name) const {
    return first(params, name);
}

Reply settled(Reply reply) {
    while (reply.later) reply = reply.later()();
    return reply;
}

Reply json_reply(std::string body, int status) {
    Reply reply;
    reply.status = status;
    reply.content_type = "application/json";
    reply.body = std::move(body);
    return reply;
}

std::string_view reason_phrase(int status) {
    struct Phrase {
        int status;
        std::string_view words;
    };
    static constexpr std::array<Phrase, 26> kPhrases = {{
        {100, "Continue"},
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {304, "Not Modified"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {406, "Not Acceptable"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {412, "Precondition Failed"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {415, "Unsupported Media Type"},
        {417, "Expectation Failed"},
        {421, "Misdirected Request"},
        {422, "Unprocessable Content"},
        {428, "Precondition Required"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {503, "Service Unavailable"},
    }};
    for (const Phrase& phrase : kPhrases)
        if (phrase.status == status) return phrase.words;
    return "Unknown";
}

}  // namespace assay::http
