// A Reader on a thread of its own, some pieces ahead of who takes the entries: checking sums takes
// about as long as applying what was checked.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "hosts/journal/reader.h"

namespace assay::journal {

class ReadAhead {
  public:
    // `sees`: called with each entry and the name of its session ("": none), in their order, on the
    // reading thread; all of them before next() gives the end.
    using Sees = std::function<void(const Entry&, const std::string& session)>;
    // The disk that the reader reads must not be used by others until this has ended.
    explicit ReadAhead(Reader reader, Sees sees = {});
    ~ReadAhead();
    ReadAhead(const ReadAhead&) = delete;
    ReadAhead& operator=(const ReadAhead&) = delete;

    // As Reader::next() and Reader::sessions().
    Result<std::optional<Entry>> next();
    const std::map<std::uint32_t, std::string>& sessions() const { return sessions_; }

  private:
    struct Piece {
        std::string bytes;  // of all entries, one behind the other
        std::vector<Entry> entries;
        std::map<std::uint32_t, std::string> sessions;  // met up to its end
        std::optional<Error> error;                     // behind the entries
        bool last{};
    };
    void read(Reader reader, const Sees& sees);
    void put(std::unique_ptr<Piece> piece);

    // Where entries look into does not move: a short text would lie in the piece itself.
    std::unique_ptr<Piece> piece_;  // being taken
    std::size_t taken_{};
    std::map<std::uint32_t, std::string> sessions_;
    std::mutex mutex_;
    std::condition_variable come_, room_;
    std::deque<std::unique_ptr<Piece>> ahead_;
    bool ending_{};
    std::thread thread_;
};

}  // namespace assay::journal
