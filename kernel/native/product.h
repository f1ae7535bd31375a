// Products of dense matrices in tiles of vectors. Lanes run across the columns of the result, so that every element is
// still summed from +0 over k in order, multiply then add: the bits of src/linalg/reference/product.ts.
#pragma once
#include "Matrix.h"

/** Keeps the sums: c = a·b. */
struct Store {
  void operator()(double *c, Vector sum) const { store(c, sum); }
};

/** One tile of `Rows` × `Columns`·LANES sums, all held in registers. */
template <int Rows, int Columns, class Keep>
__attribute__((always_inline)) inline void tile(long depth, const double *a, long aRow, long aStep, const double *b,
                                                long bStep, double *c, long cRow, Keep &keep) {
  Vector sum[Rows][Columns] = {};
  for (long k = 0; k < depth; k++, a += aStep, b += bStep) {
    Vector right[Columns];
#pragma GCC unroll 8
    for (int j = 0; j < Columns; j++) right[j] = load(b + j * LANES);
#pragma GCC unroll 8
    for (int i = 0; i < Rows; i++) {
      const Vector left = all(a[i * aRow]);
#pragma GCC unroll 8
      for (int j = 0; j < Columns; j++) sum[i][j] += left * right[j];
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < Rows; i++)
#pragma GCC unroll 8
    for (int j = 0; j < Columns; j++) keep(c + i * cRow + j * LANES, sum[i][j]);
}

/** A tile of `rows` ≤ `Rows` rows. */
template <int Rows, int Columns, class Keep>
__attribute__((always_inline)) inline void tileOf(long rows, long depth, const double *a, long aRow, long aStep,
                                                  const double *b, long bStep, double *c, long cRow, Keep &keep) {
  if (rows == Rows) tile<Rows, Columns>(depth, a, aRow, aStep, b, bStep, c, cRow, keep);
  else if constexpr (Rows > 1) tileOf<Rows - 1, Columns>(rows, depth, a, aRow, aStep, b, bStep, c, cRow, keep);
}

/** `Columns` vectors of columns, for all rows: tiles of `Rows`, the last two of them alike, since low ones are slow. */
template <int Rows, int Columns, class Keep>
__attribute__((always_inline)) inline void panel(long rows, long depth, const double *a, long aRow, long aStep,
                                                 const double *b, long bStep, double *c, long cRow, Keep &kept) {
  Keep keep = kept; // in registers, since a store might else change it
  while (rows > 0) {
    const long height = rows >= 2 * Rows ? Rows : rows > Rows ? (rows + 1) / 2 : rows;
    tileOf<Rows, Columns>(height, depth, a, aRow, aStep, b, bStep, c, cRow, keep);
    a += height * aRow;
    c += height * cRow;
    rows -= height;
  }
  kept = keep;
}

/**
 * Gives keep(&c_ij, Σ_k a_ik b_kj …) every vector of sums; c: rows × columns, filled up to whole vectors.
 * a_ik is a[i·aRow + k·aStep], b_kj is b[k·bStep + j], c_ij is c[i·cRow + j].
 */
template <class Keep>
void product(long rows, long columns, long depth, const double *a, long aRow, long aStep, const double *b, long bStep,
             double *c, long cRow, Keep &&keep) {
  for (long vectors = padded(columns) / LANES; vectors > 0;) {
    // Twelve sums hide the latency of an addition and leave registers for the operands; 4 = 2 + 2, not 3 + 1.
    const long width = vectors == 1 ? 1 : vectors == 2 || vectors == 4 ? 2 : 3;
    if (width == 3) panel<4, 3>(rows, depth, a, aRow, aStep, b, bStep, c, cRow, keep);
    else if (width == 2) panel<6, 2>(rows, depth, a, aRow, aStep, b, bStep, c, cRow, keep);
    else panel<6, 1>(rows, depth, a, aRow, aStep, b, bStep, c, cRow, keep);
    b += width * LANES;
    c += width * LANES;
    vectors -= width;
  }
}
