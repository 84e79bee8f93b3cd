// For tests: `assay ARGS` as a process of its own, and what must hold of what it says.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "hosts/cli/cli_in_testkit.h"

namespace assay::testkit {

struct Ran {
    int code{-1};  // exit code; 128 + signal where it was killed
    std::string out, err;
};

enum class As { oneself, nobody };

std::string in(const Folder& folder, const std::string& name);
// Runs `assay ARGS` in a folder of its own; a run of more than 60 s is killed.
Ran run(const Folder& folder, std::vector<std::string> args, As as = As::oneself);

// The exit code, words on standard error, and nothing on standard output where it failed.
void expect_says(const Ran& r, int code, const std::vector<std::string>& words,
                 const std::string& worked);
// Standard output as one JSON document.
nlohmann::json document(const Ran& r, const std::string& worked);
std::vector<std::string> score_json(const std::string& file);
// 20 orders, every message sound.
std::string good_day();
// Bytes and messages of the health of a document are all accounted for.
void expect_adds_up(const nlohmann::json& j, const std::string& worked);

}  // namespace assay::testkit
