// Singular values of matrices and of products: the bits of src/linalg/reference/{singularValues,productSpectra}.ts.
// Both return false where an entry is not finite or sweeps do not converge; nothing of the values is then right.
#pragma once
#include <cstdint>

/** `count` matrices of rows × columns, one after another, row after row; min(rows, columns) values each. */
bool singularValues(long rows, long columns, long count, const double *matrices, double *values);

/**
 * `count` networks of `depth` layers, W_1|W_2|…|W_L one after another; min(d_j, d_(i−1)) values of each P_ij in the
 * order (1,1), (1,2), …, (1,L), (2,2), …, (L,L), or of P_1L alone.
 */
bool productSpectra(const int32_t *widths, long depth, long count, const double *weights, bool all, double *values);
