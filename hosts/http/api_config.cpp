// Another configuration for a desk at work: all of it, or nothing.
#include "hosts/http/api.h"
#include "hosts/http/views_json.h"

namespace assay::http {

void add_config(Routes& routes, Source& source) {
    routes.add("POST", "/api/v1/config/reload", [&](const Request& request) {
        auto body = Fields::of_body(request);
        if (!body) return refusal(request, std::move(body.error()));
        ReloadWish wish;
        wish.who = acting(*body, request);
        wish.why = body->required_text("why", 512);
        if (auto problem = body->wrong()) return refusal(request, *std::move(problem));
        const auto done = source.reload(wish);
        return done ? json_reply(json_of(*done)) : refusal(request, done.error());
    });
}

}  // namespace assay::http
