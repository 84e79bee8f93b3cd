// What went wrong, for programs and for people: application/problem+json (RFC 9457).
//
//     return problem_reply({404, "No parent has the id 17; GET /api/v1/parents lists them"});
//
// `name` makes the type `urn:assay:problem:<name>`; without one the type is about:blank, and the
// status says it all.
#pragma once

#include <string>
#include <vector>

#include "hosts/http/exchange.h"

namespace assay::http {

struct FieldError {
    std::string field;  // of the body, or of the query
    std::string message;
};

struct Problem {
    int status{500};
    std::string detail{};  // what was found, and what to do
    std::string name{};
    std::string title{};               // of the name; empty: that of the status
    std::vector<FieldError> errors{};  // one for each wrong field
};

// `instance` is set by Routes::answer, which knows the path.
Reply problem_reply(const Problem& problem, std::string_view instance = {});

// The request's id, as a header and, in a problem, as `request_id`. Once for each reply.
void label(Reply& reply, std::string_view request_id);

inline constexpr std::string_view kProblemType = "application/problem+json";

}  // namespace assay::http
