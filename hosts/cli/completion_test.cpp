#include "hosts/cli/completion.h"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

namespace assay::cli {
namespace {

constexpr std::array<std::string_view, 2> kKpis = {"fill_rate", "e_over_q"};

TEST(Completion, names_every_command_and_option) {
    for (const Shell shell : {Shell::bash, Shell::zsh, Shell::fish}) {
        const std::string text = completion_text(shell, commands(), kKpis);
        for (const CommandText& command : commands()) {
            EXPECT_NE(text.find(command.name.substr(0, command.name.find(' '))), text.npos);
            for (const OptionText& option : command.options) {
                const std::string name(shell == Shell::fish ? option.name.substr(2) : option.name);
                EXPECT_NE(text.find(name), text.npos) << name;
            }
        }
        EXPECT_NE(text.find("fill_rate e_over_q"), text.npos);
        EXPECT_NE(text.find("table csv json html"), text.npos);
        EXPECT_NE(text.find("check"), text.npos);
    }
    EXPECT_EQ(shell_named("zsh"), Shell::zsh);
    EXPECT_EQ(shell_named("tcsh"), std::nullopt);
}

// bash itself completes, in a folder that holds only the file check.toml; the answers come back on
// a line.
std::string bash_completes(const std::string& words, int at) {
    const std::string dir = ::testing::TempDir();
    const std::string here = dir + "assay_completion_folder";
    std::filesystem::create_directories(here);
    std::ofstream(here + "/check.toml") << "# a config";
    std::ofstream(dir + "assay_completion.bash") << completion_text(Shell::bash, commands(), kKpis);
    std::ofstream(dir + "assay_complete.sh")
        << "cd " << here << "\nsource " << dir << "assay_completion.bash\nCOMP_WORDS=(" << words
        << ")\nCOMP_CWORD=" << at << "\n_assay\necho \"${COMPREPLY[*]}\" > " << dir
        << "assay_completed.txt\n";
    if (std::system(("bash " + dir + "assay_complete.sh").c_str()) != 0) return "bash failed";
    std::ifstream file(dir + "assay_completed.txt");
    std::string line;
    std::getline(file, line);
    return line;
}

TEST(Completion, bash_completes_commands_options_and_values) {
    if (std::system("bash -c true") != 0) GTEST_SKIP() << "bash is not here";
    EXPECT_EQ(bash_completes("assay sc", 1), "score");
    EXPECT_EQ(bash_completes("assay score --for", 2), "--format");
    EXPECT_EQ(bash_completes("assay score --format j", 3), "json");
    EXPECT_EQ(bash_completes("assay catalog e_", 2), "e_over_q");
    EXPECT_EQ(bash_completes("assay config che", 2), "check");  // not the file beside it
    EXPECT_EQ(bash_completes("assay config check che", 3), "check.toml");
    EXPECT_EQ(bash_completes("assay con", 1), "config");
    EXPECT_EQ(bash_completes("assay score --profile hi", 3), "high-frequency");
    EXPECT_EQ(bash_completes("assay sim", 1), "simulate");
    EXPECT_EQ(bash_completes("assay simulate --lps che", 3), "check.toml");
    EXPECT_EQ(bash_completes("assay comp", 1), "compare completion");
    EXPECT_EQ(bash_completes("assay compare --leakage f", 3), "fading");
    EXPECT_EQ(bash_completes("assay score --by re", 3), "regime");
    EXPECT_EQ(bash_completes("assay score --by lp,si", 3), "lp,size lp,side");
    EXPECT_EQ(bash_completes("assay score --columns fill_rate,e_", 3), "fill_rate,e_over_q");
    EXPECT_EQ(bash_completes("assay help exp", 2), "explain");
    EXPECT_EQ(bash_completes("assay score --xyz", 2), "");
}

}  // namespace
}  // namespace assay::cli
