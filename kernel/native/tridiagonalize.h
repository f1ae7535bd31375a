// Householder's reduction of a symmetric matrix to a tridiagonal one: the bits of src/linalg/reference/tridiagonalize.ts.
#pragma once

/** `matrix`: n × n, of which the lower triangle counts; n and n − 1 values. False where an entry is not finite. */
bool tridiagonalize(long n, const double *matrix, double *diagonal, double *off);
