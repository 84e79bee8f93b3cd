// One session of QuickFIX, and all that QuickFIX wants to be given for it: a store, a log, an
// application, a way out. Part of engine.cpp, and C++14 like it.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <memory>
#include <mutex>
#include <quickfix/FieldConvertors.h>
#include <quickfix/Log.h>
#include <quickfix/MessageStore.h>
#include <quickfix/Responder.h>
#include <quickfix/Session.h>
#include <string>
#include <vector>

#include "hosts/fixnet/engine.h"

namespace assay {
namespace fixnet {

// What asks for something to be done is not sent a second time, hours later, because of a gap; a
// quote is worth nothing then. Their numbers are gap-filled. E, s, t, u, AB, AC: other kinds of
// orders; q: mass cancel.
inline bool never_again(const std::string& type) {
    static const char* const kTypes[] = {"D", "F", "G",  "E",  "s", "t",
                                         "u", "q", "AB", "AC", "W", "X"};
    for (const char* t : kTypes)
        if (type == t) return true;
    return false;
}

// As in envelope.cpp: data fields of the header count as body.
inline bool in_header(int tag) {
    return tag != 90 && tag != 91 && tag != 212 && tag != 213 && tag != 627 &&
           FIX::Message::isHeaderField(tag);
}

// Where the body of a message that QuickFIX wrote begins, and where it ends.
struct BodyPlace {
    std::size_t begin, end;
};
inline BodyPlace body_of(const std::string& bytes) {
    const std::size_t trailer = bytes.rfind("\00110=");
    const std::size_t end = trailer == std::string::npos ? bytes.size() : trailer + 1;
    std::size_t at = 0;
    while (at < end) {
        const std::size_t soh = bytes.find('\001', at);
        if (soh == std::string::npos || !in_header(std::atoi(bytes.c_str() + at))) break;
        at = soh + 1;
    }
    return {std::min(at, end), end};
}

inline void put_body(FIX::Message& message, int first_tag, const std::string& value) {
    message.FIX::FieldMap::clear();
    message.setField(first_tag, value);
}

class EnginePeer {
  public:
    EnginePeer(EngineOwner& owner, std::size_t number, const EngineSession& spec);

    template <class Call>
    bool ask(Call call) {
        try {
            return call();
        } catch (const std::exception& e) {
            say(std::string("unexpected: ") + e.what());
        } catch (...) {
            say("unexpected exception");
        }
        return false;
    }
    void say(const std::string& text) {
        try {
            owner.event(number, text);
        } catch (...) {  // a log that fails stops nothing
        }
    }
    void hang_up(const std::string& why) {
        say(why);
        ask([&] {
            owner.hang_up(number);
            return true;
        });
    }

    class Store : public FIX::MessageStore {
      public:
        explicit Store(EnginePeer& peer) : peer_(peer) {}

        bool set(int seq, const std::string& bytes) throw(FIX::IOException) override {
            peer_.kept.push_back({seq, bytes});
            if (peer_.kept.size() > peer_.most_kept) peer_.kept.pop_front();
            return true;
        }
        // Headers only. Where the last number asked for is not there, a Heartbeat stands in for it:
        // QuickFIX fills gaps up to the last message that it is given.
        void get(int begin, int end, std::vector<std::string>& out) const
            throw(FIX::IOException) override {
            int last = 0;
            for (const EngineSent& m : peer_.kept) {
                if (m.seq < begin || m.seq > end) continue;
                out.push_back(m.bytes.substr(0, body_of(m.bytes).begin));
                last = m.seq;
            }
            if (last < end && end >= begin)
                out.push_back("8=" + peer_.begin_string +
                              "\0019=0\00135=0\00134=" + FIX::IntConvertor::convert(end) +
                              "\00149=X\00156=X\00152=19700101-00:00:00\001");
        }
        int getNextSenderMsgSeqNum() const throw(FIX::IOException) override {
            return peer_.next_sender;
        }
        int getNextTargetMsgSeqNum() const throw(FIX::IOException) override {
            return peer_.next_target;
        }
        void setNextSenderMsgSeqNum(int n) throw(FIX::IOException) override {
            peer_.next_sender = n;
        }
        void setNextTargetMsgSeqNum(int n) throw(FIX::IOException) override {
            peer_.next_target = n;
        }
        void incrNextSenderMsgSeqNum() throw(FIX::IOException) override { ++peer_.next_sender; }
        void incrNextTargetMsgSeqNum() throw(FIX::IOException) override { ++peer_.next_target; }
        FIX::UtcTimeStamp getCreationTime() const throw(FIX::IOException) override {
            return peer_.created;
        }
        void reset() throw(FIX::IOException) override {
            if (!peer_.ask([&] { return peer_.owner.reset(peer_.number, peer_.in_logon); }))
                throw FIX::IOException("a reset of sequence numbers could not be journaled");
            peer_.next_sender = peer_.next_target = 1;
            peer_.kept.clear();
            peer_.created.setCurrent();
        }
        void refresh() throw(FIX::IOException) override {}

      private:
        EnginePeer& peer_;
    };

    // The tap: raw bytes, before QuickFIX goes on.
    class Tap : public FIX::Log {
      public:
        explicit Tap(EnginePeer& peer) : peer_(peer) {}
        void clear() override {}
        void backup() override {}
        void onIncoming(const std::string& bytes) override { captured(false, bytes); }
        void onOutgoing(const std::string& bytes) override { captured(true, bytes); }
        void onEvent(const std::string& text) override {
            // One for each message, in thousands.
            if (text.compare(0, 18, "Resending Message:") == 0 ||
                text.compare(0, 26, "Processing QUEUED message:") == 0)
                return;
            peer_.say(text);
        }

