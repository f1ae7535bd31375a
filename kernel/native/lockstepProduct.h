// Products of matrices whose entries are vectors, a lane for each of several runs: every entry is summed from +0 over k
// in order, multiply then add, as in src/linalg/reference/product.ts.
#pragma once
#include "Matrix.h"

/** c = a·b. */
struct Write {
  void operator()(Vector *c, Vector sum) const { *c = sum; }
};

/** w ← w − η g, η and w of each lane; `lost` gathers w − w, which stays 0 while weights are finite. */
struct Descend {
  Vector rate, lost = {};
  explicit Descend(Vector rate) : rate(rate) {}
  void operator()(Vector *weight, Vector gradient) {
    const Vector next = *weight - rate * gradient;
    lost = ofBits(bitsOf(lost) | bitsOf(next - next));
    *weight = next;
  }
};

/** a_ik is a[i·row + k·step], b_kj is b[k·bStep + j·bColumn]. */
struct Strides {
  long row, step, bStep, bColumn;
};

template <int Rows, int Columns, class Keep>
__attribute__((always_inline)) inline void tile(long depth, const Vector *a, const Vector *b, const Strides &at, Vector *c,
                                                long cRow, Keep &keep) {
  Vector sum[Rows][Columns] = {};
  for (long k = 0; k < depth; k++, a += at.step, b += at.bStep)
#pragma GCC unroll 8
    for (int i = 0; i < Rows; i++)
#pragma GCC unroll 4
      for (int j = 0; j < Columns; j++) sum[i][j] += a[i * at.row] * b[j * at.bColumn];
#pragma GCC unroll 8
  for (int i = 0; i < Rows; i++)
#pragma GCC unroll 4
    for (int j = 0; j < Columns; j++) keep(c + i * cRow + j, sum[i][j]);
}

/** A tile of `rows` ≤ `Rows` rows. */
template <int Rows, int Columns, class Keep>
__attribute__((always_inline)) inline void tileOf(long rows, long depth, const Vector *a, const Vector *b,
                                                  const Strides &at, Vector *c, long cRow, Keep &keep) {
  if (rows == Rows) tile<Rows, Columns>(depth, a, b, at, c, cRow, keep);
  else if constexpr (Rows > 1) tileOf<Rows - 1, Columns>(rows, depth, a, b, at, c, cRow, keep);
}

/** `Columns` columns of c, for all rows, the last two tiles alike. */
template <int Rows, int Columns, class Keep>
__attribute__((always_inline)) inline void strip(long rows, long depth, const Vector *a, const Vector *b,
                                                 const Strides &at, Vector *c, long cRow, Keep &keep) {
  while (rows > 0) {
    const long height = rows >= 2 * Rows ? Rows : rows > Rows ? (rows + 1) / 2 : rows;
    tileOf<Rows, Columns>(height, depth, a, b, at, c, cRow, keep);
    a += height * at.row;
    c += height * cRow;
    rows -= height;
  }
}

/** Gives keep(&c_ij, Σ_k a_ik b_kj) every sum; c: rows × columns. */
template <class Keep>
void product(long rows, long columns, long depth, const Vector *a, long row, long step, const Vector *b, long bStep,
             long bColumn, Vector *c, Keep &&kept) {
  auto keep = kept; // in registers, since a store might else change it
  const Strides at{row, step, bStep, bColumn};
  if (depth == 1) {
    for (long i = 0; i < rows; i++)
      for (long j = 0; j < columns; j++) keep(c + i * columns + j, a[i * row] * b[j * bColumn] + Vector{});
    kept = keep;
    return;
  }
  for (long left = columns; left > 0;) {
    const long width = left == 1 ? 1 : left == 2 || left == 4 ? 2 : 3;
    if (width == 3) strip<4, 3>(rows, depth, a, b, at, c, columns, keep);
    else if (width == 2) strip<5, 2>(rows, depth, a, b, at, c, columns, keep);
    else strip<8, 1>(rows, depth, a, b, at, c, columns, keep);
    b += width * bColumn;
    c += width;
    left -= width;
  }
  kept = keep;
}
