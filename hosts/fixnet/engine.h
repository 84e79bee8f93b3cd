// The session layer of FIX: QuickFIX, behind plain types. Logons, heartbeats, gaps, resends and
// sequence numbers are its affair; sockets, threads and files are those of Net.
//
// C++14, as engine.cpp is compiled so: QuickFIX 1.15 has dynamic exception specifications, which
// C++17 took away. Nothing but engine.cpp knows QuickFIX.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace assay {
namespace fixnet {

struct EngineField {
    int tag;
    const char* data;
    std::size_t size;
};

struct EngineSent {
    int seq;
    std::string bytes;
};

struct EngineSession {
    std::string begin_string, appl_ver, sender, target;
    bool initiator = false;
    int heartbeat_s = 30;
    bool reset_on_logon = false;
    bool accept_reset = true;
    int time_digits = 3;
    std::string starts, ends;        // HH:MM:SS
    std::string username, password;  // of our Logon
    std::size_t kept = 10000;
    // Where it goes on from; created_s: seconds since 1970, -1: it is new.
    int next_sender = 1, next_target = 1;
    std::int64_t created_s = -1;
    std::vector<EngineSent> sent;
};

// What the engine asks of its owner, in the thread that called it, with the session locked. False
// and exceptions mean the same: it could not be done, and the session is to be hung up.
class EngineOwner {
  public:
    virtual ~EngineOwner() {}
    virtual bool message(std::size_t session, bool sent, const std::string& bytes) = 0;
    virtual bool reset(std::size_t session, bool by_logon) = 0;
    virtual void event(std::size_t session, const std::string& text) = 0;
    virtual void up(std::size_t session) = 0;
    virtual void down(std::size_t session) = 0;
    virtual bool transmit(std::size_t session, const std::string& bytes) = 0;
    virtual void hang_up(std::size_t session) = 0;
};

// Calls for one session wait for each other; those for several do not.
class Engine {
  public:
    enum class Sent { yes, not_logged_on, not_kept };

    // Throws std::runtime_error where QuickFIX refuses a setting.
    Engine(EngineOwner& owner, const std::vector<EngineSession>& sessions);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    // A connection is there; an initiator logs on at the next tick.
    void connected(std::size_t session);
    // It is gone.
    void disconnected(std::size_t session);
    // Heartbeats and time limits; some times a second.
    void tick(std::size_t session);
    // One sound message: all of it, its header, and the body of an admin message.
    void incoming(std::size_t session, const std::string& bytes,
                  const std::vector<EngineField>& header, const std::vector<EngineField>& body);
    // `header` without what the engine stamps; `body` as it stands, with its delimiters.
    Sent send(std::size_t session, const std::vector<EngineField>& header, int first_tag,
              const std::string& body_after_first_tag);
    // Says goodbye, and takes no Logon any more.
    void log_out(std::size_t session, const std::string& reason);

    bool logged_on(std::size_t session) const;
    int next_sender(std::size_t session) const;
    int next_target(std::size_t session) const;

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace fixnet
}  // namespace assay
