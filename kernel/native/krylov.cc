#include "krylov.h"
#include <cmath>
#include "HessianProducts.h"
#include "dot.h"

namespace {

/** a ← a − along·q; returns a·next, whose sums go on while a is written. */
double subtract(double *a, double along, const double *q, const double *next, long n) {
  const Vector factor = all(along);
  Vector sum = {};
  for (long i = 0; i < n; i += LANES) {
    const Vector left = loadAnywhere(a + i) - factor * loadAnywhere(q + i);
    storeAnywhere(a + i, left);
    sum += left * loadAnywhere(next + i);
  }
  return sumOf(sum);
}

} // namespace

bool hessianVectorProduct(const Training &training, const double *weights, const double *direction, double *result) {
  arena().restart();
  HessianProducts hessian(training, weights);
  hessian.times(direction, result);
  return hessian.isFinite();
}

bool growHessianKrylov(const Training &training, const double *weights, double *basis, double *diagonal, double *off,
                       double *state, long to) {
  arena().restart();
  HessianProducts hessian(training, weights);
  if (!hessian.isFinite()) return false;
  long n = 0;
  for (long l = 1; l <= training.depth; l++) n += static_cast<long>(training.widths[l]) * training.widths[l - 1];
  const long row = padded(n);
  long count = static_cast<long>(state[0]);
  while (count < to && (count == 0 || off[count - 1] != 0)) {
    double *q = basis + count * row, *next = q + row;
    const double factor = 1 / (count == 0 ? std::sqrt(dot(q, q, n)) : off[count - 1]);
    for (long i = 0; i < n; i++) q[i] *= factor;
    hessian.times(q, next);
    const double length = std::sqrt(dot(next, next, n));
    if (length > state[1] || length != length) state[1] = length; // once it is no number it stays so
    diagonal[count] = dot(q, next, n);
    double along = dot(next, basis, n);
    for (int pass = 0; pass < 2; pass++)
      for (double *known = basis; known <= q; known += row) along = subtract(next, along, known, known == q ? basis : known + row, n);
    const double beyond = std::sqrt(dot(next, next, n));
    count++;
    off[count - 1] = count == n || beyond <= 1e-14 * state[1] ? 0 : beyond;
  }
  state[0] = static_cast<double>(count);
  return true;
}
