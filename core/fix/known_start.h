// The eight to sixteen bytes that texts of one kind have begun with so far, compared as two words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/fix/digits.h"

namespace assay::fix {

class KnownStart {
  public:
    static constexpr std::size_t kLeast = 8, kMost = 16;

    // 0: nothing is known, as no start of a fitting size was given yet.
    std::size_t size() const { return size_; }
    void keep(std::string_view start) {
        if (start.size() < kLeast || start.size() > kMost) return;
        size_ = start.size();
        first_ = word_at(start.data());
        last_ = word_at(start.data() + size_ - 8);
    }
    // Whether kMost bytes or more begin with it.
    bool begins(const char* text) const {
        return size_ != 0 && word_at(text) == first_ && word_at(text + size_ - 8) == last_;
    }

  private:
    std::uint64_t first_{}, last_{};
    std::size_t size_{};
};

}  // namespace assay::fix
