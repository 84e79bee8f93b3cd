#include "hosts/desk/entrance.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "hosts/people/audit_check.h"
#include "hosts/people/people_testkit.h"

namespace assay::desk {
namespace {

class DeskEntrance : public testing::Test {
  protected:
    DeskEntrance() {
        std::filesystem::create_directories(folder_.file("state"));
        settings_.folder = folder_.file("state");
    }
    Result<std::unique_ptr<Entrance>> open(std::string address = "127.0.0.1",
                                           bool terminal = false) {
        return Entrance::open(settings_, address, log_, [&, terminal](std::string_view line) {
            if (terminal) shown_ = line;
            return terminal;
        });
    }
    std::string word(const std::string& name) const {
        std::ifstream file(settings_.folder + "/" + name);
        std::string text;
        file >> text;
        return text;
    }
    unsigned mode(const std::string& name) const {
        struct stat file{};
        return ::stat((settings_.folder + "/" + name).c_str(), &file) == 0 ? file.st_mode & 0777u
                                                                           : 0;
    }
    people::OwnFolder folder_;
    DeskSettings settings_;
    std::string logged_, shown_;
    Log log_{"paper", LogFormat::text, LogLevel::info, {}, [this](std::string_view line) {
                 logged_ += line;
             }};
};

TEST_F(DeskEntrance, the_first_start_makes_an_admin_and_the_second_does_not) {
    std::string password, token;
    {
        auto first = open();
        ASSERT_TRUE(first) << first.error().text();
        password = word("first-password.txt");
        token = word("token");
        EXPECT_GE(password.size(), 20U);
        EXPECT_EQ(token.size(), 64U);
        for (const char* name :
             {"first-password.txt", "token", "people.db", "audit.jsonl", "audit-heads.txt"})
            EXPECT_EQ(mode(name), 0600U) << name;
        auto people = people::People::open(settings_.folder + "/people.db");
        const auto admin = (*people)->find("admin");
        ASSERT_TRUE(admin && *admin);
        EXPECT_TRUE(people::matches((*admin)->hash, password));
        EXPECT_TRUE((*admin)->must_change);
        EXPECT_EQ(*(*admin)->password_until - (*admin)->password_at, Duration{24 * kHour.ns});
        EXPECT_EQ(logged_.find(password), std::string::npos) << "never in the log";
        EXPECT_NE(logged_.find("first-password.txt"), std::string::npos);
    }
    EXPECT_EQ(mode("token"), 0U) << "it opens nothing any more";
    auto second = open();
    ASSERT_TRUE(second);
    EXPECT_EQ(word("first-password.txt"), password);
    EXPECT_NE(word("token"), token);
}

TEST_F(DeskEntrance, on_a_terminal_the_password_is_in_no_file) {
    ASSERT_TRUE(open("127.0.0.1", true));
    EXPECT_NE(shown_.find("name admin, password "), std::string::npos) << shown_;
    EXPECT_EQ(mode("first-password.txt"), 0U);
    EXPECT_EQ(logged_.find("password"), std::string::npos) << logged_;
}

TEST_F(DeskEntrance, an_admin_who_never_came_gets_another_password) {
    ASSERT_TRUE(open());
    const std::string before = word("first-password.txt");
    {
        auto people = people::People::open(settings_.folder + "/people.db");
        const auto admin = *(*people)->find("admin");
        ASSERT_TRUE((*people)->set_password("admin", admin->hash, {}, Nanos{1}));
    }
    ASSERT_TRUE(open());
    EXPECT_NE(word("first-password.txt"), before);
}

TEST_F(DeskEntrance, an_open_desk_is_for_this_machine_alone) {
    settings_.http_open = true;
    const auto refused = open("192.0.2.1");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text().find("for this machine alone"), std::string::npos);
    ASSERT_TRUE(open());
    EXPECT_NE(logged_.find("nobody signs in"), std::string::npos);
    EXPECT_EQ(mode("people.db"), 0U);
    EXPECT_EQ(mode("audit.jsonl"), 0600U) << "what is done is written down all the same";
}

TEST_F(DeskEntrance, an_audit_that_was_changed_is_told_loudly) {
    ASSERT_TRUE(open());
    std::string text;
    {
        std::ifstream file(settings_.folder + "/audit.jsonl");
        text.assign((std::istreambuf_iterator<char>(file)), {});
    }
    text.replace(text.find("\"desk\""), 6, "\"disk\"");
    std::ofstream(settings_.folder + "/audit.jsonl") << text;
    ASSERT_TRUE(open());
    EXPECT_NE(logged_.find("THE AUDIT IS NOT AS IT WAS WRITTEN: entry 1 was changed"),
              std::string::npos)
        << logged_;
}

}  // namespace
}  // namespace assay::desk
