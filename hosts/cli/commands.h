// The commands of `assay`: one row of kRun and one file each.
//
// Exit codes: 0 done (dead letters allowed), 1 nothing could be done, 2 usage or configuration,
// 3 with --strict and dead letters.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/units/result.h"

namespace assay::cli {

inline constexpr int kDone = 0, kNothingDone = 1, kUsage = 2, kDeadUnderStrict = 3;

// What was typed: positional arguments, and options by name ("--quotes") in the order given.
class Arguments {
  public:
    std::vector<std::string> positional;
    std::map<std::string, std::vector<std::string>, std::less<>> options;

    bool has(std::string_view option) const { return options.contains(option); }
    // The last one given, or `otherwise`.
    std::string value(std::string_view option, std::string_view otherwise = {}) const;
    std::vector<std::string> all(std::string_view option) const;
    // A whole number from `least` to `most`; `otherwise` where the option is not given.
    Result<std::uint64_t> whole(std::string_view option, std::uint64_t otherwise,
                                std::uint64_t least, std::uint64_t most) const;
};

// Parses and runs. Never throws on what a user typed.
int run(int argc, char** argv);

int score(const Arguments& args);
int health(const Arguments& args);
int explain(const Arguments& args);
int explain_parent(const Arguments& args);  // explain --parent
int diff(const Arguments& args);
int simulate(const Arguments& args);
int lps(const Arguments& args);
int oms(const Arguments& args);
int desk(const Arguments& args);
int status(const Arguments& args);
int watch(const Arguments& args);
int kill(const Arguments& args);
int release(const Arguments& args);
int settle(const Arguments& args);
int reload(const Arguments& args);
int doctor(const Arguments& args);
int compare(const Arguments& args);
int backtest(const Arguments& args);
int demo(const Arguments& args);
int catalog(const Arguments& args);
int config_check(const Arguments& args);
int config_docs(const Arguments& args);
int journal_verify(const Arguments& args);
int journal_tail(const Arguments& args);
int journal_export(const Arguments& args);
int journal_prune(const Arguments& args);
int journal_import(const Arguments& args);
int history_import(const Arguments& args);
int history_query(const Arguments& args);
int history_executions(const Arguments& args);
int history_decision(const Arguments& args);
int history_export(const Arguments& args);
int history_info(const Arguments& args);
int history_health(const Arguments& args);
int history_configs(const Arguments& args);
int history_prune(const Arguments& args);
int user_list(const Arguments& args);
int user_add(const Arguments& args);
int user_change(const Arguments& args);
int user_password(const Arguments& args);
int audit_verify(const Arguments& args);
int audit_export(const Arguments& args);
int completion(const Arguments& args);
int version(const Arguments& args);

std::string version_number();  // 0.1.0 (commit)
std::string version_text();    // assay 0.1.0 (commit)

}  // namespace assay::cli
