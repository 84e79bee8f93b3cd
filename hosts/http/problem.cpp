#include "hosts/http/problem.h"

#include "hosts/cli/json_writer.h"

namespace assay::http {

Reply problem_reply(const Problem& problem, std::string_view instance) {
    cli::JsonWriter out;
    out.begin_object();
    out.member("type", problem.name.empty() ? std::string("about:blank")
                                            : "urn:assay:problem:" + problem.name);
    out.member("title", problem.title.empty() ? reason_phrase(problem.status)
                                              : std::string_view(problem.title));
    out.member("status", problem.status);
    if (!problem.detail.empty()) out.member("detail", std::string_view(problem.detail));
    if (!instance.empty()) out.member("instance", instance);
    if (!problem.errors.empty()) {
        out.key("errors");
        out.begin_array();
        for (const FieldError& error : problem.errors) {
            out.begin_object();
            out.member("field", std::string_view(error.field));
            out.member("message", std::string_view(error.message));
            out.end_object();
        }
        out.end_array();
    }
    out.end_object();
    Reply reply;
    reply.status = problem.status;
    reply.content_type = kProblemType;
    reply.body = out.text() + "\n";
    return reply;
}

void label(Reply& reply, std::string_view request_id) {
    if (request_id.empty()) return;
    reply.headers.emplace_back("X-Request-Id", request_id);
    if (reply.content_type != kProblemType) return;
    const std::size_t end = reply.body.rfind('}');
    if (end != std::string::npos)
        reply.body.insert(end, ", \"request_id\": " + cli::json_string(request_id));
}

}  // namespace assay::http