      private:
        void captured(bool sent, const std::string& bytes) {
            if (peer_.ask([&] { return peer_.owner.message(peer_.number, sent, bytes); })) return;
            peer_.hang_up("a message could not be journaled: the session stops");
            throw FIX::IOException("a message could not be journaled");
        }
        EnginePeer& peer_;
    };

    class App : public FIX::Application {
      public:
        explicit App(EnginePeer& peer) : peer_(peer) {}
        void onCreate(const FIX::SessionID&) override {}
        void onLogon(const FIX::SessionID&) override {
            if (peer_.up.exchange(true)) return;
            peer_.ask([&] {
                peer_.owner.up(peer_.number);
                return true;
            });
        }
        void onLogout(const FIX::SessionID&) override {
            if (!peer_.up.exchange(false)) return;
            peer_.ask([&] {
                peer_.owner.down(peer_.number);
                return true;
            });
        }
        void toAdmin(FIX::Message& message, const FIX::SessionID&) override {
            peer_.ask([&] {
                if (message.getHeader().getField(FIX::FIELD::MsgType) != "A") return true;
                if (!peer_.username.empty()) message.setField(553, peer_.username);
                if (!peer_.password.empty()) message.setField(554, peer_.password);
                return true;
            });
        }
        void toApp(FIX::Message& message, const FIX::SessionID&) throw(FIX::DoNotSend) override {
            bool send = true;
            if (!peer_.ask([&] {
                    const FIX::Header& header = message.getHeader();
                    if (!header.isSetField(FIX::FIELD::PossDupFlag)) return true;
                    send = peer_.put_back(message);
                    return true;
                }))
                send = false;
            if (!send) throw FIX::DoNotSend();
        }
        void fromAdmin(const FIX::Message&,
                       const FIX::SessionID&) throw(FIX::FieldNotFound, FIX::IncorrectDataFormat,
                                                    FIX::IncorrectTagValue,
                                                    FIX::RejectLogon) override {}
        void fromApp(const FIX::Message&,
                     const FIX::SessionID&) throw(FIX::FieldNotFound, FIX::IncorrectDataFormat,
                                                  FIX::IncorrectTagValue,
                                                  FIX::UnsupportedMessageType) override {}

      private:
        EnginePeer& peer_;
    };

    class Way : public FIX::Responder {
      public:
        explicit Way(EnginePeer& peer) : peer_(peer) {}
        bool send(const std::string& bytes) override {
            return peer_.ask([&] { return peer_.owner.transmit(peer_.number, bytes); });
        }
        void disconnect() override {
            peer_.ask([&] {
                peer_.owner.hang_up(peer_.number);
                return true;
            });
        }

      private:
        EnginePeer& peer_;
    };

    class Stores : public FIX::MessageStoreFactory {
      public:
        explicit Stores(EnginePeer& peer) : peer_(peer) {}
        FIX::MessageStore* create(const FIX::SessionID&) override { return new Store(peer_); }
        void destroy(FIX::MessageStore* store) override { delete store; }

      private:
        EnginePeer& peer_;
    };
    class Logs : public FIX::LogFactory {
      public:
        explicit Logs(EnginePeer& peer) : peer_(peer) {}
        FIX::Log* create() override { return new Tap(peer_); }
        FIX::Log* create(const FIX::SessionID&) override { return new Tap(peer_); }
        void destroy(FIX::Log* log) override { delete log; }

      private:
        EnginePeer& peer_;
    };

    // Gives a message that is to be resent its body back. False: it is not to be resent.
    bool put_back(FIX::Message& message) {
        const int seq =
            FIX::IntConvertor::convert(message.getHeader().getField(FIX::FIELD::MsgSeqNum));
        if (never_again(message.getHeader().getField(FIX::FIELD::MsgType))) return false;
        const auto m = std::lower_bound(kept.begin(), kept.end(), seq,
                                        [](const EngineSent& a, int b) { return a.seq < b; });
        if (m == kept.end() || m->seq != seq) return false;
        const BodyPlace body = body_of(m->bytes);
        const std::size_t equals = m->bytes.find('=', body.begin);
        if (equals == std::string::npos || equals >= body.end) return false;
        put_body(message, std::atoi(m->bytes.c_str() + body.begin),
                 m->bytes.substr(equals + 1, body.end - 1 - (equals + 1)));
        return true;
    }

    // Sent at once, for a call of the engine: whatever it throws ends the connection.
    template <class Call>
    void guarded(Call call) {
        try {
            call();
        } catch (const std::exception& e) {
            hang_up(std::string("the session is hung up: ") + e.what());
        } catch (...) {
            hang_up("the session is hung up: unexpected exception");
        }
    }

    void take(const std::string& bytes, const std::vector<EngineField>& header,
              const std::vector<EngineField>& body);
    void look_at_gap();

    EngineOwner& owner;
    const std::size_t number;
    const std::string begin_string, username, password;
    const std::size_t most_kept;
    const bool accept_reset, resets;  // theirs are taken; ours is said with every Logon
    std::atomic<int> next_sender, next_target;
    std::atomic<bool> up{false};
    FIX::UtcTimeStamp created;
    std::deque<EngineSent> kept;
    bool in_logon = false;
    int too_high = 0;  // in a row
    std::size_t too_high_bytes = 0;
    // Below `gap_end` something is missing. Asked for again where the number expected has not moved
    // since, a few times: QuickFIX asks once, and waits for all of it.
    int gap_end = 0, gap_next = 0, gap_rounds = 0;
    std::chrono::steady_clock::time_point gap_moved;

    std::mutex mutex;
    App app{*this};
    Stores stores{*this};
    Logs logs{*this};
    Way way{*this};
    std::unique_ptr<FIX::Session> session;
};

}  // namespace fixnet
}  // namespace assay
