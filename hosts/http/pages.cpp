#include "hosts/http/pages.h"

#include <fmt/format.h>

#include "hosts/http/target.h"

namespace assay::http {

namespace {

constexpr std::string_view kPagePolicy =
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

const PageFile* file_at(std::string_view path) {
    for (const PageFile& file : console_files())
        if (file.path == path) return &file;
    return nullptr;
}

// "gzip" among them, and not with q=0.
bool takes_gzip(std::string_view accepted) {
    const std::size_t at = accepted.find("gzip");
    if (at == accepted.npos) return false;
    std::string_view rest = accepted.substr(at + 4);
    rest = rest.substr(0, rest.find(','));
    return rest.find("q=0") == rest.npos || rest.find("q=0.") != rest.npos;
}

// An address of the console's own, typed or followed: not of the API, not of a file.
bool asks_for_a_page(const Request& request) {
    const std::string_view path = request.path;
    if (path == "/") return true;
    return path != "/api" && !path.starts_with("/api/") && path.find('.') == path.npos &&
           request.header("accept").find("text/html") != std::string_view::npos;
}

}  // namespace

std::optional<Reply> page_of(const Request& request) {
    const PageFile* file = file_at(request.path);
    if (file == nullptr && asks_for_a_page(request)) file = file_at("/index.html");
    if (file == nullptr) return std::nullopt;
    Reply reply;
    reply.pattern = "/{page}";
    reply.content_type = file->type;
    const bool zipped = !file->gzipped.empty() && takes_gzip(request.header("accept-encoding"));
    reply.body = zipped ? file->gzipped : file->bytes;
    reply.etag = fmt::format("\"{}{}\"", file->sha256.substr(0, 32), zipped ? "-gzip" : "");
    if (zipped) reply.headers.emplace_back("Content-Encoding", "gzip");
    if (!file->gzipped.empty()) reply.headers.emplace_back("Vary", "Accept-Encoding");
    // Names in assets/ change with what is in them.
    if (file->path.starts_with("/assets/"))
        reply.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
    reply.headers.emplace_back("Content-Security-Policy", kPagePolicy);
    return reply;
}

}  // namespace assay::http
