#include "core/units/archive.h"

#include <gtest/gtest.h>
#include <map>
#include <string>

namespace assay {
namespace {

struct Inner {
    std::string name;
    std::optional<std::int32_t> number;
    template <class Archive>
    void archive(Archive& a) {
        a(name, number);
    }
    bool operator==(const Inner&) const = default;
};
struct All {
    std::int64_t i{-7};
    double d{0.1};
    bool yes{true};
    std::string text{"two words"};
    std::array<std::int64_t, 3> array{1, 2, 3};
    std::array<Inner, 2> inners{Inner{"a", 1}, Inner{"b", std::nullopt}};
    std::vector<std::uint32_t> plain{9, 8, 7};
    std::vector<Inner> vector{{"c", 3}};
    std::deque<std::string> deque{"d", "", "e"};
    std::map<std::string, Inner> map{{"x", {"f", 4}}, {"y", {}}};
    template <class Archive>
    void archive(Archive& a) {
        a(i, d, yes, text, array, inners, plain, vector, deque, map);
    }
    bool operator==(const All&) const = default;
};

std::string saved(const All& all) {
    std::string bytes;
    Saver{bytes}(all);
    return bytes;
}

TEST(Archive, a_bool_that_is_neither_0_nor_1_is_refused) {
    std::string bytes;
    Saver{bytes}(true);
    bytes[0] = 23;
    bool yes = false;
    Loader loader(bytes);
    loader(yes);
    EXPECT_FALSE(loader.ok());
}

TEST(Archive, what_is_saved_is_loaded) {
    const std::string bytes = saved({});
    All back{0, 0, false, "", {}, {}, {}, {}, {}, {}};
    Loader loader(bytes);
    loader(back);
    EXPECT_TRUE(loader.ok());
    EXPECT_TRUE(loader.at_end());
    EXPECT_EQ(back, All{});
    EXPECT_EQ(saved(back), bytes);
}

TEST(Archive, cut_at_any_byte_it_says_so_and_reads_no_further) {
    const std::string bytes = saved({});
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
        const std::vector<char> exact(bytes.begin(),
                                      bytes.begin() + static_cast<std::ptrdiff_t>(cut));
        All back;
        Loader loader({exact.data(), exact.size()});
        loader(back);
        EXPECT_FALSE(loader.ok()) << "cut=" << cut;
    }
}

TEST(Archive, counts_that_cannot_be_true_allocate_nothing) {
    std::string bytes;
    Saver{bytes}(std::uint64_t{1} << 60);
    for (int kind = 0; kind < 3; ++kind) {
        Loader loader(bytes);
        std::string text;
        std::vector<std::uint64_t> plain;
        std::map<std::uint64_t, std::uint64_t> map;
        if (kind == 0) loader(text);
        if (kind == 1) loader(plain);
        if (kind == 2) loader(map);
        EXPECT_FALSE(loader.ok()) << kind;
        EXPECT_TRUE(text.empty() && plain.empty() && map.empty()) << kind;
    }
}

TEST(Archive, any_changed_byte_is_read_without_harm) {
    const std::string bytes = saved({});
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        for (const int flip : {1, 0x80, 0xff}) {
            std::string bad = bytes;
            bad[at] = static_cast<char>(bad[at] ^ flip);
            All back;
            Loader loader(bad);
            loader(back);  // the sanitizers are the test
        }
    }
}

}  // namespace
}  // namespace assay
