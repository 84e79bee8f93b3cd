// Days drawn from a seed: orders of every kind with what LPs make of them, and quotes of every
// kind.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/units/nanos.h"

namespace assay::testkit {

// splitmix64: the same numbers for a seed everywhere.
class Draw {
  public:
    explicit Draw(std::uint64_t seed) : state_(seed) {}
    std::uint64_t bits();
    std::uint64_t below(std::uint64_t n) { return bits() % n; }
    bool chance(int percent) { return below(100) < static_cast<std::uint64_t>(percent); }

  private:
    std::uint64_t state_;
};

// One message, before it gets its number.
struct Row {
    Nanos at;
    std::string from, to, type, body;
    int order{-1};  // whose; -1: a quote
    bool report{};  // an LP's
};

struct DayShape {
    int orders{200};
    int symbols{5};
    int lps{3};
    bool wild_quotes{};       // crossed, locked, zero, one-sided, huge, among good ones
    bool busts{true};         // and corrections
    bool may_complete{true};  // false: fills never add up to the whole order
    bool lots{true};          // false: what is left unfilled is canceled by us, and costs nobody
    Duration apart{400'000'000};  // from order to order
};

// By time; rows of one order stand in the order in which they happened.
std::vector<Row> made_day(std::uint64_t seed, const DayShape& shape);
// The log of it.
std::string log_of(const std::vector<Row>& rows, const std::string& version = "FIX.4.4");

// Takes out, puts in, changes, doubles and cuts some of its bytes.
std::string damaged(std::string log, Draw& draw);
std::vector<std::string> lines_of(const std::vector<Row>& rows,
                                  const std::string& version = "FIX.4.4");

}  // namespace assay::testkit
