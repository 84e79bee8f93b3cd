// Writing and reading saved state: little-endian integers and length-prefixed strings.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace assay::fix {

class BlobWriter {
  public:
    explicit BlobWriter(std::string& out) : out_(out) {}

    void u64(std::uint64_t v) {
        char bytes[8];
        for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(v >> (8 * i));
        out_.append(bytes, 8);
    }
    void i64(std::int64_t v) { u64(static_cast<std::uint64_t>(v)); }
    void u32(std::uint32_t v) {
        char bytes[4];
        for (int i = 0; i < 4; ++i) bytes[i] = static_cast<char>(v >> (8 * i));
        out_.append(bytes, 4);
    }
    void text(std::string_view s) {
        u64(s.size());
        out_.append(s);
    }

  private:
    std::string& out_;
};

// Past the end, or after a count that cannot be, everything read is zero and ok() is false.
class BlobReader {
  public:
    explicit BlobReader(std::string_view bytes) : rest_(bytes) {}

    bool ok() const { return ok_; }
    bool done() const { return ok_ && rest_.empty(); }
    std::uint64_t u64() { return number<std::uint64_t>(); }
    std::int64_t i64() { return static_cast<std::int64_t>(u64()); }
    std::uint32_t u32() { return number<std::uint32_t>(); }
    std::string_view text() {
        const std::uint64_t size = u64();
        if (size > rest_.size()) {
            fail();
            return {};
        }
        const std::string_view s = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return s;
    }
    // A number of items of at least `least_bytes` each: never more than the blob can hold.
    std::uint64_t count(std::uint64_t least_bytes) {
        const std::uint64_t n = u64();
        if (n > rest_.size() / least_bytes) fail();
        return ok_ ? n : 0;
    }
    void fail() {
        ok_ = false;
        rest_ = {};
    }

  private:
    template <class T>
    T number() {
        if (rest_.size() < sizeof(T)) {
            fail();
            return 0;
        }
        T v = 0;
        for (std::size_t i = 0; i < sizeof(T); ++i) {
            v |= static_cast<T>(static_cast<T>(static_cast<unsigned char>(rest_[i])) << (8 * i));
        }
        rest_.remove_prefix(sizeof(T));
        return v;
    }

    std::string_view rest_;
    bool ok_{true};
};

}  // namespace assay::fix
