// Products of consecutive factors on the circle Σ, W_1, …, W_L of a network, each formed once, when it is asked for: the
// bits of src/linalg/reference/arcSpectra.ts.
#pragma once
#include <cstdint>
#include <vector>
#include "product.h"

/** A matrix with padding. */
struct Arc {
  double *entries = nullptr;
  long rows = 0, columns = 0;
};

class Arcs {
 public:
  /** `through` is Σ: d_0 × d_L, or null where no arc passes it. */
  Arcs(const int32_t *widths, long depth, const double *weights, const double *through)
      : depth(depth), arcs((depth + 2) * (depth + 1)) {
    for (long l = 1; l <= depth; l++) {
      cell(l, l) = empty(widths[l], widths[l - 1]);
      weights = pad(weights, widths[l], widths[l - 1], cell(l, l).entries);
    }
    if (through == nullptr) return;
    cell(depth + 1, 0) = empty(widths[0], widths[depth]);
    pad(through, widths[0], widths[depth], cell(depth + 1, 0).entries);
  }

  /** W_j … W_i where i ≤ j, else W_j … W_1 Σ W_L … W_i. */
  const Arc &at(long i, long j) {
    Arc &arc = cell(i, j);
    if (arc.entries == nullptr)
      arc = i <= j ? multiply(at(j, j), at(i, j - 1))
          : i > depth ? multiply(at(1, j), at(i, 0))
                      : multiply(at(depth + 1, j), at(i, depth));
    return arc;
  }

 private:
  static Arc empty(long rows, long columns) { return {matrix(rows, columns), rows, columns}; }

  static Arc multiply(const Arc &a, const Arc &b) {
    const Arc c = empty(a.rows, b.columns);
    product(a.rows, b.columns, a.columns, a.entries, stride(a.columns), 1, b.entries, stride(b.columns), c.entries,
            stride(c.columns), Store{});
    return c;
  }

  Arc &cell(long i, long j) { return arcs[i * (depth + 1) + j]; }

  const long depth;
  std::vector<Arc> arcs;
};
