#include "hosts/cli/help_output.h"

#include <gtest/gtest.h>

#include "hosts/cli/golden.h"

namespace assay::cli {
namespace {

TEST(HelpOutput, looks_as_it_should) {
    const Terminal t{.width = 100, .tty = true, .colour = false, .utf8 = true};
    EXPECT_TRUE(equals_golden(help_text(commands(), "1.2.3", t), "help"));
    ASSERT_NE(find_command("score"), nullptr);
    EXPECT_TRUE(equals_golden(help_text(*find_command("score"), t), "help_score"));
}

TEST(HelpOutput, every_command_says_its_exit_codes_and_fits) {
    for (const CommandText& command : commands()) {
        const std::string text = help_text(command, Terminal{.width = 80});
        for (const char* code : {"  0 ", "  1 ", "  2 ", "  3 "}) {
            EXPECT_NE(text.find(code), text.npos) << command.name << code;
        }
        std::size_t start = 0;
        for (std::size_t end; (end = text.find('\n', start)) != text.npos; start = end + 1) {
            EXPECT_LE(display_width(text.substr(start, end - start)), 80)
                << text.substr(start, end - start);
        }
    }
    EXPECT_EQ(find_command("scor"), nullptr);
}

}  // namespace
}  // namespace assay::cli
