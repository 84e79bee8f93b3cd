// One input as records in its own order: what stands in a FIX log, a quotes file, a fills table.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/fix/frame.h"
#include "core/fix/message.h"
#include "core/fix/prefix.h"
#include "core/kernel/health.h"
#include "core/units/result.h"
#include "hosts/cli/dead_letters.h"
#include "hosts/cli/fills_csv.h"
#include "hosts/cli/quotes_csv.h"
#include "hosts/cli/settings.h"
#include "hosts/cli/source.h"

namespace assay {

// What a feed stands at. Views hold until the feed goes on.
struct Record {
    Nanos at{};           // capture time
    bool clock{true};     // false: `at` is SendingTime or file order
    bool quote_class{};   // comes before everything else of the same time
    bool is_message{};    // a FIX message: `message` is read; else `event` is what it says
    bool readable{true};  // the message could be parsed; else why not:
    bool framed{true};    // false: its frame is not sound, and it is a dead letter already
    std::string_view dead_kind{};
    std::string dead_what{};
    Place place{};
    const fix::Message* message{};
    const Event* event{};
    std::string_view bytes{};
};

class Feed {
  public:
    virtual ~Feed() = default;
    // Goes to the next record; false at the end. Of a source that grows: false where there is none
    // yet, and it may be asked again.
    virtual bool next() = 0;
    const Record& record() const { return record_; }
    virtual std::uint64_t raw_bytes_read() const = 0;
    // At the end: bytes, kind and remarks for health.
    virtual void account(Health& health, InputLine& line) const = 0;

  protected:
    Record record_;
};

std::unique_ptr<Feed> open_fix_feed(std::unique_ptr<Source> source, std::uint32_t file,
                                    const Settings& settings, DeadLetters& dead);
// Files of --quotes are no part of the input that health accounts for byte by byte; quotes that
// were found among the FILES are.
enum class QuotesFrom : std::uint8_t { option, files };
Result<std::unique_ptr<Feed>> open_quotes_feed(std::unique_ptr<Source> source, std::uint32_t file,
                                               QuotesFrom from, DeadLetters& dead);
// `assumptions` gets the table's own: which side was assumed.
Result<std::unique_ptr<Feed>> open_fills_feed(std::unique_ptr<Source> source, std::uint32_t file,
                                              std::uint32_t session, const Settings& settings,
                                              DeadLetters& dead,
                                              std::vector<std::string>& assumptions);

}  // namespace assay
