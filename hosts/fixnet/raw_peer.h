// For tests: the other end of a session as bytes, with every mistake one likes to make.
#pragma once

#include <arpa/inet.h>
#include <chrono>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "core/fix/encode.h"
#include "hosts/fixnet/testkit.h"

namespace assay::fixnet::testkit {

class RawPeer {
  public:
    RawPeer(std::uint16_t port, std::string begin_string, std::string sender, std::string target)
        : begin_string_(std::move(begin_string)),
          sender_(std::move(sender)),
          target_(std::move(target)),
          fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        to.sin_port = htons(port);
        EXPECT_EQ(::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
    }
    ~RawPeer() { ::close(fd_); }
    RawPeer(const RawPeer&) = delete;
    RawPeer& operator=(const RawPeer&) = delete;

    std::string written(const std::string& type, int seq, const std::string& body,
                        const std::string& header = "") const {
        std::string now;
        fix::append_utc_timestamp(now, utc_now(), fix::Fraction::micros);
        return framed(begin_string_,
                      fmt::format("35={}|49={}|56={}|34={}|52={}|{}{}", type, sender_, target_, seq,
                                  now.substr(0, 21), header, body));
    }
    void put(const std::string& bytes) const {
        EXPECT_EQ(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(bytes.size()));
    }
    void say(const std::string& type, int seq, const std::string& body,
             const std::string& header = "") const {
        put(written(type, seq, body, header));
    }

    // The so-manieth message of a type; empty: not within two minutes.
    std::string hear(const std::string& type, std::size_t so_many = 1) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(120);
        for (;;) {
            std::size_t found = 0;
            for (const std::string& m : heard_)
                if (type_of(m) == type && ++found == so_many) return m;
            if (std::chrono::steady_clock::now() >= until || !more()) return {};
        }
    }
    bool hears(const std::string& type, std::size_t so_many = 1) {
        return !hear(type, so_many).empty();
    }
    bool is_hung_up() {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(120);
        while (std::chrono::steady_clock::now() < until)
            if (!more()) return true;
        return false;
    }
    const std::vector<std::string>& heard() const { return heard_; }
    void forget() { heard_.clear(); }

  private:
    // False: the connection is over.
    bool more() {
        pollfd p{fd_, POLLIN, 0};
        if (::poll(&p, 1, 100) <= 0) return true;
        char bytes[65536];
        const ssize_t n = ::recv(fd_, bytes, sizeof bytes, 0);
        if (n <= 0) return false;
        buffer_.append(bytes, static_cast<std::size_t>(n));
        for (;;) {
            const std::size_t trailer = buffer_.find(
                "\x01"
                "10=");
            if (trailer == std::string::npos || buffer_.size() < trailer + 8) return true;
            heard_.push_back(buffer_.substr(0, trailer + 8));
            buffer_.erase(0, trailer + 8);
        }
    }

    std::string begin_string_, sender_, target_, buffer_;
    std::vector<std::string> heard_;
    int fd_;
};

}  // namespace assay::fixnet::testkit
