#include "hosts/cli/man_output.h"

#include <gtest/gtest.h>

namespace assay::cli {
namespace {

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) out += c == '-' ? std::string("\\-") : std::string(1, c);
    return out;
}

TEST(ManOutput, every_command_and_every_option_is_in_it) {
    const std::string page = man_text(commands(), "1.2.3");
    EXPECT_NE(page.find(".TH ASSAY 1 \"\" \"assay 1.2.3\""), page.npos);
    for (const CommandText& c : commands()) {
        const std::size_t at = page.find(".SS \"assay " + escaped(c.name));
        ASSERT_NE(at, page.npos) << c.name;
        const std::string section = page.substr(at, page.find("\n.S", at + 1) - at);
        EXPECT_NE(section.find(escaped(c.summary)), section.npos) << c.name;
        for (const OptionText& o : c.options)
            EXPECT_NE(section.find("\\fB" + escaped(o.name) + "\\fR"), section.npos)
                << c.name << " " << o.name;
    }
    EXPECT_NE(page.find("quickfixengine.org"), page.npos);
}

TEST(ManOutput, no_line_of_text_is_taken_as_a_request) {
    const CommandText odd{"x", "", ".not a request", "'nor this\n.nor \\that", {}, {}};
    const std::string page = man_text(std::span(&odd, 1), "1");
    EXPECT_NE(page.find("\n\\&.not a request\n"), page.npos);
    EXPECT_NE(page.find("\n\\&'nor this\n"), page.npos);
    EXPECT_NE(page.find("\n\\&.nor \\ethat\n"), page.npos);
}

}  // namespace
}  // namespace assay::cli
