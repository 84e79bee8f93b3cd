#include "hosts/journal/fake_disk.h"

#include <algorithm>

namespace assay::journal {

class FakeFile : public GrowingFile {
  public:
    FakeFile(FakeDisk& disk, std::string path) : disk_(disk), path_(std::move(path)) {}
    Result<void> write(std::string_view bytes) override {
        if (disk_.before) disk_.before();
        if (disk_.fails()) {
            disk_.files_[path_].bytes += bytes.substr(0, bytes.size() / 2);
            return fail(path_ + ": cannot be written: no space left");
        }
        disk_.files_[path_].bytes += bytes;
        return {};
    }
    Result<void> sync() override {
        if (disk_.before) disk_.before();
        if (disk_.fails()) return fail(path_ + ": cannot be made durable: input/output error");
        FakeDisk::File& file = disk_.files_[path_];
        file.durable = file.bytes.size();
        return {};
    }

  private:
    FakeDisk& disk_;
    std::string path_;
};

bool FakeDisk::fails() {
    if (fail_in_ == 0) return false;
    if (fail_in_ == 1) return true;
    --fail_in_;
    return false;
}

Result<std::vector<std::string>> FakeDisk::list(const std::string& folder) {
    std::vector<std::string> names;
    for (const auto& [path, file] : files_)
        if (path.starts_with(folder + "/")) names.push_back(path.substr(folder.size() + 1));
    return names;
}

Result<std::unique_ptr<GrowingFile>> FakeDisk::append(const std::string& path) {
    files_[path];
    return std::make_unique<FakeFile>(*this, path);
}

Result<std::size_t> FakeDisk::read(const std::string& path, std::uint64_t offset, std::size_t most,
                                   std::string& into) {
    const auto it = files_.find(path);
    if (it == files_.end()) return fail(path + ": cannot be opened: no such file");
    const std::string_view bytes = it->second.bytes;
    if (offset >= bytes.size()) return 0;
    const std::string_view part = bytes.substr(offset, most);
    into += part;
    return part.size();
}

Result<std::uint64_t> FakeDisk::size(const std::string& path) {
    return files_.at(path).bytes.size();
}

Result<void> FakeDisk::cut(const std::string& path, std::uint64_t size) {
    File& file = files_.at(path);
    file.bytes.resize(size);
    file.durable = std::min<std::size_t>(file.durable, size);
    return {};
}

Result<void> FakeDisk::remove(const std::string& path) {
    files_.erase(path);
    return {};
}

FakeDisk FakeDisk::after_power_loss(Loss loss, std::mt19937_64& dice) const {
    FakeDisk after;
    for (const auto& [path, file] : files_) {
        std::string bytes = file.bytes.substr(0, file.durable);
        const std::string rest = file.bytes.substr(file.durable);
        const auto sector_end = [&](std::size_t at) {
            const std::size_t place = file.durable + at;
            return std::min(rest.size(), (place / kSector + 1) * kSector - file.durable);
        };
        switch (loss) {
            case Loss::all:
                break;
            case Loss::none:
                bytes += rest;
                break;
            case Loss::tail:
                bytes += rest.substr(0, rest.empty() ? 0 : dice() % rest.size());
                break;
            case Loss::sectors:
            case Loss::front:
                for (std::size_t at = 0; at < rest.size(); at = sector_end(at)) {
                    const std::size_t n = sector_end(at) - at;
                    const bool kept = loss == Loss::front ? at > 0 : dice() % 2 == 0;
                    bytes += kept ? rest.substr(at, n) : std::string(n, '\0');
                }
                break;
        }
        after.files_[path] = {bytes, bytes.size()};
    }
    return after;
}

}  // namespace assay::journal
