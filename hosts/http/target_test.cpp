#include "hosts/http/target.h"

#include <gtest/gtest.h>

namespace assay::http {
namespace {

TEST(Target, a_path_is_cut_first_and_decoded_then) {
    const auto target = parse_target("/api/v1/rankings/balanced/EUR%2FUSD?size=3&regime=calm");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->path, "/api/v1/rankings/balanced/EUR%2FUSD");
    ASSERT_EQ(target->segments.size(), 5u);
    EXPECT_EQ(target->segments[4], "EUR/USD");
    EXPECT_EQ(target->query, (std::vector<Pair>{{"size", "3"}, {"regime", "calm"}}));
}

TEST(Target, a_plus_is_a_blank_in_a_query_and_itself_in_a_path) {
    const auto target = parse_target("/a+b?c=d+e%2Bf&g&=h&&");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->segments[0], "a+b");
    EXPECT_EQ(target->query, (std::vector<Pair>{{"c", "d e+f"}, {"g", ""}, {"", "h"}}));
}

TEST(Target, the_absolute_form_is_its_path) {
    EXPECT_EQ(parse_target("http://localhost:80/healthz?a=1")->path, "/healthz");
    EXPECT_EQ(parse_target("http://localhost")->path, "/");
    EXPECT_EQ(parse_target("*")->path, "*");
}

TEST(Target, what_is_no_target_is_refused_with_a_reason) {
    const struct {
        const char* target;
        const char* reason;
    } cases[] = {
        {"", "does not begin with a /"},
        {"healthz", "does not begin with a /"},
        {"/a%", "two hexadecimal digits"},
        {"/a%4", "two hexadecimal digits"},
        {"/a%4g", "two hexadecimal digits"},
        {"/a?b=%zz", "two hexadecimal digits"},
        {"/a%00b", "control character"},
        {"/a%0d%0aX:1", "control character"},
        {"/a%7f", "control character"},
        {"/%ff", "not UTF-8"},
        {"/%c0%af", "not UTF-8"},     // an overlong slash
        {"/%ed%a0%80", "not UTF-8"},  // a surrogate
        {"/a#b", "fragments"},
    };
    for (const auto& c : cases) {
        const auto target = parse_target(c.target);
        ASSERT_FALSE(target) << c.target;
        EXPECT_NE(target.error().text().find(c.reason), std::string::npos)
            << c.target << ": " << target.error().text();
    }
}

TEST(Target, the_last_percent_of_a_text_is_read_whole) {
    EXPECT_EQ(*percent_decoded("%41"), "A");
    EXPECT_EQ(*percent_decoded("%e2%82%ac"), "\u20ac");
    EXPECT_FALSE(percent_decoded("%"));
}

TEST(Target, parts_and_parameters_are_bounded) {
    std::string path, query = "/?";
    for (std::size_t i = 0; i < kMostSegments; ++i) path += "/a";
    for (std::size_t i = 0; i < kMostQueryParameters; ++i) query += "a=1&";
    EXPECT_TRUE(parse_target(path));
    EXPECT_FALSE(parse_target(path + "/a"));
    EXPECT_TRUE(parse_target(query));
    EXPECT_FALSE(parse_target(query + "a=1"));
}

}  // namespace
}  // namespace assay::http
