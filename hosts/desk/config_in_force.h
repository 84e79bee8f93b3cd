// Which configuration a running desk goes by, for whoever asks from any thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <utility>

namespace assay::desk {

class ConfigInForce {
  public:
    // `toml`: without secrets.
    void set(std::uint64_t version, std::string toml) {
        const std::lock_guard lock(mutex_);
        version_ = version;
        toml_ = std::move(toml);
    }
    std::uint64_t version() const {
        const std::lock_guard lock(mutex_);
        return version_;
    }
    std::string toml() const {
        const std::lock_guard lock(mutex_);
        return toml_;
    }

  private:
    mutable std::mutex mutex_;
    std::uint64_t version_{};
    std::string toml_;
};

}  // namespace assay::desk
