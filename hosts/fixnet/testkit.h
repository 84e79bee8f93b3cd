// For tests: a capture that remembers, messages as text with |, and sessions on loopback.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <fmt/format.h>
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include "hosts/fixnet/envelope.h"
#include "hosts/fixnet/net.h"

namespace assay::fixnet::testkit {

inline std::string soh(std::string text) {
    for (char& c : text)
        if (c == '|') c = '\x01';
    return text;
}
inline std::string bar(std::string_view bytes) {
    std::string text(bytes);
    for (char& c : text)
        if (c == '\x01') c = '|';
    return text;
}

// "35=D|11=a|": with lengths and sums that are right.
inline std::string framed(const std::string& begin_string, const std::string& rest) {
    std::string bytes = soh(fmt::format("8={}|9={}|", begin_string, rest.size()) + rest);
    unsigned sum = 0;
    for (const char c : bytes) sum += static_cast<unsigned char>(c);
    return bytes + soh(fmt::format("10={:03}|", sum % 256));
}
// As our codec hands one over: header fields that count for nothing.
inline std::string message(const std::string& type, const std::string& body) {
    return framed("FIX.4.4",
                  fmt::format("35={}|49=ME|56=YOU|34=7|52=20260302-10:00:00|{}", type, body));
}

inline std::string value(std::string_view bytes, std::uint32_t tag) {
    const std::string text = bar(bytes), key = fmt::format("|{}=", tag);
    const std::size_t at = text.find(key);
    if (at == std::string::npos) return {};
    const std::size_t from = at + key.size();
    return text.substr(from, text.find('|', from) - from);
}
inline std::string type_of(std::string_view bytes) {
    const auto e = open_envelope(bytes);
    return e ? std::string(e->msg_type) : "";
}
inline std::string body_of(std::string_view bytes) {
    const auto e = open_envelope(bytes);
    return e ? bar(e->body) : "no message";
}

inline Nanos utc_now() {
    return {std::chrono::duration_cast<std::chrono::nanoseconds>(
                std::chrono::system_clock::now().time_since_epoch())
                .count()};
}

class Recorder : public Capture {
  public:
    struct Seen1 {
        std::size_t session;
        bool sent;
        std::string bytes;
    };

    bool message(std::size_t session, bool sent, std::string_view bytes, Seen) override {
        const std::lock_guard lock(mutex_);
        if (broken) return false;
        messages_.push_back({session, sent, std::string(bytes)});
        by_type_[Kind{session, sent, type_of(bytes)}].push_back(messages_.size() - 1);
        all_.push_back((sent ? "> " : "< ") + bar(bytes));
        sequences_.try_emplace(session).first->second.message(utc_now(), sent, bytes);
        changed_.notify_all();
        return true;
    }
    bool note(std::size_t session, std::string_view text) override {
        const std::lock_guard lock(mutex_);
        if (broken) return false;
        notes_.emplace_back(text);
        all_.push_back("! " + std::string(text));
        sequences_.try_emplace(session).first->second.note(utc_now(), text);
        return true;
    }
    void up(std::size_t session) override { life(session, "up"); }
    void down(std::size_t session, std::string_view why) override {
        life(session, "down: " + std::string(why));
    }
    void event(std::size_t session, Severity, std::string_view text) override {
        const std::lock_guard lock(mutex_);
        events_.push_back(session == Net::kNoSession ? "- " + std::string(text)
                                                     : std::string(text));
        changed_.notify_all();
    }
    void garbled(std::size_t, std::string_view bytes, std::string_view why) override {
        const std::lock_guard lock(mutex_);
        garbled_.push_back(std::string(why) + ": " + bar(bytes));
        changed_.notify_all();
    }

