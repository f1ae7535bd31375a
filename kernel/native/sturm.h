// Eigenvalues of symmetric tridiagonal matrices: the bits of src/linalg/reference/sturm.ts.
#pragma once
#include <cstdint>

/** n entries on the diagonal, n − 1 beside it. */
struct Tridiagonal {
  long n;
  const double *diagonal, *off;
};

/** The number of eigenvalues below each of `count` bounds. */
void countsBelow(const Tridiagonal &t, const double *bounds, int32_t *counts, long count);

/** The eigenvalues of `count` indices, sought in Gershgorin's interval until what is left is round-off of its size. */
void eigenvaluesAt(const Tridiagonal &t, const int32_t *indices, double *values, long count);
