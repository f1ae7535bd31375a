// Products of dense matrices in tiles of vectors. Lanes run across the columns of the result, so that every element is
// still summed from +0 over k in order, multiply then add: the bits of src/linalg/reference/product.ts.
#pragma once

constexpr long LANES = 4;
typedef double Vector __attribute__((vector_size(8 * LANES)));

/** Columns of a row in memory: rows are padded with zeros to whole vectors. */
constexpr long padded(long columns) { return (columns + LANES - 1) / LANES * LANES; }

/** A vector from and to memory, where every row starts at a multiple of its size. */
inline Vector load(const double *p) { return *reinterpret_cast<const Vector *>(p); }
inline void store(double *p, Vector vector) { *reinterpret_cast<Vector *>(p) = vector; }

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
      const Vector left = a[i * aRow] - Vector{};
#pragma GCC unroll 8
      for (int j = 0; j < Columns; j++) sum[i][j] += left * right[j];
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < Rows; i++)
#pragma GCC unroll 8
    for (int j = 0; j < Columns; j++) keep(c + i * cRow + j * LANES, sum[i][j]);
}

/** `Columns` vectors of columns, for all rows: tiles of `Rows`, then one of the rows that are left. */
template <int Rows, int Columns, class Keep>
void panel(long rows, long depth, const double *a, long aRow, long aStep, const double *b, long bStep, double *c,
           long cRow, Keep &kept) {
  Keep keep = kept; // in registers, since a store might else change it
  for (; rows >= Rows; rows -= Rows, a += Rows * aRow, c += Rows * cRow)
    tile<Rows, Columns>(depth, a, aRow, aStep, b, bStep, c, cRow, keep);
  kept = keep;
  if constexpr (Rows > 1)
    if (rows > 0) panel<Rows - 1, Columns>(rows, depth, a, aRow, aStep, b, bStep, c, cRow, kept);
}

/**
 * Gives keep(&c_ij, Σ_k a_ik b_kj …) every vector of sums; c: rows × columns, `columns` whole vectors.
 * a_ik is a[i·aRow + k·aStep], b_kj is b[k·bStep + j], c_ij is c[i·cRow + j].
 */
template <class Keep>
void product(long rows, long columns, long depth, const double *a, long aRow, long aStep, const double *b, long bStep,
             double *c, long cRow, Keep &&keep) {
  while (columns > 0) {
    const long vectors = columns / LANES;
    // Twelve sums hide the latency of an addition and leave registers for the operands; 4 = 2 + 2, not 3 + 1.
    const long width = vectors == 1 ? 1 : vectors == 2 || vectors == 4 ? 2 : 3;
    if (width == 3) panel<4, 3>(rows, depth, a, aRow, aStep, b, bStep, c, cRow, keep);
    else if (width == 2) panel<6, 2>(rows, depth, a, aRow, aStep, b, bStep, c, cRow, keep);
    else panel<6, 1>(rows, depth, a, aRow, aStep, b, bStep, c, cRow, keep);
    b += width * LANES;
    c += width * LANES;
    columns -= width * LANES;
  }
}
