// Singular values of matrices and of products, and orthonormal columns: the bits of
// src/linalg/reference/{singularValues,productSpectra,arcSpectra,qFactors}.ts. All return false where an entry is not
// finite or sweeps do not converge; nothing of the values is then right.
#pragma once
#include <cstdint>

/** `count` matrices of rows × columns, one after another, row after row; min(rows, columns) values each. */
bool singularValues(long rows, long columns, long count, const double *matrices, double *values);

/**
 * `count` networks of `depth` layers, W_1|W_2|…|W_L one after another; min(d_j, d_(i−1)) values of each P_ij in the
 * order (1,1), (1,2), …, (1,L), (2,2), …, (L,L), or of P_1L alone.
 */
bool productSpectra(const int32_t *widths, long depth, long count, const double *weights, bool all, double *values);

/**
 * Of a network W_1|W_2|…|W_L and Σ: d_0 × d_L, the singular values of `count` arcs (i, j) of formed products, one after
 * another: of W_j … W_i where i ≤ j, else of W_j … W_1 Σ W_L … W_i. `through` is Σ, or null where no arc passes it.
 */
bool arcSpectra(const int32_t *widths, long depth, const double *weights, const double *through, const int32_t *arcs,
                long count, double *values);

/** The Q of A = QR with R_ii ≥ 0 of `count` matrices of rows × columns: rows × min(rows, columns) each. */
bool qFactors(long rows, long columns, long count, const double *matrices, double *factors);
