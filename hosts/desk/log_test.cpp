// Lines of the log, for people and for programs, without what is secret.
#include "hosts/desk/log.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace assay::desk {
namespace {

constexpr Nanos kAt{1'772'461'800'123'456'789};

Log log_of(LogFormat format, std::string* into = nullptr, LogLevel least = LogLevel::info) {
    return Log("paper", format, least, {"hunter22", "abc"}, [into](std::string_view line) {
        if (into != nullptr) *into += line;
    });
}

TEST(Log, people_read_a_line_with_time_and_mode) {
    EXPECT_EQ(log_of(LogFormat::text)
                  .line_of({LogLevel::info, "sessions", "session LP_A is up", "LP_A", {}}, kAt),
              "2026-03-02T14:30:00.123Z [paper] session LP_A is up\n");
}

TEST(Log, programs_read_an_object_a_line) {
    const std::string line = log_of(LogFormat::json)
                                 .line_of({LogLevel::warning,
                                           "sessions",
                                           "it said \"no\"\nand hung up",
                                           "LP_A",
                                           {{"why", "heartbeat lost"}}},
                                          kAt);
    ASSERT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
    const auto j = nlohmann::json::parse(line);
    EXPECT_EQ(j["time"], "2026-03-02T14:30:00.123456789Z");
    EXPECT_EQ(j["level"], "warning");
    EXPECT_EQ(j["mode"], "paper");
    EXPECT_EQ(j["component"], "sessions");
    EXPECT_EQ(j["session"], "LP_A");
    EXPECT_EQ(j["message"], "it said \"no\"\nand hung up");
    EXPECT_EQ(j["fields"]["why"], "heartbeat lost");
}

TEST(Log, a_line_of_text_has_no_line_break_in_it) {
    const std::string line =
        log_of(LogFormat::text).line_of({LogLevel::error, "desk", "a\nb\r\nc", {}, {}}, kAt);
    EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
}

TEST(Log, no_password_stands_in_a_line) {
    for (const LogFormat format : {LogFormat::text, LogFormat::json}) {
        const std::string line = log_of(format).line_of({LogLevel::info,
                                                         "sessions",
                                                         "35=A|553=me|554=other|108=30|10=1 and "
                                                         "hunter22 and 1554=7",
                                                         {},
                                                         {{"raw",
                                                           "925=new\x01"
                                                           "10=2"}}},
                                                        kAt);
        EXPECT_EQ(line.find("other"), std::string::npos) << line;
        EXPECT_EQ(line.find("hunter22"), std::string::npos) << line;
        EXPECT_EQ(line.find("=new"), std::string::npos) << line;
        EXPECT_NE(line.find("554=***|108=30"), std::string::npos) << line;
        EXPECT_NE(line.find("1554=7"), std::string::npos) << line;
    }
}

TEST(Log, what_is_below_the_least_level_is_not_written) {
    std::string all;
    Log log = log_of(LogFormat::text, &all, LogLevel::warning);
    log.info("desk", "one");
    log.warning("desk", "two");
    log.least(LogLevel::error);
    log.warning("desk", "three");
    log.least(LogLevel::info);
    log.info("desk", "four");
    EXPECT_EQ(all.find("one"), std::string::npos);
    EXPECT_NE(all.find("two"), std::string::npos);
    EXPECT_EQ(all.find("three"), std::string::npos);
    EXPECT_NE(all.find("four"), std::string::npos);
}

TEST(Toml, passwords_and_hashes_are_not_shown) {
    const std::string shown = toml_without_secrets(
        "[session.A]\nusername = \"me\"\npassword = \"p\\\"q\"\nport = 1\n"
        "[session]\nB = { 'password' = 'r s', port = 2 }\n"
        "C.password=\"\"\"t\nu\"\"\" # the password\n"
        "[account.ann]\nrole = \"admin\"\ntoken_sha256 = \"00ff\"\n# end\n");
    EXPECT_EQ(shown,
              "[session.A]\nusername = \"me\"\npassword = \"***\"\nport = 1\n"
              "[session]\nB = { 'password' = \"***\", port = 2 }\n"
              "C.password=\"***\" # the password\n"
              "[account.ann]\nrole = \"admin\"\ntoken_sha256 = \"***\"\n# end\n");
    EXPECT_EQ(toml_without_secrets("password = \"open"), "password = \"***\"");
    EXPECT_EQ(toml_without_secrets(""), "");
}

}  // namespace
}  // namespace assay::desk
