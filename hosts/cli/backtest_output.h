// A back-test for people and for programs.
#pragma once

#include <string>

#include "hosts/cli/backtest_run.h"
#include "hosts/cli/terminal.h"

namespace assay::cli {

std::string backtest_table(const Backtest& b, const Terminal& terminal);
std::string backtest_csv(const Backtest& b);
std::string backtest_json(const Backtest& b);
std::string backtest_html(const Backtest& b);

// What is said in words under the tables, the same everywhere.
std::vector<std::string> backtest_words(const Backtest& b);
// "cheaper", "no conclusion", and why, of one policy.
struct Verdict {
    std::string word, why;
};
Verdict verdict_of(const Backtest& b, const std::string& policy);
const judge::LoggedAnswer* answer_of(const Backtest& b, const std::string& policy);

}  // namespace assay::cli
