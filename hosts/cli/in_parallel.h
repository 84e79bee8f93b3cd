// Jobs that do not know of each other, on several threads. Each writes to a place of its own, so
// that the number of threads changes nothing but the time.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace assay {

// job(i) for every i < jobs, in about that order; `threads` at once, this one among them.
template <class Job>
void in_parallel(std::size_t jobs, unsigned threads, const Job& job) {
    std::atomic<std::size_t> next{0};
    const auto run = [&] {
        for (std::size_t i = next++; i < jobs; i = next++) job(i);
    };
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < std::min<std::size_t>(threads, jobs); ++i) others.emplace_back(run);
    run();
}

}  // namespace assay
