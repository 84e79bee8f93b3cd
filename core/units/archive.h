// Saving and loading of state as bytes: little endian, fields in the order they are named, maps by
// key order, so that equal states give equal bytes. A state lists its fields once:
//
//     template <class Archive> void archive(Archive& a) { a(count_, names_, by_key_); }
//
// Saver appends to a string; Loader reads and never past its end: after a short or damaged input
// `ok()` is false and what was loaded must be thrown away.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace assay {

// Types whose bytes may be taken as they are: no pointers, and no padding, whose bytes would be
// garbage. A struct of doubles says so itself: `static constexpr bool kNoPadding = true`.
template <class T>
struct IsPlain : std::bool_constant<std::is_trivially_copyable_v<T> && !std::is_pointer_v<T> &&
                                    (std::has_unique_object_representations_v<T> ||
                                     std::is_floating_point_v<T> || requires {
    T::kNoPadding; })> {};
template <class T, std::size_t N>
struct IsPlain<std::array<T, N>> : IsPlain<T> {};
template <class T>
concept Plain = IsPlain<T>::value;

template <class T, class Archive>
concept Archivable = requires(T t, Archive a) { t.archive(a); };

class Saver {
  public:
    static constexpr bool kLoading = false;
    explicit Saver(std::string& out) : out_(out) {}

    template <class... T>
    void operator()(const T&... fields) {
        (put(fields), ...);
    }
    bool ok() const { return true; }

  private:
    template <class T>
    void put(const T& v) {
        if constexpr (Archivable<T, Saver>) {
            const_cast<T&>(v).archive(*this);  // archive() only reads while saving
        } else {
            static_assert(Plain<T>, "give this type an archive()");
            const auto at = out_.size();
            out_.resize(at + sizeof(T));
            std::memcpy(out_.data() + at, &v, sizeof(T));
        }
    }
    void put(const std::string& s) {
        put(static_cast<std::uint64_t>(s.size()));
        out_.append(s);
    }
    template <class T, std::size_t N>
        requires(!Plain<T>)
    void put(const std::array<T, N>& v) {
        for (const auto& x : v) put(x);
    }
    template <class T>
    void put(const std::vector<T>& v) {
        range(v);
    }
    template <class T>
    void put(const std::deque<T>& v) {
        range(v);
    }
    template <class T>
    void put(const std::optional<T>& v) {
        put(static_cast<std::uint8_t>(v.has_value()));
        if (v) put(*v);
    }
    // Maps: anything with mapped_type, written in key order.
    template <class M>
        requires requires { typename M::mapped_type; }
    void put(const M& m) {
        std::vector<std::pair<typename M::key_type, const typename M::mapped_type*>> items;
        items.reserve(m.size());
        for (const auto& [k, v] : m) items.emplace_back(k, &v);
        std::sort(items.begin(), items.end(),
                  [](const auto& a, const auto& b) { return a.first < b.first; });
        put(static_cast<std::uint64_t>(items.size()));
        for (const auto& [k, v] : items) {
            put(k);
            put(*v);
        }
    }
    template <class V>
    void range(const V& v) {
        put(static_cast<std::uint64_t>(v.size()));
        using T = typename V::value_type;
        if constexpr (Plain<T> && std::is_same_v<V, std::vector<T>>) {
            const auto at = out_.size();
            out_.resize(at + v.size() * sizeof(T));
            if (!v.empty()) std::memcpy(out_.data() + at, v.data(), v.size() * sizeof(T));
        } else {
            for (const auto& x : v) put(x);
        }
    }
    std::string& out_;
};

class Loader {
  public:
    static constexpr bool kLoading = true;
    explicit Loader(std::string_view in) : in_(in) {}

    template <class... T>
    void operator()(T&... fields) {
        (get(fields), ...);
    }
    bool ok() const { return ok_; }
    bool at_end() const { return in_.empty(); }
    // What was read cannot be: for a type whose bytes have a form of their own.
    void refuse() { ok_ = false; }

  private:
    bool take(void* to, std::size_t n) {
        if (!ok_ || in_.size() < n) return ok_ = false;
        if (n != 0) std::memcpy(to, in_.data(), n);
        in_.remove_prefix(n);
        return true;
    }
    // A count that cannot be true for the bytes that are left is damage, not a reason to allocate.
    std::size_t count(std::size_t each) {
        std::uint64_t n = 0;
        take(&n, sizeof n);
        if (n > in_.size() / (each == 0 ? 1 : each)) ok_ = false;
        return ok_ ? static_cast<std::size_t>(n) : 0;
    }
    template <class T>
    void get(T& v) {
        if constexpr (Archivable<T, Loader>) {
            v.archive(*this);
        } else {
            static_assert(Plain<T>, "give this type an archive()");
            take(&v, sizeof(T));
        }
    }
    // Any other byte in a bool is undefined behaviour, not a truth.
    void get(bool& v) {
        std::uint8_t byte = 0;
        take(&byte, 1);
        if (byte > 1) ok_ = false;
        v = byte == 1;
    }
    void get(std::string& s) {
        s.resize(count(1));
        take(s.data(), s.size());
    }
    template <class T, std::size_t N>
        requires(!Plain<T>)
    void get(std::array<T, N>& v) {
        for (auto& x : v) get(x);
    }
    template <class T>
    void get(std::vector<T>& v) {
        if constexpr (Plain<T>) {
            v.resize(count(sizeof(T)));
            take(v.data(), v.size() * sizeof(T));
        } else {
            v.resize(count(1));
            for (auto& x : v) get(x);
        }
    }
    template <class T>
    void get(std::deque<T>& v) {
        v.resize(count(1));
        for (auto& x : v) get(x);
    }
    template <class T>
    void get(std::optional<T>& v) {
        std::uint8_t has = 0;
        get(has);
        v.reset();
        if (has != 0) get(v.emplace());
    }
    template <class M>
        requires requires { typename M::mapped_type; }
    void get(M& m) {
        m.clear();
        for (std::size_t n = count(1); n != 0 && ok_; --n) {
            typename M::key_type k{};
            get(k);
            get(m[k]);
        }
    }
    std::string_view in_;
    bool ok_ = true;
};

}  // namespace assay
