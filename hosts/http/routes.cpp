#include "hosts/http/routes.h"

#include <algorithm>
#include <exception>
#include <fmt/format.h>

#include "hosts/http/problem.h"
#include "hosts/http/target.h"

namespace assay::http {
namespace {

bool is_param(std::string_view segment) {
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

// Whether the path fits; its params are appended.
bool fits(const std::vector<std::string>& pattern, const std::vector<std::string>& path,
          std::vector<Pair>& params) {
    if (pattern.size() != path.size()) return false;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (!is_param(pattern[i])) {
            if (pattern[i] != path[i]) return false;
        } else if (path[i].empty()) {
            return false;
        } else {
            params.emplace_back(pattern[i].substr(1, pattern[i].size() - 2), path[i]);
        }
    }
    return true;
}

// If-None-Match is a list of tags, or *. Weak comparison: W/ does not count.
bool tag_matches(std::string_view wanted, std::string_view etag) {
    const auto strong = [](std::string_view tag) {
        return tag.starts_with("W/") ? tag.substr(2) : tag;
    };
    while (!wanted.empty()) {
        const std::size_t comma = wanted.find(',');
        std::string_view one = wanted.substr(0, comma);
        while (one.starts_with(' ')) one.remove_prefix(1);
        while (one.ends_with(' ')) one.remove_suffix(1);
        if (one == "*" || strong(one) == strong(etag)) return true;
        if (comma == wanted.npos) return false;
        wanted.remove_prefix(comma + 1);
    }
    return false;
}

std::string allow_of(std::vector<std::string> methods) {
    if (std::find(methods.begin(), methods.end(), "GET") != methods.end())
        methods.insert(methods.begin() + 1, "HEAD");
    methods.emplace_back("OPTIONS");
    return fmt::format("{}", fmt::join(methods, ", "));
}

Reply finished(Reply reply, const Request& request) {
    if (!reply.etag.empty()) {
        reply.headers.emplace_back("ETag", reply.etag);
        const std::string_view wanted = request.header("if-none-match");
        const bool read = request.method == "GET" || request.method == "HEAD";
        if (read && reply.status == 200 && !wanted.empty() && tag_matches(wanted, reply.etag)) {
            reply.status = 304;
            reply.body.clear();
            reply.content_type.clear();
        }
    }
    // A stream has no end that HEAD could tell of.
    if (request.method == "HEAD") reply.stream.reset();
    return reply;
}

}  // namespace

void Routes::add(std::string method, std::string pattern, Handler handler) {
    auto target = parse_target(pattern);
    routes_.push_back({std::move(method), std::move(pattern),
                       target ? std::move(target->segments) : std::vector<std::string>{},
                       std::move(handler)});
}

std::vector<Routes::Line> Routes::lines() const {
    std::vector<Line> lines;
    for (const Route& route : routes_) lines.push_back({route.method, route.pattern});
    return lines;
}

template <class Make>
Reply Routes::caught(const Request& request, Make make) const {
    try {
        return make();
    } catch (const std::exception& fault) {
        if (told_) told_(fmt::format("{} {}: {}", request.method, request.pattern, fault.what()));
    } catch (...) {
        if (told_)
            told_(fmt::format("{} {}: an unknown exception", request.method, request.pattern));
    }
    return problem_reply(
        {.status = 500, .detail = "The handler failed; the reason stands in the desk's log"},
        request.path);
}

Reply Routes::run(const Route& route, Request& request) const {
    return caught(request, [&]() -> Reply {
        if (guard_)
            if (auto refused = guard_(request)) return *std::move(refused);
        return route.handler(request);
    });
}

// A reply that comes later is completed when it is there.
Reply Routes::completed(Reply reply, const Request& request) const {
    if (reply.pattern.empty()) reply.pattern = request.pattern;
    if (reply.later) {
        reply.later = [this, request, work = std::move(reply.later)]() -> std::function<Reply()> {
            std::function<Reply()> answer;
            Reply failed = caught(request, [&] {
                answer = work();
                return Reply{};
            });
            if (!answer) answer = [failed] { return failed; };
            return [this, request, answer] { return completed(caught(request, answer), request); };
        };
        return reply;
    }
    if (reply.stream) reply.stream->still = request.by.still;
    reply = finished(std::move(reply), request);
    label(reply, request.id);
    if (afterwards_) afterwards_(request, reply);
    return reply;
}

Reply Routes::answer(Request request, std::string_view target) const {
    auto parsed = parse_target(target);
    if (!parsed)
        return completed(problem_reply({.status = 400,
                                        .detail = parsed.error().text(),
                                        .name = "bad-target",
                                        .title = "The request target cannot be read"}),
                         request);
    request.path = std::move(parsed->path);
    request.query = std::move(parsed->query);
    const std::string wanted = request.method == "HEAD" ? "GET" : request.method;
    std::vector<std::string> methods;  // that the path has
    std::string pattern;
    for (const Route& route : routes_) {
        std::vector<Pair> params;
        if (!fits(route.segments, parsed->segments, params)) continue;
        methods.push_back(route.method);
        pattern = route.pattern;
        if (route.method != wanted) continue;
        request.params = std::move(params);
        request.pattern = route.pattern;
        Reply reply = run(route, request);
        return completed(std::move(reply), request);
    }
    request.pattern = pattern;
    if (methods.empty() && wanted == "GET" && otherwise_)
        if (auto found = otherwise_(request)) return completed(*std::move(found), request);
    Reply reply;
    if (request.method == "OPTIONS" && (!methods.empty() || request.path == "*")) {
        reply.status = 204;
        reply.headers.emplace_back("Allow", allow_of(methods));
    } else if (methods.empty()) {
        reply = problem_reply({.status = 404,
                               .detail = "There is nothing at this path; /openapi.yaml lists all "
                                         "there is"},
                              request.path);
    } else {
        const std::string allow = allow_of(methods);
        reply = problem_reply({.status = 405, .detail = "This path takes " + allow}, request.path);
        reply.headers.emplace_back("Allow", allow);
    }
    return completed(std::move(reply), request);
}

}  // namespace assay::http
