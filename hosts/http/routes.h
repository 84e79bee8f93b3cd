// The routes of the server: method and path to handler.
//
//     Routes routes;
//     routes.add("GET", "/api/v1/rankings/{profile}/{symbol}", [&](const Request& r) { ... });
//     Reply reply = routes.answer(request, target);
//
// A part in braces takes one segment of the path, decoded: "EUR%2FUSD" is one symbol. answer() adds
// what all routes have in common: HEAD, OPTIONS, 404, 405 with Allow, 304, and 500 for a handler
// that throws. Every error is a problem (problem.h).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hosts/http/exchange.h"

namespace assay::http {

class Routes {
  public:
    void add(std::string method, std::string pattern, Handler handler);
    // Asked before every handler. There is one.
    void guard(Guard guard) { guard_ = std::move(guard); }
    bool guarded() const { return static_cast<bool>(guard_); }
    // Told of every reply of a handler or of the guard, once it is final.
    void afterwards(std::function<void(const Request&, const Reply&)> told) {
        afterwards_ = std::move(told);
    }
    // Answers GET where no route fits; what it does not know is 404. There is one.
    void otherwise(std::function<std::optional<Reply>(const Request&)> handler) {
        otherwise_ = std::move(handler);
    }
    // Told of what a handler threw; the client is told only that something did.
    void on_fault(std::function<void(std::string_view)> told) { told_ = std::move(told); }

    // `target`: as it stands in the request line. What is to come later, comes complete, too; the
    // routes must live until then.
    Reply answer(Request request, std::string_view target) const;

    struct Line {
        std::string method, pattern;
    };
    std::vector<Line> lines() const;

  private:
    struct Route {
        std::string method, pattern;
        std::vector<std::string> segments;
        Handler handler;
    };
    template <class Make>
    Reply caught(const Request& request, Make make) const;
    Reply run(const Route& route, Request& request) const;
    Reply completed(Reply reply, const Request& request) const;

    std::vector<Route> routes_;
    Guard guard_;
    std::function<void(const Request&, const Reply&)> afterwards_;
    std::function<std::optional<Reply>(const Request&)> otherwise_;
    std::function<void(std::string_view)> told_;
};

}  // namespace assay::http
