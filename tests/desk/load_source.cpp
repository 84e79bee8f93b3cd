// The other side of a desk under load: a market and some LPs, as FIX acceptors in one thread.
//
//     load_source LPS SYMBOLS         prints {"market":{...},"lps":[...]}: where it listens
//     > rate 20000 5                  so many messages a second for so long: 8 in 10 of the market,
//                                     the rest reports of the LPs on flow that is not the desk's
//     < sent 100000 late 0.0004       all of it, and by how much the last of it was behind
//
// Orders of the desk are answered at once: New and Fill. What is sent is encoded ahead; number,
// time and sum are written over fixed places, so that the sending side costs next to nothing. No
// library of ours is used: what is measured is the desk.
#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <iostream>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kSeqDigits = 9;
constexpr std::size_t kTimeLength = 21;  // 20260302-15:00:00.337

// UTC to the millisecond; the date is worked out once a second.
std::string_view utc() {
    static char text[kTimeLength + 1];
    static std::time_t of = 0;
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    if (now.tv_sec != of) {
        of = now.tv_sec;
        std::tm t{};
        ::gmtime_r(&of, &t);
        std::strftime(text, sizeof text, "%Y%m%d-%H:%M:%S.", &t);
    }
    const long ms = now.tv_nsec / 1'000'000;
    text[18] = static_cast<char>('0' + ms / 100);
    text[19] = static_cast<char>('0' + ms / 10 % 10);
    text[20] = static_cast<char>('0' + ms % 10);
    return {text, kTimeLength};
}

unsigned sum_of(std::string_view bytes) {
    unsigned sum = 0;
    for (const char c : bytes) sum += static_cast<unsigned char>(c);
    return sum;
}

// A whole message with holes for its number and its time, and for an id, each `#########`.
class Template {
  public:
    Template(std::string_view type, std::string_view from, std::string_view body) {
        std::string inner = "35=" + std::string(type) +
                            "\x01"
                            "34=";
        const std::size_t seq = inner.size();
        inner += std::string(kSeqDigits, '0') +
                 "\x01"
                 "49=" +
                 std::string(from) +
                 "\x01"
                 "56=DESK\x01"
                 "52=";
        const std::size_t time = inner.size();
        inner += std::string(kTimeLength, '0') + "\x01" + std::string(body);
        bytes_ =
            "8=FIX.4.4\x01"
            "9=" +
            std::to_string(inner.size()) + "\x01";
        seq_ = bytes_.size() + seq;
        time_ = bytes_.size() + time;
        bytes_ += inner;
        for (std::size_t at = 0; (at = bytes_.find(kId, at)) != std::string::npos;
             at += kSeqDigits) {
            ids_.push_back(at);
            bytes_.replace(at, kSeqDigits, kSeqDigits, '0');
        }
        sum_ = sum_of(bytes_) -
               '0' * static_cast<unsigned>(kSeqDigits * (1 + ids_.size()) + kTimeLength);
        bytes_ += "10=000\x01";
    }
    void append(std::uint64_t seq, std::string_view time, unsigned time_sum, std::string& to,
                std::uint64_t id = 0) {
        unsigned sum = sum_ + time_sum + put(seq, seq_);
        for (const std::size_t at : ids_) sum += put(id, at);
        std::memcpy(&bytes_[time_], time.data(), kTimeLength);
        sum %= 256;
        char* const out = &bytes_[bytes_.size() - 4];
        out[0] = static_cast<char>('0' + sum / 100);
        out[1] = static_cast<char>('0' + sum / 10 % 10);
        out[2] = static_cast<char>('0' + sum % 10);
        to += bytes_;
    }

  private:
    static constexpr std::string_view kId = "#########";
    unsigned put(std::uint64_t number, std::size_t at) {
        unsigned sum = 0;
        for (std::size_t i = kSeqDigits; i-- > 0; number /= 10) {
            const char digit = static_cast<char>('0' + number % 10);
            bytes_[at + i] = digit;
            sum += static_cast<unsigned char>(digit);
        }
        return sum;
    }

    std::string bytes_;
    std::size_t seq_{}, time_{};
    std::vector<std::size_t> ids_;
    unsigned sum_{};
};

std::string_view value(std::string_view message, std::string_view tag) {
    const std::string key = "\x01" + std::string(tag) + "=";
    const std::size_t at = message.find(key);
    if (at == std::string_view::npos) return {};
    const std::size_t from = at + key.size();
    return message.substr(from, message.find('\x01', from) - from);
}

