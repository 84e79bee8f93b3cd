// A sequence that grows by blocks: what was made never moves, growing copies nothing, and memory
// is touched once. References hold until clear().
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace assay {

// kPerBlock: a power of two.
template <class T, std::size_t kPerBlock>
class Blocks {
    static_assert(std::has_single_bit(kPerBlock));

  public:
    using value_type = T;

    Blocks() = default;
    Blocks(Blocks&& o) noexcept : blocks_(std::move(o.blocks_)), size_(std::exchange(o.size_, 0)) {}
    Blocks& operator=(Blocks&& o) noexcept {
        blocks_ = std::move(o.blocks_);
        size_ = std::exchange(o.size_, 0);
        return *this;
    }

    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    T& operator[](std::size_t i) { return blocks_[i / kPerBlock][i % kPerBlock]; }
    const T& operator[](std::size_t i) const { return blocks_[i / kPerBlock][i % kPerBlock]; }
    T& back() { return (*this)[size_ - 1]; }

    T& emplace_back() {
        if (size_ == blocks_.size() * kPerBlock)
            blocks_.push_back(std::make_unique<T[]>(kPerBlock));
        return (*this)[size_++];
    }
    // Only grows, or starts anew.
    void resize(std::size_t n) {
        if (n < size_) clear();
        while (size_ < n) emplace_back();
    }
    void clear() {
        blocks_.clear();
        size_ = 0;
    }

    template <class Sequence, class Value>
    class Iterator {
      public:
        Iterator(Sequence* all, std::size_t at) : all_(all), at_(at) {}
        Value& operator*() const { return (*all_)[at_]; }
        Value* operator->() const { return &(*all_)[at_]; }
        Iterator& operator++() {
            ++at_;
            return *this;
        }
        bool operator==(const Iterator& o) const { return at_ == o.at_; }

      private:
        Sequence* all_;
        std::size_t at_;
    };
    auto begin() { return Iterator<Blocks, T>(this, 0); }
    auto end() { return Iterator<Blocks, T>(this, size_); }
    auto begin() const { return Iterator<const Blocks, const T>(this, 0); }
    auto end() const { return Iterator<const Blocks, const T>(this, size_); }

    template <class Archive>
    void archive(Archive& a) {
        std::uint64_t n = size_;
        a(n);
        if constexpr (Archive::kLoading) {
            clear();
            // A damaged count ends when the bytes do, not when memory does.
            for (; n != 0 && a.ok(); --n) a(emplace_back());
        } else {
            for (T& x : *this) a(x);
        }
    }

  private:
    std::vector<std::unique_ptr<T[]>> blocks_;
    std::size_t size_{};
};

}  // namespace assay
