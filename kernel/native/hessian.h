// The Hessian of the full loss as a tridiagonal matrix: the bits of src/linalg/reference/hessianTridiagonal.ts.
#pragma once
#include <cstdint>

/** xx: d_0 × d_0; target: d_L × d_0; n and n − 1 values for n weights. False where an entry is not finite. */
bool hessianTridiagonal(const int32_t *widths, long depth, const double *weights, const double *xx,
                        const double *target, double *diagonal, double *off);
