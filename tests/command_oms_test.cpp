// `assay oms` and `assay watch` as they are typed. What the OMS says over FIX:
// hosts/oms/live_oms_test.cpp; both with a desk: tests/desk/run_test.py.
#include <gtest/gtest.h>

#include "tests/command.h"

namespace assay {
namespace {

using testkit::expect_says;
using testkit::Folder;
using testkit::Ran;
using testkit::run;

TEST(CommandOms, what_is_typed_wrong) {
    const Folder folder;
    folder.write("desk.json", R"({"sessions": {"OMS2": 4711}})");
    folder.write("other.json", "[]");
    const struct {
        std::vector<std::string> args;
        std::vector<std::string> says;
    } kRows[] = {
        {{"oms"}, {"--port N", "--ports FILE"}},
        {{"oms", "desk.toml"}, {"desk.toml", "no arguments"}},
        {{"oms", "--port", "1", "--ports", "desk.json"}, {"--port and --ports"}},
        {{"oms", "--port", "0"}, {"--port", "65535"}},
        {{"oms", "--ports", "gone.json"}, {"gone.json", "cannot be read"}},
        {{"oms", "--ports", "other.json"}, {"other.json", "assay desk --ports"}},
        {{"oms", "--ports", "desk.json"}, {"no session OMS", "OMS2"}},
        {{"oms", "--port", "9", "--rate", "fast"}, {"--rate", "fast"}},
        {{"oms", "--port", "9", "--rate", "0"}, {"nothing to send"}},
        {{"oms", "--port", "9", "--sizes", "5000-500"}, {"--sizes", "ends below"}},
        {{"oms", "--port", "9", "--sizes", "150"}, {"--sizes", "whole lots"}},
        {{"oms", "--port", "9", "--sizes", "many"}, {"--sizes", "many"}},
        {{"oms", "--port", "9", "--symbols", "A,,B"}, {"--symbols", "A,,B"}},
        {{"oms", "--port", "9", "--cancels", "2"}, {"--cancels", "0 to 1"}},
        {{"oms", "--port", "9", "--cancels", "0.6", "--replaces", "0.6"}, {"together at most 1"}},
        {{"oms", "--port", "9", "--acme-qty", "-5"}, {"--acme-qty", "-5"}},
        {{"oms", "--port", "9", "--for", "soon"}, {"--for", "soon", "30s"}},
    };
    for (const auto& row : kRows) expect_says(run(folder, row.args), 2, row.says, "oms");
}

TEST(CommandOms, says_so_when_no_desk_takes_it) {
    const Folder folder;
    // Nobody listens there: port 1 is not for users.
    expect_says(run(folder, {"oms", "--port", "1", "--for", "300ms"}), 1,
                {"nothing was sent", "OMS -> DESK", "127.0.0.1:1"}, "oms");
}

TEST(CommandWatch, says_so_when_no_desk_answers) {
    const Folder folder;
    expect_says(run(folder, {"watch", "--url", "http://127.0.0.1:1"}), 1,
                {"No desk answers at http://127.0.0.1:1", "--url"}, "watch");
    expect_says(run(folder, {"watch", "here"}), 2, {"here", "no arguments"}, "watch");
}

}  // namespace
}  // namespace assay
