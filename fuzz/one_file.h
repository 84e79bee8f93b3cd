// A disk with one file, which is only read: what a fuzz target was given.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hosts/journal/disk.h"

namespace assay {

class OneFile : public journal::Disk {
  public:
    OneFile(std::string name, std::string_view bytes) : name_(std::move(name)), bytes_(bytes) {}
    Result<std::vector<std::string>> list(const std::string&) override {
        return std::vector<std::string>{name_};
    }
    Result<std::unique_ptr<journal::GrowingFile>> append(const std::string&) override {
        return fail("it is only read");
    }
    Result<std::size_t> read(const std::string&, std::uint64_t offset, std::size_t most,
                             std::string& into) override {
        const std::string_view rest =
            bytes_.substr(std::min<std::uint64_t>(offset, bytes_.size()), most);
        into += rest;
        return rest.size();
    }
    Result<std::uint64_t> size(const std::string&) override { return bytes_.size(); }
    Result<void> cut(const std::string&, std::uint64_t) override { return fail("it is only read"); }
    Result<void> remove(const std::string&) override { return fail("it is only read"); }

  private:
    std::string name_;
    std::string_view bytes_;
};

}  // namespace assay