struct Party {
    std::string name;
    int listener{-1}, fd{-1};
    std::uint16_t port{};
    std::uint64_t seq{1}, sent{}, next{};
    std::string in, out;
    bool up{};
    std::vector<Template> templates;

    void listen() {
        listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        if (::bind(listener, reinterpret_cast<sockaddr*>(&at), size) != 0 ||
            ::listen(listener, 4) != 0 ||
            ::getsockname(listener, reinterpret_cast<sockaddr*>(&at), &size) != 0) {
            std::perror("load_source: listen");
            std::exit(1);
        }
        port = ntohs(at.sin_port);
    }
    void say(std::string_view type, const std::string& body) {
        const std::string_view time = utc();
        Template(type, name, body).append(seq++, time, sum_of(time), out);
    }
    void load(std::string_view time, unsigned time_sum) {
        templates[next % templates.size()].append(seq++, time, time_sum, out, next / 2 + 1);
        ++next;
        ++sent;
    }
    void accept() {
        fd = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        const int on = 1;
        if (fd >= 0) ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        in.clear(), out.clear();
        seq = 1;
    }
    void hear() {
        char piece[65536];
        const ssize_t n = ::recv(fd, piece, sizeof piece, 0);
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
            ::close(fd);
            fd = -1;
            up = false;
            return;
        }
        if (n > 0) in.append(piece, static_cast<std::size_t>(n));
        for (;;) {
            const std::size_t sum = in.find(
                "\x01"
                "10=");
            const std::size_t end = sum == std::string::npos ? sum : in.find('\x01', sum + 1);
            if (end == std::string::npos) return;
            answer(std::string_view(in).substr(0, end + 1));
            in.erase(0, end + 1);
        }
    }
    void answer(std::string_view m) {
        const std::string_view type = value(m, "35");
        if (type == "A") {
            // An answer to our own reset: to answer that again would go on for ever.
            if (up) return;
            say("A",
                "98=0\x01"
                "108=30\x01"
                "141=Y\x01");
            up = true;
        } else if (type == "1") {
            say("0", "112=" + std::string(value(m, "112")) + "\x01");
        } else if (type == "D") {
            const std::string id(value(m, "11")), qty(value(m, "38")), px(value(m, "44"));
            const std::string order = "37=O" + id +
                                      "\x01"
                                      "11=" +
                                      id +
                                      "\x01"
                                      "55=" +
                                      std::string(value(m, "55")) +
                                      "\x01"
                                      "54=" +
                                      std::string(value(m, "54")) +
                                      "\x01"
                                      "38=" +
                                      qty + "\x01";
            say("8", order + "17=N" + id +
                         "\x01"
                         "150=0\x01"
                         "39=0\x01"
                         "14=0\x01"
                         "151=" +
                         qty +
                         "\x01"
                         "6=0\x01");
            say("8", order + "17=F" + id +
                         "\x01"
                         "150=F\x01"
                         "39=2\x01"
                         "14=" +
                         qty +
                         "\x01"
                         "151=0\x01"
                         "6=" +
                         px +
                         "\x01"
                         "32=" +
                         qty +
                         "\x01"
                         "31=" +
                         px + "\x01");
        }
    }
    void flush() {
        std::size_t done = 0;
        while (done < out.size()) {
            const ssize_t n = ::send(fd, out.data() + done, out.size() - done, MSG_NOSIGNAL);
            if (n <= 0) break;
            done += static_cast<std::size_t>(n);
        }
        out.erase(0, done);
    }
};

std::string price(int cents) {
    char text[16];
    std::snprintf(text, sizeof text, "%d.%02d", cents / 100, cents % 100);
    return text;
}

std::string symbol(int i) {
    char text[16];
    std::snprintf(text, sizeof text, "SYM%02d", i);
    return text;
}

}  // namespace