    // Waits, at most two minutes, until `true_now` holds of what was seen.
    bool until(const std::function<bool()>& true_now,
               std::chrono::milliseconds most = std::chrono::seconds(120)) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, most, true_now);
    }
    bool is_up(std::size_t session, std::size_t times = 1) {
        return until([&] {
            return static_cast<std::size_t>(std::count(lives_.begin(), lives_.end(),
                                                       fmt::format("{} up", session))) >= times;
        });
    }
    // Messages of that type, of one direction.
    std::vector<std::string> of_type(std::size_t session, bool sent, std::string_view type) {
        const std::lock_guard lock(mutex_);
        std::vector<std::string> found;
        for (const std::size_t at : places_of(session, sent, type))
            found.push_back(messages_[at].bytes);
        return found;
    }
    bool has(std::size_t session, bool sent, std::string_view type, std::size_t so_many = 1) {
        return until([&] { return places_of(session, sent, type).size() >= so_many; });
    }
    std::vector<std::string> wire(std::size_t session, bool sent) {
        const std::lock_guard lock(mutex_);
        std::vector<std::string> all;
        for (const Seen1& m : messages_)
            if (m.session == session && m.sent == sent) all.push_back(m.bytes);
        return all;
    }
    // Messages and notes of all sessions in their order, for people.
    std::vector<std::string> all() {
        const std::lock_guard lock(mutex_);
        return all_;
    }
    bool is_down(std::size_t session, std::size_t times) {
        const std::string front = fmt::format("{} down: ", session);
        return until([&] {
            return static_cast<std::size_t>(std::count_if(
                       lives_.begin(), lives_.end(),
                       [&](const std::string& l) { return l.starts_with(front); })) >= times;
        });
    }
    std::string last_down(std::size_t session) {
        const std::string front = fmt::format("{} down: ", session);
        std::string last;
        until([&] {
            for (const std::string& l : lives_)
                if (l.starts_with(front)) last = l.substr(front.size());
            return !last.empty();
        });
        return last;
    }
    bool said(std::string_view part) {
        return until([&] {
            for (const std::string& e : events_)
                if (e.contains(part)) return true;
            return false;
        });
    }
    std::vector<std::string> events() {
        const std::lock_guard lock(mutex_);
        return events_;
    }
    std::vector<std::string> garbled_ones() {
        const std::lock_guard lock(mutex_);
        return garbled_;
    }
    std::vector<std::string> notes() {
        const std::lock_guard lock(mutex_);
        return notes_;
    }
    // What a restart would go on from.
    Sequences sequences(std::size_t session) {
        const std::lock_guard lock(mutex_);
        return sequences_.try_emplace(session).first->second;
    }
    std::atomic<bool> broken{};  // keeps nothing more

  private:
    void life(std::size_t session, const std::string& what) {
        const std::lock_guard lock(mutex_);
        lives_.push_back(fmt::format("{} {}", session, what));
        changed_.notify_all();
    }
    using Kind = std::tuple<std::size_t, bool, std::string>;
    const std::vector<std::size_t>& places_of(std::size_t session, bool sent,
                                              std::string_view type) {
        return by_type_[Kind{session, sent, std::string(type)}];
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Seen1> messages_;
    std::map<Kind, std::vector<std::size_t>> by_type_;
    std::vector<std::string> lives_, events_, garbled_, notes_, all_;
    std::map<std::size_t, Sequences> sequences_;
};

// The two ends of one session.
inline SessionSpec acceptor(const std::string& begin_string = "FIX.4.4") {
    SessionSpec s;
    s.name = "in";
    s.role = Role::oms;
    s.acceptor = true;
    s.begin_string = begin_string;
    if (begin_string == "FIXT.1.1") s.appl_ver = "9";
    s.sender = "DESK";
    s.target = "OMS";
    return s;
}
inline SessionSpec initiator(std::uint16_t port, const std::string& begin_string = "FIX.4.4") {
    SessionSpec s = acceptor(begin_string);
    s.name = "out";
    s.role = Role::lp;
    s.lp = "LP_A";
    s.acceptor = false;
    s.sender = "OMS";
    s.target = "DESK";
    s.port = port;
    return s;
}

}  // namespace assay::fixnet::testkit
