// One of the two files that see Beast.
#include "hosts/http/request_reader.h"

#include <algorithm>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <fmt/format.h>
#include <optional>

namespace assay::http {
namespace {

namespace beast = boost::beast::http;

std::string lower(boost::beast::string_view name) {
    std::string out(name);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

Problem problem_of(const boost::system::error_code& error, const ReadLimits& limits) {
    if (error == beast::error::header_limit)
        return {.status = 431,
                .detail = fmt::format("The request line and the header fields together are larger "
                                      "than {} bytes",
                                      limits.header)};
    if (error == beast::error::body_limit)
        return {.status = 413,
                .detail = fmt::format("The body is larger than {} bytes", limits.body)};
    return {.status = 400,
            .detail = "This is no HTTP/1.1 request that can be read: " + error.message(),
            .name = "malformed-request",
            .title = "Malformed request"};
}

}  // namespace

struct RequestReader::Parser {
    explicit Parser(ReadLimits l) : limits(l) { begin(); }

    void begin() {
        parser.emplace();
        parser->header_limit(static_cast<std::uint32_t>(limits.header));
        parser->body_limit(limits.body);
        parser->eager(true);
        state = State::idle;
        continued = false;
    }

    // What the parser has taken leaves `waiting`.
    void parse() {
        while (state != State::done && state != State::refused && !waiting.empty()) {
            boost::system::error_code error;
            const bool had_header = parser->is_header_done();
            const std::size_t taken =
                parser->put(boost::asio::buffer(waiting.data(), waiting.size()), error);
            waiting.erase(0, taken);
            if (error == beast::error::need_more) error = {};
            if (error) return refuse(problem_of(error, limits));
            if (!had_header && parser->is_header_done()) check_header();
            if (state == State::refused) return;
            state = parser->is_done()          ? State::done
                    : parser->is_header_done() ? State::body
                                               : State::header;
            if (taken == 0) break;
        }
    }

    void check_header() {
        const auto& message = parser->get();
        const auto hosts = message.count(beast::field::host);
        if (hosts > 1 || (hosts == 0 && message.version() >= 11))
            refuse({.status = 400,
                    .detail = "A request of HTTP/1.1 has exactly one Host field",
                    .name = "malformed-request",
                    .title = "Malformed request"});
        const auto expect = message.find(beast::field::expect);
        if (expect != message.end() && lower(expect->value()) != "100-continue")
            refuse({.status = 417, .detail = "The only expectation that is met is 100-continue"});
    }

    void refuse(Problem why) {
        if (state == State::refused) return;
        state = State::refused;
        problem = std::move(why);
        waiting.clear();
    }

    ReadLimits limits;
    std::optional<beast::request_parser<beast::string_body>> parser;
    std::string waiting;  // not taken by the parser yet
    State state{State::idle};
    bool continued{};
    Problem problem;
};

RequestReader::RequestReader(ReadLimits limits) : parser_(std::make_unique<Parser>(limits)) {}
RequestReader::~RequestReader() = default;
RequestReader::RequestReader(RequestReader&&) noexcept = default;
RequestReader& RequestReader::operator=(RequestReader&&) noexcept = default;

RequestReader::State RequestReader::state() const {
    return parser_->state;
}
const Problem& RequestReader::problem() const {
    return parser_->problem;
}

void RequestReader::feed(std::string_view bytes) {
    Parser& p = *parser_;
    if (p.state == State::refused) return;
    p.waiting += bytes;
    p.parse();
    // A header that is still incomplete is looked at again from its start with every byte that
    // comes: it must not grow, complete or not.
    if (p.state == State::header && p.waiting.size() > p.limits.header)
        p.refuse(problem_of(beast::error::header_limit, p.limits));
}

bool RequestReader::wants_continue() {
    Parser& p = *parser_;
    if (p.continued || p.state != State::body || !p.parser->get().body().empty()) return false;
    const auto& message = p.parser->get();
    if (message.version() < 11 || message.find(beast::field::expect) == message.end()) return false;
    p.continued = true;
    return true;
}

RequestReader::Read RequestReader::take() {
    Parser& p = *parser_;
    auto message = p.parser->release();
    Read read;
    read.keep_alive = message.keep_alive();
    read.target = std::string(message.target());
    read.request.method = std::string(message.method_string());
    for (const auto& field : message)
        read.request.headers.emplace_back(lower(field.name_string()), field.value());
    read.request.body = std::move(message.body());
    p.begin();
    p.parse();
    return read;
}

}  // namespace assay::http
