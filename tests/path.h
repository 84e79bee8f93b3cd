// For tests: the whole way of bytes through the core, without a host: framer, parser, session stage
// and the kernels of all shards, in the order in which the bytes stand.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/fix/decode.h"
#include "core/fix/frame.h"
#include "core/fix/prefix.h"
#include "core/fix/session.h"
#include "core/kernel/kernel.h"
#include "core/score/report.h"

namespace assay::testkit {

class Path {
  public:
    explicit Path(Config config = {}, fix::Strictness strictness = fix::Strictness::strict,
                  fix::Parties parties = {});

    // Bytes as they come; cut anywhere.
    void feed(std::string_view more);
    // No more bytes: what is still in the framer is decided.
    void end_input();
    // The same, and time goes on until all that is due has fired.
    void end();

    // Sees every event that the kernels are given, and after it was applied.
    std::function<void(const Event&, Verdict)> applied;

    const Config& config() const { return config_; }
    std::vector<const Kernel*> shards() const;
    Kernel& kernel(std::uint32_t shard);
    // Every shard's bytes, in shard order.
    std::string save() const;

    score::Report report() const;
    // A value of the catalog in the row whose first key is `lp`, or of "total".
    std::optional<double> value(std::string_view lp, std::string_view name) const;
    // Sum over the shards.
    BlotterCounts blotter_counts() const;
    const fix::FrameCounts& frame_counts() const { return framer_.counts(); }
    const fix::StageCounts& stage_counts() const { return stage_.counts(); }
    std::uint64_t frames() const;
    // By what the first event of a message came to; the stage's own verdict where it has none.
    struct Messages {
        std::uint64_t read{}, applied{}, duplicate{}, waiting{}, dead{};
        bool operator==(const Messages&) const = default;
    };
    Messages messages() const;

    struct Found {
        const Blotter* blotter{};
        std::uint32_t chain{kNoIndex}, session{};
    };
    // The order that a ClOrdID names, in whichever session.
    Found find(std::string_view cl_ord_id) const;

  private:
    void step(fix::Input input);
    void take(const fix::Frame& frame);
    void name_unread(const fix::Capture& capture, const fix::Frame& frame);

    Config config_;
    fix::Parties parties_;
    fix::Framer framer_;
    fix::SessionStage stage_;
    fix::PrefixClock clock_;
    std::array<std::unique_ptr<Kernel>, kShards> kernels_;
    std::string buffer_;
    std::vector<Event> events_;
    std::uint64_t kernel_duplicate_{}, kernel_dead_{};
    std::uint32_t sessions_{};
    Nanos last_{0};
};

}  // namespace assay::testkit
