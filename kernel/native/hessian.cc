#include "hessian.h"
#include <cstddef>
#include <vector>
#include "tridiagonalize.h"

namespace {

struct Dense {
  Dense() = default;
  Dense(long rows, long columns) : rows(rows), columns(columns), data(rows * columns) {}
  Dense(long rows, long columns, const double *data) : rows(rows), columns(columns), data(data, data + rows * columns) {}
  double *row(long i) { return data.data() + i * columns; }
  const double *row(long i) const { return data.data() + i * columns; }

  long rows = 0, columns = 0;
  std::vector<double> data;
};

Dense identity(long n) {
  Dense result(n, n);
  for (long i = 0; i < n; i++) result.row(i)[i] = 1;
  return result;
}

Dense transposed(const Dense &a) {
  Dense result(a.columns, a.rows);
  for (long i = 0; i < a.rows; i++)
    for (long j = 0; j < a.columns; j++) result.row(j)[i] = a.row(i)[j];
  return result;
}

/** Every element is summed from +0 over k in order. */
Dense operator*(const Dense &a, const Dense &b) {
  Dense result(a.rows, b.columns);
  for (long i = 0; i < a.rows; i++) {
    double *__restrict c = result.row(i);
    for (long k = 0; k < a.columns; k++) {
      const double left = a.row(i)[k];
      const double *right = b.row(k);
      for (long j = 0; j < b.columns; j++) c[j] += left * right[j];
    }
  }
  return result;
}

/** A block of the Hessian, its entry (p, q), (s, t): outer[p,s] inner[q,t], and + middle[q,s] slope[p,t] where given. */
struct Block {
  Dense outer, inner, middle, slope;

  void write(double *to, long n) const {
    for (long p = 0; p < outer.rows; p++)
      for (long q = 0; q < inner.rows; q++, to += n) {
        double *__restrict entry = to;
        for (long s = 0; s < outer.columns; s++, entry += inner.columns) {
          const double left = outer.row(p)[s];
          const double *right = inner.row(q);
          if (slope.rows == 0) {
            for (long t = 0; t < inner.columns; t++) entry[t] = left * right[t];
          } else {
            const double between = middle.row(q)[s];
            const double *down = slope.row(p);
            for (long t = 0; t < inner.columns; t++) entry[t] = left * right[t] + between * down[t];
          }
        }
      }
  }
};

} // namespace

bool hessianTridiagonal(const int32_t *widths, long depth, const double *weights, const double *xx,
                        const double *target, double *diagonal, double *off) {
  const Dense Sxx(widths[0], widths[0], xx), A(widths[depth], widths[0], target);
  std::vector<Dense> W(depth + 1), below(depth + 1), seen(depth + 1), above(depth + 1);
  below[0] = identity(widths[0]);
  long n = 0;
  for (long l = 1; l <= depth; l++) {
    W[l] = Dense(widths[l], widths[l - 1], weights + n);
    n += static_cast<long>(widths[l]) * widths[l - 1];
    below[l] = W[l] * below[l - 1];
  }
  for (long l = 0; l <= depth; l++) seen[l] = below[l] * Sxx;
  above[depth] = identity(widths[depth]);
  for (long l = depth - 1; l >= 1; l--) above[l] = above[l + 1] * W[l + 1];
  Dense miss = below[depth];
  for (std::size_t k = 0; k < miss.data.size(); k++) miss.data[k] -= A.data[k];
  const Dense slope = transposed(miss * Sxx);

  thread_local std::vector<double> hessian; // the lower triangle; the rest holds finite numbers
  hessian.assign(n * n, 0);
  long column = 0;
  for (long j = 1; j <= depth; j++) {
    const Dense through = below[j - 1] * slope, before = transposed(below[j - 1]);
    Dense middle = identity(widths[j]);
    long row = column;
    for (long i = j; i <= depth; i++) {
      if (i > j + 1) middle = W[i - 1] * middle;
      Block block{transposed(above[i]) * above[j], seen[i - 1] * before, middle, {}};
      if (i > j) block.slope = transposed(through * above[i]);
      block.write(hessian.data() + row * n + column, n);
      row += static_cast<long>(widths[i]) * widths[i - 1];
    }
    column += static_cast<long>(widths[j]) * widths[j - 1];
  }
  return tridiagonalize(n, hessian.data(), diagonal, off);
}
