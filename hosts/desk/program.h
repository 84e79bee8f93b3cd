// `assay desk`: everything put together, from the folder on disk to the sockets, and taken apart in
// order when it is told to stop.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/units/result.h"
#include "hosts/desk/desk_source.h"
#include "hosts/desk/desk_toml.h"

namespace assay::desk {

// A desk.toml with what it says, as whoever starts the desk reads it.
struct ReadFile {
    DeskSettings settings;
    std::string toml;
};

struct ProgramOptions {
    bool live{};  // "I mean it", for mode = "live"
    std::string version, commit;
    std::string toml;  // the file as it was read, for /api/v1/config and the history
    Log* log{};        // outlives the program
    std::function<Result<ReadFile>()> read_again;  // for a reload; empty: there is none
    // Shows a secret to whoever sits at the terminal, and to no log; false: nobody does, and it
    // goes to a file that only they may read.
    std::function<bool(std::string_view line)> tell_once;
    std::string program{};  // assay, for back-tests; empty: this program itself
};

class Program {
  public:
    // Everything is up when it returns: recovered, listening, calling. Errors say what is wrong and
    // what to do; nothing was sent then.
    static Result<std::unique_ptr<Program>> start(DeskSettings settings, ProgramOptions options);
    // Nothing is started: the newest state with the journal's tail behind it, against the whole
    // journal read anew. An error where there is nothing to compare.
    struct Verified {
        std::uint64_t entries{};     // of the journal
        std::uint64_t from_state{};  // of them, that the state stands for
        bool equal{};                // byte for byte
    };
    static Result<Verified> verify(DeskSettings settings);
    ~Program();
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    std::string url() const;
    std::uint16_t fix_port(std::string_view session) const;  // 0: no such session, or it calls
    Service& service();
    // Why it cannot go on; empty: it can.
    std::string failed() const;
    // The file is read anew and put in force as one input of the desk, or refused and nothing has
    // changed. Any thread; returns when it is durable and applied.
    http::Answer<http::ReloadView> reload(const http::ReloadWish& wish);
    // Sessions log out, what has come is applied, a state is written.
    void stop(std::string_view why);

  private:
    struct Parts;
    explicit Program(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace assay::desk
