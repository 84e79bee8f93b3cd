// A disk in memory that loses power: what was written and not made durable may be gone, cut in the
// middle of a sector, or there while what was written before it is not.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "hosts/journal/disk.h"

namespace assay::journal {

class FakeDisk : public Disk {
  public:
    static constexpr std::size_t kSector = 512;
    struct File {
        std::string bytes;      // as a reader sees it now
        std::size_t durable{};  // of them, from the front
    };
    enum class Loss : std::uint8_t { all, none, tail, sectors, front };
    static constexpr Loss kLosses[] = {Loss::all, Loss::none, Loss::tail, Loss::sectors,
                                       Loss::front};

    Result<std::vector<std::string>> list(const std::string& folder) override;
    Result<std::unique_ptr<GrowingFile>> append(const std::string& path) override;
    Result<std::size_t> read(const std::string& path, std::uint64_t offset, std::size_t most,
                             std::string& into) override;
    Result<std::uint64_t> size(const std::string& path) override;
    Result<void> cut(const std::string& path, std::uint64_t size) override;
    Result<void> remove(const std::string& path) override;

    // What is found after power was lost now.
    FakeDisk after_power_loss(Loss loss, std::mt19937_64& dice) const;
    std::map<std::string, File>& files() { return files_; }
    // The n-th write or sync from now on fails, and all after it.
    void fail_at(std::uint64_t n) { fail_in_ = n; }
    // Called before each write and each sync.
    std::function<void()> before;

  private:
    friend class FakeFile;
    bool fails();
    std::map<std::string, File> files_;
    std::uint64_t fail_in_{};
};

}  // namespace assay::journal
