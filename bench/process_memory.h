// What this process has taken from the system so far.
#pragma once

#include <cstdint>

namespace assay::bench {

// Largest resident size so far (VmHWM), in bytes; 0 where the system does not tell.
std::uint64_t peak_memory();

// CPU time of all threads of this process so far, in ns: what neighbours take is not in it.
double cpu_nanoseconds();

// Calls of operator new so far, of all threads.
std::uint64_t allocations();

}  // namespace assay::bench