int main(int argc, char** argv) {
    const int lps = argc > 1 ? std::atoi(argv[1]) : 4, symbols = argc > 2 ? std::atoi(argv[2]) : 20;
    std::vector<Party> parties(static_cast<std::size_t>(lps) + 1);
    for (std::size_t p = 0; p < parties.size(); ++p) {
        Party& party = parties[p];
        party.name = p == 0 ? "MARKET" : "LP_" + std::string(1, static_cast<char>('A' + p - 1));
        party.listen();
        for (int k = 0; k < 1'000; ++k) {
            const std::string sym = symbol(k % symbols);
            if (p == 0) {
                const int bid = 10'000 + 10 * (k % symbols) + k / symbols % 5;
                party.templates.emplace_back("W", party.name,
                                             "55=" + sym +
                                                 "\x01"
                                                 "268=2\x01"
                                                 "269=0\x01"
                                                 "270=" +
                                                 price(bid) +
                                                 "\x01"
                                                 "271=50000\x01"
                                                 "269=1\x01"
                                                 "270=" +
                                                 price(bid + 2) +
                                                 "\x01"
                                                 "271=50000\x01");
            } else {
                // Other flow of the firm with this LP: New, then Fill, every order another one.
                const std::string id = "Z#########";
                const bool fill = k % 2 == 1;
                party.templates.emplace_back("8", party.name,
                                             "37=O" + id +
                                                 "\x01"
                                                 "11=" +
                                                 id +
                                                 "\x01"
                                                 "17=" +
                                                 (fill ? "F" : "N") + id +
                                                 "\x01"
                                                 "150=" +
                                                 (fill ? "F" : "0") +
                                                 "\x01"
                                                 "39=" +
                                                 (fill ? "2" : "0") +
                                                 "\x01"
                                                 "55=" +
                                                 symbol(k / 2 % symbols) +
                                                 "\x01"
                                                 "54=1\x01"
                                                 "38=100\x01"
                                                 "14=" +
                                                 (fill ? "100" : "0") +
                                                 "\x01"
                                                 "151=" +
                                                 (fill ? "0" : "100") +
                                                 "\x01"
                                                 "6=" +
                                                 (fill ? "100.01" : "0") + "\x01" +
                                                 (fill ? "32=100\x01"
                                                         "31=100.01\x01"
                                                       : ""));
            }
        }
    }
    std::cout << "{\"us\":\"DESK\",\"market\":{\"comp_id\":\"MARKET\",\"port\":" << parties[0].port
              << "},\"lps\":[";
    for (std::size_t p = 1; p < parties.size(); ++p)
        std::cout << (p > 1 ? "," : "") << "{\"comp_id\":\"" << parties[p].name
                  << "\",\"port\":" << parties[p].port << "}";
    std::cout << "]}" << std::endl;

    double rate = 0;
    std::uint64_t owed = 0, given = 0;
    Clock::time_point from{};
    std::string said;
    for (;;) {
        std::vector<pollfd> polled{{0, POLLIN, 0}};
        for (const Party& p : parties) {
            polled.push_back({p.listener, POLLIN, 0});
            polled.push_back(
                {p.fd, static_cast<short>(p.out.empty() ? POLLIN : POLLIN | POLLOUT), 0});
        }
        ::poll(polled.data(), polled.size(), given < owed ? 1 : 20);
        if (polled[0].revents != 0) {
            char piece[256];
            const ssize_t n = ::read(0, piece, sizeof piece);
            if (n <= 0) return 0;
            said.append(piece, static_cast<std::size_t>(n));
            if (const std::size_t line = said.find('\n'); line != std::string::npos) {
                double seconds = 0;
                if (std::sscanf(said.c_str(), "rate %lf %lf", &rate, &seconds) == 2) {
                    owed = static_cast<std::uint64_t>(rate * seconds);
                    given = 0;
                    from = Clock::now();
                    for (Party& p : parties) p.sent = 0;
                }
                said.erase(0, line + 1);
            }
        }
        for (std::size_t p = 0; p < parties.size(); ++p) {
            if ((polled[1 + 2 * p].revents & POLLIN) != 0) parties[p].accept();
            if (parties[p].fd >= 0 && polled[2 + 2 * p].revents != 0) parties[p].hear();
        }
        if (given < owed) {
            const double elapsed = std::chrono::duration<double>(Clock::now() - from).count();
            const std::string_view time = utc();
            const unsigned time_sum = sum_of(time);
            const auto due = std::min(owed, static_cast<std::uint64_t>(elapsed * rate));
            for (; given < due; ++given) {
                const std::size_t to =
                    given % 10 < 8 ? 0
                                   : 1 + static_cast<std::size_t>(given / 10 * 2 + given % 10 - 8) %
                                             (parties.size() - 1);
                parties[to].load(time, time_sum);
            }
        }
        bool waiting = false;
        for (Party& p : parties) {
            if (p.fd >= 0 && !p.out.empty()) p.flush();
            waiting |= !p.out.empty();
        }
        if (owed > 0 && given == owed && !waiting) {
            const double elapsed = std::chrono::duration<double>(Clock::now() - from).count();
            std::cout << "sent " << owed << " late " << elapsed - static_cast<double>(owed) / rate
                      << std::endl;
            owed = given = 0;
        }
    }
}
