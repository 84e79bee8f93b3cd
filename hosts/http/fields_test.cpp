#include "hosts/http/fields.h"

#include <array>
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace assay::http {
namespace {

Request with_body(std::string body, std::string type = "application/json") {
    Request request;
    request.headers = {{"content-type", std::move(type)}};
    request.body = std::move(body);
    return request;
}
Request with_query(std::vector<Pair> query) {
    Request request;
    request.query = std::move(query);
    return request;
}
Fields body(std::string text) {
    auto fields = Fields::of_body(with_body(std::move(text)));
    EXPECT_TRUE(fields) << fields.error().detail;
    return fields ? *fields : Fields();
}

TEST(Fields, numbers_of_a_body_are_read_to_their_last_digit) {
    const struct {
        const char* json;
        std::int64_t nano;
    } cases[] = {
        {"100.01", 100'010'000'000},
        {"1234567890.123456789", 1'234'567'890'123'456'789},  // a double would have lost three
        {"1.5e3", 1'500'000'000'000},
        {"2E-2", 20'000'000},
        {"1e0", 1'000'000'000},
        {"0.000000001", 1},
    };
    for (const auto& c : cases) {
        Fields fields = body(fmt::format("{{\"limit\": {}}}", c.json));
        const auto limit = fields.price("limit");
        ASSERT_TRUE(limit) << c.json;
        EXPECT_EQ(limit->nano, c.nano) << c.json;
        EXPECT_FALSE(fields.wrong());
    }
}

TEST(Fields, what_is_no_number_of_that_kind_is_named) {
    const struct {
        const char* json;
        const char* reason;
    } cases[] = {
        {"0", "above 0"},
        {"-1", "above 0"},
        {"\"100\"", "expected a number"},
        {"true", "expected a number"},
        {"[1]", "expected a number"},
        {"{\"a\": 1}", "expected a number"},
        {"1e300", "expected a number"},
        {"1e-30", "at most 9 digits"},
        {"99999999999", "too large"},
        {"0.0000000001", "at most 9 digits"},
    };
    for (const auto& c : cases) {
        Fields fields = body(fmt::format("{{\"limit\": {}}}", c.json));
        EXPECT_FALSE(fields.price("limit")) << c.json;
        const auto problem = fields.wrong();
        ASSERT_TRUE(problem) << c.json;
        EXPECT_EQ(problem->status, 422);
        ASSERT_EQ(problem->errors.size(), 1u);
        EXPECT_EQ(problem->errors[0].field, "limit");
        EXPECT_NE(problem->errors[0].message.find(c.reason), std::string::npos)
            << c.json << ": " << problem->errors[0].message;
    }
}

TEST(Fields, every_wrong_field_is_named_at_once) {
    Fields fields = body(R"({"side": "bye", "qty": -5, "limt": 3, "nothing": null})");
    constexpr std::array<std::string_view, 2> sides = {"buy", "sell"};
    fields.required_text("symbol");
    fields.choice("side", sides);
    fields.qty("qty");
    fields.price("limit");
    const auto problem = fields.wrong();
    ASSERT_TRUE(problem);
    ASSERT_EQ(problem->errors.size(), 5u);
    EXPECT_EQ(problem->errors[0].message, "it is missing");
    EXPECT_EQ(problem->errors[1].message, "\"bye\" is none of buy, sell; did you mean \"buy\"?");
    EXPECT_EQ(problem->errors[2].field, "qty");
    EXPECT_EQ(problem->errors[3].message, "it is not known; did you mean \"limit\"?");
    EXPECT_EQ(problem->errors[4].field, "nothing");
}

TEST(Fields, null_is_absent) {
    Fields fields = body(R"({"limit": null, "symbol": null})");
    EXPECT_FALSE(fields.price("limit"));
    EXPECT_FALSE(fields.has("symbol"));
    fields.required_text("symbol");
    EXPECT_EQ(fields.wrong()->errors[0].message, "it is missing");
}

TEST(Fields, a_body_that_is_no_flat_object_is_400) {
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += "{\"a\":";
    std::string many = "{";
    for (std::size_t i = 0; i <= kMostFields; ++i) many += fmt::format("\"f{}\": 1, ", i);
    const struct {
        std::string json;
        const char* reason;
    } cases[] = {
        {"", "no JSON"},
        {"{", "no JSON"},
        {"{\"a\": 1} x", "no JSON"},
        {"{\"a\": NaN}", "no JSON"},
        {"{\"a\": 01}", "no JSON"},
        {"{'a': 1}", "no JSON"},
        {"{\"a\": \"\xff\"}", "no JSON"},
        {"[]", "an array"},
        {"3", "a single value"},
        {"null", "a single value"},
        {"{\"a\": 1, \"a\": 2}", "twice"},
        {deep, "deeper than 32"},
        {many + "\"z\": 1}", "more than 64 fields"},
    };
    for (const auto& c : cases) {
        const auto fields = Fields::of_body(with_body(c.json));
        ASSERT_FALSE(fields) << c.json.substr(0, 80);
        EXPECT_EQ(fields.error().status, 400);
        EXPECT_NE(fields.error().detail.find(c.reason), std::string::npos)
            << c.json.substr(0, 80) << ": " << fields.error().detail;
    }
}

TEST(Fields, a_body_that_does_not_say_it_is_json_is_415) {
    // Forms of a web page can be sent from anywhere; JSON cannot.
    for (const char* type :
         {"", "text/plain", "application/x-www-form-urlencoded", "application/jso"}) {
        const auto fields = Fields::of_body(with_body("{}", type));
        ASSERT_FALSE(fields) << type;
        EXPECT_EQ(fields.error().status, 415);
    }
    for (const char* type : {"application/json", "Application/JSON; charset=utf-8"})
        EXPECT_TRUE(Fields::of_body(with_body("{}", type))) << type;
}

TEST(Fields, a_query_is_read_by_the_same_rules_with_400) {
    Fields fields = Fields::of_query(with_query(
        {{"size", "7"}, {"limit", "100"}, {"limit", "200"}, {"sise", "3"}, {"from", "yesterday"}}));
    EXPECT_FALSE(fields.integer("size", 0, 6));
    fields.integer("limit", 1, 1000);
    EXPECT_FALSE(fields.time("from"));
    const auto problem = fields.wrong();
    ASSERT_TRUE(problem);
    EXPECT_EQ(problem->status, 400);
    ASSERT_EQ(problem->errors.size(), 4u);
    EXPECT_EQ(problem->errors[0].message, "it is given more than once");
    EXPECT_EQ(problem->errors[1].message, "expected a whole number from 0 to 6");
    EXPECT_EQ(problem->errors[3].message, "it is not known; did you mean \"size\"?");
}

TEST(Fields, times_are_exact) {
    Fields fields = Fields::of_query(with_query({{"from", "2026-03-02T14:30:00.123456789Z"},
                                                 {"to", "1772461800123456789"},
                                                 {"then", "2026-03-02T09:30:00-05:00"}}));
    EXPECT_EQ(fields.time("from")->ns, 1'772'461'800'123'456'789);
    EXPECT_EQ(fields.time("to")->ns, 1'772'461'800'123'456'789);
    EXPECT_EQ(fields.time("then")->ns, 1'772'461'800'000'000'000);
}

TEST(Fields, lists_have_parts_and_a_length) {
    Fields fields =
        Fields::of_query(with_query({{"a", "x,y"}, {"b", "x,,y"}, {"c", "1,2,3,4"}, {"d", ","}}));
    EXPECT_EQ(fields.list("a", 3), (std::vector<std::string>{"x", "y"}));
    fields.list("b", 3);
    fields.list("c", 3);
    fields.list("d", 3);
    EXPECT_EQ(fields.wrong()->errors.size(), 3u);
}

}  // namespace
}  // namespace assay::http
