// exp2, exp and ln with a fixed order of IEEE additions and multiplications: the same bits on every
// machine. A libm picks its code by processor, so its last digit may differ from host to host.
// Relative error below 1e-15 for exp2 and exp, below 1e-15 absolute or relative for ln.
#pragma once

namespace assay::elementary {

inline constexpr double kLn2 = 0.693147180559945309417232121458;
inline constexpr double kInvSqrt2Pi = 0.398942280401432677939946059934;

// 2^y. 0 below -1100, infinity above 1100; NaN stays NaN.
double exp2(double y);
// e^x, with the same limits.
double exp(double x);
// Natural logarithm. -infinity at 0, NaN below 0.
double ln(double x);

}  // namespace assay::elementary
