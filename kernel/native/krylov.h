// Products with the Hessian of the full loss, and Krylov spaces of it: the bits of src/linalg/reference/{hessian,krylov}.ts.
#pragma once
#include "train.h"

/** ∇²ℓ·direction, flat like the weights. False where a weight is not finite. Reads no batches. */
bool hessianVectorProduct(const Training &training, const double *weights, const double *direction, double *result);

/**
 * Grows a space of state[0] vectors, state[1] the size of the operator as far as it was seen, to `to` of them. Rows of the
 * basis have n entries and zeros up to whole fours. False where a weight is not finite. Reads no batches.
 */
bool growHessianKrylov(const Training &training, const double *weights, double *basis, double *diagonal, double *off,
                       double *state, long to);
