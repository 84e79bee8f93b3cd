// Saving and loading a shard.
#include "core/kernel/kernel.h"
#include "core/units/archive.h"

namespace assay {
namespace {

constexpr char kMagic[8] = {'A', 'S', 'S', 'A', 'Y', 'K', '1', '0'};

struct SketchBytes {
    estimate::Sketch& sketch;
    template <class Archive>
    void archive(Archive& a) {
        std::string bytes;
        if constexpr (!Archive::kLoading) sketch.save(bytes);
        a(bytes);
        if constexpr (Archive::kLoading) {
            std::string_view in = bytes;
            auto loaded = estimate::Sketch::load(in);
            if (!loaded || !in.empty()) return a.refuse();
            sketch = std::move(*loaded);
        }
    }
};

template <class Archive>
void sums_archive(Archive& a, kpi::Sums& sums) {
    kpi::Sums::pairwise(sums, sums, [&](auto& x, auto&) { a(x); });
}

}  // namespace

template <class Archive>
void ReportRow::archive(Archive& a) {
    a(key.lp, key.symbol, key.size, key.regime, key.hour, key.side, key.currency, key.minute,
      vacant, orders);
    sums_archive(a, sums);
    for (auto* s : {&round_trip, &command, &gateway, &first_fill, &last_fill, &ack_to_fill, &reject,
                    &cancel, &hold_accept, &hold_reject}) {
        SketchBytes bytes{*s};
        a(bytes);
    }
    std::vector<std::int32_t> days;
    std::vector<Day> values;
    for (const auto& [day, v] : price_improvement_by_day) {
        days.push_back(day);
        values.push_back(v);
    }
    a(days, values);
    if constexpr (Archive::kLoading) {
        price_improvement_by_day.clear();
        for (std::size_t i = 0; i < days.size() && i < values.size(); ++i)
            price_improvement_by_day[days[i]] = values[i];
    }
    for (Size& s : by_size) a(s.offered, s.filled, s.n);
}

template <class Archive>
void Cell::archive(Archive& a) {
    a(key.lp, key.symbol, key.size, key.regime, session, row, slow, fast);
    bool has = frozen_ != nullptr;
    a(has);
    if (has) a(freeze());
}

template <class Archive>
void Kernel::LpState::archive(Archive& a) {
    SketchBytes bytes{hold};
    a(bytes, since, median_hold);
}

template <class Archive>
void Kernel::archive(Archive& a) {
    a(lps_, symbols_, blotter_, timers_, rows_, vacant_rows_, swept_minute_, cells_, lots_,
      free_lots_, charges_, charges_swept_at_);
    for (std::uint32_t i = 0; Archive::kLoading && i < symbols_.size(); ++i) symbol_state(i);
    for (auto& m : markets_) a(m);
    a(lp_states_, leaks_, leak_index_, attribution_[0], attribution_[1], leak_clock_.landmark,
      counts_, now_, heard_, day_, session_, session_began_, session_closes_, calendar_,
      foresight_);
    if constexpr (Archive::kLoading) {
        row_index_.clear();
        untold_.clear();
        for (std::uint32_t i = 0; i < rows_.size(); ++i) {
            if (rows_[i].vacant) continue;
            row_index_[rows_[i].key] = i;
            untold_.push_back(i);
        }
        cell_index_.clear();
        for (std::uint32_t i = 0; i < cells_.size(); ++i) {
            cell_index_[cells_[i].key.packed()] = i;
        }
    }
}

std::string Kernel::save() const {
    std::string out(kMagic, sizeof kMagic);
    Saver a(out);
    a(config_.version);
    const_cast<Kernel*>(this)->archive(a);  // archive() only reads while saving
    return out;
}

bool Kernel::load(std::string_view bytes) {
    if (bytes.size() < sizeof kMagic ||
        bytes.substr(0, sizeof kMagic) != std::string_view(kMagic, sizeof kMagic))
        return false;
    Loader a(bytes.substr(sizeof kMagic));
    std::uint64_t version = 0;
    a(version);
    if (version != config_.version) return false;
    Kernel fresh(config_);
    fresh.archive(a);
    if (!a.ok() || !a.at_end()) return false;
    fresh.witness_ = witness_;
    fresh.touched_ = touched_;
    *this = std::move(fresh);
    // Instruments are looked up again: they belong to this kernel's configuration.
    for (std::uint32_t i = 0; i < markets_.size(); ++i)
        markets_[i].instrument = &config_.instruments.of(symbols_.name(i));
    return true;
}

}  // namespace assay
