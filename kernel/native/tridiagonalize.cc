#include "tridiagonalize.h"
#include <algorithm>
#include <cmath>
#include "dot.h"
#include "elementary.h"
#include "largestEntry.h"

namespace {

/** The first `count` lanes of x, zeros in the others. */
inline Vector first(Vector x, long count) {
  const __m256i mask = _mm256_cmpgt_epi64(_mm256_set1_epi64x(count), _mm256_setr_epi64x(0, 1, 2, 3));
  return _mm256_and_pd(x, _mm256_castsi256_pd(mask));
}

class Reduction {
 public:
  Reduction(long n, const double *matrix, int power) : n(n), row(stride(n)), a(::matrix(n, n)) {
    pad(matrix, n, n, a);
    if (power != 0)
      for (long i = 0; i < n * row; i++) a[i] = scaleByPowerOfTwo(a[i], -power);
    for (double **vector : {&v, &w, &nextV, &nextW}) *vector = arena().take(padded(n) + LANES);
  }

  void run(double *diagonal, double *off) {
    for (long k = n - 1; k >= 0; k--) {
      double *last = a + k * row;
      for (long j = 0; j <= k; j += LANES) store(last + j, updated(load(last + j), all(v[k]), all(w[k]), j));
      diagonal[k] = last[k];
      if (k == 0) break;
      const double factor = reflect(last, k, off);
      for (long i = 0; i < k; i += LANES) updateAndMultiply(i);
      scale(k, factor);
      std::swap(v, nextV);
      std::swap(w, nextW);
    }
  }

 private:
  /** a − v_i w_j − w_i v_j for the columns from j on. */
  Vector updated(Vector entries, Vector vi, Vector wi, long j) const {
    return (entries - vi * load(w + j)) - wi * load(v + j);
  }

  /** Writes the v that reflects the k entries of a row onto the last of them; returns 2/vᵀv, 0 for no reflection. */
  double reflect(const double *last, long k, double *off) {
    for (long i = 0; i < padded(n); i += LANES) store(nextV + i, i < k ? first(load(last + i), k - 1 - i) : Vector{});
    const double end = last[k - 1];
    const double rest = dot(nextV, nextV, k - 1);
    off[k - 1] = end;
    if (rest == 0) {
      std::fill(nextV, nextV + k, 0);
      return 0;
    }
    const double norm = std::sqrt(rest + end * end);
    const double value = end > 0 ? -norm : norm;
    off[k - 1] = value;
    nextV[k - 1] = end - value;
    return -1 / (value * nextV[k - 1]);
  }

  /**
   * Rows i … i + 3 of A ← A − v wᵀ − w vᵀ, and their share of A x, x the next v. Rows beyond the k that are left are
   * done, and x is zero there.
   */
  void updateAndMultiply(long i) {
    double *rows = a + i * row;
    Vector vi[LANES], wi[LANES], xi[LANES], sums[LANES] = {};
    for (long r = 0; r < LANES; r++) {
      vi[r] = all(v[i + r]);
      wi[r] = all(w[i + r]);
      xi[r] = all(nextV[i + r]);
    }
    for (long j = 0; j < i; j += LANES) {
      const Vector vj = load(v + j), wj = load(w + j), xj = load(nextV + j);
      Vector y = load(nextW + j);
#pragma GCC unroll 4
      for (long r = 0; r < LANES; r++) {
        const Vector entries = (load(rows + r * row + j) - vi[r] * wj) - wi[r] * vj;
        store(rows + r * row + j, entries);
        sums[r] += entries * xj;
        y += xi[r] * entries;
      }
      store(nextW + j, y);
    }
    // The square on the diagonal: entry (r, m) counts for m < r, and (r, r) once.
    const Vector x = load(nextV + i);
    Vector below[LANES], diagonal;
    for (long r = 0; r < LANES; r++) {
      const Vector entries = updated(load(rows + r * row + i), vi[r], wi[r], i);
      store(rows + r * row + i, entries);
      below[r] = first(entries, r);
      diagonal[r] = entries[r];
      sums[r] += below[r] * x;
    }
    Vector y = sumsOf(sums[0], sums[1], sums[2], sums[3]) + diagonal * x;
    for (long r = 1; r < LANES; r++) y += xi[r] * below[r];
    store(nextW + i, y);
  }

  /** w = f y − ½ f (v · f y) v. */
  void scale(long k, double factor) {
    for (long i = 0; i < k; i += LANES) store(nextW + i, first(load(nextW + i) * factor, k - i));
    const Vector along = all(0.5 * factor * dot(nextV, nextW, k));
    for (long i = 0; i < padded(n); i += LANES) store(nextW + i, i < k ? load(nextW + i) - along * load(nextV + i) : Vector{});
  }

  const long n, row;
  double *const a;
  double *v, *w, *nextV, *nextW; // A − v wᵀ − w vᵀ is still to be written; all zero beyond their length
};

} // namespace

bool tridiagonalize(long n, const double *matrix, double *diagonal, double *off) {
  const double largest = largestEntry(matrix, n * n);
  if (!std::isfinite(largest)) return false;
  const int power = largest == 0 || std::abs(exponent(largest)) < 90 ? 0 : exponent(largest); // squares must not overflow
  arena().restart();
  Reduction(n, matrix, power).run(diagonal, off);
  if (power != 0) {
    for (long i = 0; i < n; i++) diagonal[i] = scaleByPowerOfTwo(diagonal[i], power);
    for (long i = 0; i < n - 1; i++) off[i] = scaleByPowerOfTwo(off[i], power);
  }
  return true;
}
