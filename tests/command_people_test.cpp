// `assay user` and `assay audit` as they are typed.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

#include "hosts/people/audit.h"
#include "hosts/people/people.h"
#include "tests/command.h"

namespace assay {
namespace {

using testkit::expect_says;
using testkit::Folder;
using testkit::in;
using testkit::Ran;
using testkit::run;

// As a desk leaves it after its first start.
void begin(const Folder& folder) {
    const std::string state = in(folder, "state");
    std::filesystem::create_directories(state);
    auto people = people::People::open(state + "/people.db");
    ASSERT_TRUE(people) << people.error().text();
    ASSERT_TRUE((*people)->add({.name = "admin", .rights = {people::Role::admin}}));
}

TEST(CommandPeople, what_is_typed_wrong) {
    const Folder folder;
    begin(folder);
    expect_says(run(folder, {"user", "add", "ann"}), 2, {"--role"}, "user add");
    expect_says(run(folder, {"user", "add", "Ann", "--role", "viewer"}), 2, {"a-z first"},
                "user add");
    expect_says(run(folder, {"user", "add", "ann", "--role", "viewer"}), 1,
                {"desk-state", "--state"}, "user add");
    expect_says(run(folder, {"user", "password", "nobody", "--state", "state"}), 1, {"nobody"},
                "user password");
    expect_says(run(folder, {"user", "change", "admin", "--disabled", "yes", "--state", "state"}),
                1, {"admin is the last admin"}, "user change");
    expect_says(
        run(folder, {"user", "change", "admin", "--approve", "perhaps", "--state", "state"}), 2,
        {"yes or no"}, "user change");
}

TEST(CommandPeople, what_is_done_is_in_the_audit_and_what_is_forged_is_named) {
    const Folder folder;
    begin(folder);
    const Ran added = run(folder, {"user", "add", "ann", "--role", "trader", "--state", "state"});
    EXPECT_EQ(added.code, 0) << added.err;
    EXPECT_NE(added.out.find("with the password "), std::string::npos) << added.out;
    EXPECT_EQ(run(folder, {"user", "change", "ann", "--role", "quant", "--approve", "yes",
                           "--state", "state"})
                  .code,
              0);
    EXPECT_EQ(run(folder, {"user", "password", "ann", "--state", "state"}).code, 0);
    const Ran list = run(folder, {"user", "list", "--state", "state"});
    EXPECT_NE(list.out.find("quant"), std::string::npos) << list.out;
    const Ran good = run(folder, {"audit", "verify", "state"});
    EXPECT_EQ(good.code, 0) << good.err;
    EXPECT_NE(good.out.find("3 entries are as they were written"), std::string::npos) << good.out;
    const Ran csv = run(folder, {"audit", "export", "state"});
    EXPECT_TRUE(csv.out.starts_with("seq,at,who,via,from,act,outcome,of,what,hash\n1,")) << csv.out;
    const std::string path = in(folder, "state/audit.jsonl");
    std::ifstream file(path);
    std::string text((std::istreambuf_iterator<char>(file)), {});
    text.replace(text.find("quant"), 5, "admin");
    std::ofstream(path) << text;
    expect_says(run(folder, {"audit", "verify", "state"}), 1, {"entry 2 was changed"},
                "audit verify");
    expect_says(run(folder, {"audit", "verify", "state/audit.jsonl"}), 1, {"entry 2 was changed"},
                "audit verify");
}

TEST(CommandPeople, a_cell_of_the_export_is_no_formula) {
    const Folder folder;
    {
        auto audit =
            people::Audit::open({in(folder, "audit.jsonl"), in(folder, "audit-heads.txt")});
        ASSERT_TRUE((*audit)->write({.at = {},
                                     .who = "=cmd|' /C calc'!A0",
                                     .via = "open",
                                     .from = {},
                                     .act = "kill",
                                     .outcome = "begun",
                                     .what = {{"why", "a, \"b\""}}}));
    }
    const Ran csv = run(folder, {"audit", "export", "audit.jsonl"});
    EXPECT_NE(csv.out.find(",'=cmd|' /C calc'!A0,"), std::string::npos) << csv.out;
    EXPECT_NE(csv.out.find(",\"why=a, \"\"b\"\"\","), std::string::npos) << csv.out;
}

}  // namespace
}  // namespace assay
