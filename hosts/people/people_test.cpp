#include "hosts/people/people.h"

#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "hosts/people/people_testkit.h"

namespace assay::people {
namespace {

constexpr Nanos kNow{1'772'461'800'000'000'000};

struct Desk {
    Desk() : people(std::move(*People::open(folder.file("people.db")))) {}
    void add(std::string name, Rights rights) {
        ASSERT_TRUE(people->add({.name = std::move(name),
                                 .rights = rights,
                                 .hash = "h",
                                 .created = kNow,
                                 .password_at = kNow}));
    }
    OwnFolder folder;
    std::unique_ptr<People> people;
};

TEST(People, are_there_after_a_restart) {
    const OwnFolder folder;
    {
        auto people = People::open(folder.file("people.db"));
        ASSERT_TRUE(people) << people.error().text();
        ASSERT_TRUE((*people)->add({.name = "ann",
                                    .rights = {Role::trader, true, false},
                                    .must_change = true,
                                    .hash = "$argon2id$x",
                                    .created = kNow,
                                    .password_at = kNow,
                                    .password_until = kNow + kFirstPassword}));
    }
    auto people = People::open(folder.file("people.db"));
    ASSERT_TRUE(people) << people.error().text();
    const auto ann = (*people)->find("ann");
    ASSERT_TRUE(ann && *ann);
    EXPECT_EQ((*ann)->rights, (Rights{Role::trader, true, false}));
    EXPECT_EQ((*ann)->hash, "$argon2id$x");
    EXPECT_TRUE((*ann)->must_change);
    EXPECT_EQ((*ann)->password_until, kNow + kFirstPassword);
    EXPECT_FALSE((*ann)->last_login);
    EXPECT_EQ((*ann)->generation, 1U);
    struct stat file{};
    ASSERT_EQ(::stat(folder.file("people.db").c_str(), &file), 0);
    EXPECT_EQ(file.st_mode & 0777, 0600U);
}

TEST(People, every_change_is_a_new_generation) {
    Desk d;
    d.add("ann", {Role::admin});
    d.add("bob", {Role::trader});
    ASSERT_TRUE(d.people->change("bob", {Role::quant}, false));
    EXPECT_EQ((*d.people->find("bob"))->generation, 2U);
    ASSERT_TRUE(d.people->set_password("bob", "h2", kNow, std::nullopt));
    EXPECT_EQ((*d.people->find("bob"))->generation, 3U);
    ASSERT_TRUE(d.people->logged_in("bob", kNow));
    ASSERT_TRUE(d.people->rehash("bob", "h2", "h3"));
    EXPECT_EQ((*d.people->find("bob"))->generation, 3U) << "nothing that a session rests on";
    EXPECT_EQ((*d.people->find("bob"))->hash, "h3");
    ASSERT_TRUE(d.people->rehash("bob", "h2", "h4"));
    EXPECT_EQ((*d.people->find("bob"))->hash, "h3") << "they have changed it meanwhile";
}

TEST(People, the_last_admin_stays) {
    Desk d;
    d.add("ann", {Role::admin});
    EXPECT_FALSE(d.people->change("ann", {Role::admin}, true));
    EXPECT_FALSE(d.people->change("ann", {Role::viewer}, false));
    d.add("eve", {Role::admin});
    EXPECT_TRUE(d.people->change("ann", {Role::viewer}, false));
    EXPECT_FALSE(d.people->change("eve", {Role::admin}, true));
}

TEST(People, a_name_is_one_person) {
    Desk d;
    d.add("ann", {Role::admin});
    EXPECT_FALSE(d.people->add({.name = "ann", .rights = {Role::trader}}));
    EXPECT_FALSE(*d.people->find("Ann"));
    EXPECT_FALSE(*d.people->find("ann' OR '1'='1"));
    for (const char* good : {"a", "ann", "ann.b-c_9"}) EXPECT_TRUE(may_be_called(good)) << good;
    for (const char* bad :
         {"", "Ann", "9a", "a b", "a/b", "..", "abcdefghijklmnopqrstuvwxyz0123456"})
        EXPECT_FALSE(may_be_called(bad)) << bad;
}

TEST(People, a_token_is_found_by_its_hash_alone) {
    Desk d;
    Token t{.owner = "ann",
            .name = "nightly",
            .role = Role::viewer,
            .created = kNow,
            .expires = kNow + kDay};
    const auto added = d.people->add_token(t, sha256("secret"));
    ASSERT_TRUE(added);
    EXPECT_EQ(added->id, 1U);
    const auto found = d.people->token_of(sha256("secret"));
    ASSERT_TRUE(found && *found);
    EXPECT_EQ((*found)->name, "nightly");
    EXPECT_FALSE(*d.people->token_of("secret"));
    ASSERT_TRUE(d.people->used(1, kNow));
    ASSERT_TRUE(d.people->revoke(1));
    EXPECT_TRUE((*d.people->token_of(sha256("secret")))->revoked);
    EXPECT_EQ((*d.people->token(1))->last_used, kNow);
    EXPECT_EQ(d.people->tokens("ann")->size(), 1U);
    EXPECT_TRUE(d.people->tokens("bob")->empty());
    EXPECT_EQ(d.people->tokens(std::nullopt)->size(), 1U);
    std::ifstream file(d.folder.file("people.db"), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), {});
    EXPECT_EQ(bytes.find("secret"), std::string::npos);
}

TEST(People, another_file_is_refused) {
    const OwnFolder folder;
    std::ofstream(folder.file("people.db"))
        << "this is no database, but it is long enough to be read";
    EXPECT_FALSE(People::open(folder.file("people.db")));
}

}  // namespace
}  // namespace assay::people
