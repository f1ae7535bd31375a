// Singular values of bidiagonal matrices by dqds: the bits of src/linalg/reference/bidiagonal.ts. A sweep waits for one
// division after the other; so the sweeps of several matrices run side by side.
#pragma once
#include <cmath>
#include <limits>
#include <utility>
#include "Arena.h"

/** One matrix at a time. */
class Chain {
 public:
  /** Memory for matrices of up to `most` entries on the diagonal. */
  Chain() = default;
  explicit Chain(long most) : z(arena().take(2 * most)), next(arena().take(2 * most)) {}

  /** Takes a bidiagonal matrix up to where its first sweep begins, or to its end. */
  void start(double *diagonal, const double *superdiagonal, long n) {
    values = diagonal;
    count = n;
    dropped = DROPPED * read(superdiagonal);
    first = n;
    last = n - 1;
    total = 0;
    pivotsKnown = failed = false;
    sweepsLeft = 100 * n;
    proceed();
  }
  /** Whether a sweep is under way; where none is, `values` are the singular values, descending, or `failed` is true. */
  bool sweeps() const { return steps > 0; }
  bool failed = false;

  /** Goes on with several chains side by side, up to where the first of their sweeps ends and another begins. */
  template <int Count>
  static void run(Chain **chains) {
    const double *from[Count];
    double *to[Count], d[Count], before[Count], others[Count], smallest[Count], shift[Count];
    long steps = std::numeric_limits<long>::max();
#pragma GCC unroll 8
    for (int c = 0; c < Count; c++) {
      const Chain &chain = *chains[c];
      from[c] = chain.from;
      to[c] = chain.to;
      d[c] = chain.d;
      before[c] = chain.before;
      others[c] = chain.others;
      smallest[c] = chain.smallest;
      shift[c] = chain.shift;
      if (chain.steps < steps) steps = chain.steps;
    }
    for (long step = 0; step < steps; step++) {
#pragma GCC unroll 8
      for (int c = 0; c < Count; c++) {
        const double sum = d[c] + from[c][1];
        const double ratio = from[c][2] / sum;
        const double off = from[c][1] * ratio;
        to[c][0] = sum;
        to[c][1] = off;
        smallest[c] = off < smallest[c] ? off : smallest[c];
        others[c] = before[c] < others[c] ? before[c] : others[c];
        before[c] = d[c];
        d[c] = d[c] * ratio - shift[c];
        from[c] += 2;
        to[c] += 2;
      }
    }
#pragma GCC unroll 8
    for (int c = 0; c < Count; c++) {
      Chain &chain = *chains[c];
      chain.from = from[c];
      chain.to = to[c];
      chain.d = d[c];
      chain.before = before[c];
      chain.others = others[c];
      chain.smallest = smallest[c];
      chain.steps -= steps;
    }
#pragma GCC unroll 8
    for (int c = 0; c < Count; c++)
      if (chains[c]->steps == 0) chains[c]->endSweep();
  }

 private:
  static constexpr double DROPPED = 3.0814879110195774e-33;
  static constexpr double NEGLIGIBLE_SQUARE = 4.930380657631324e-32;
  static constexpr double NEGLIGIBLE = 1.3877787807814457e-17;

  double &q(long i) { return z[2 * i]; }
  double &e(long i) { return z[2 * i + 1]; }

  double read(const double *superdiagonal) {
    double largest = 0;
    for (long i = 0; i < count; i++) {
      q(i) = values[i] * values[i];
      e(i) = i < count - 1 ? superdiagonal[i] * superdiagonal[i] : 0;
      largest = larger(largest, larger(q(i), e(i)));
    }
    for (long i = 0; i < count; i++) {
      if (e(i) <= DROPPED * largest) e(i) = 0;
      next[2 * i] = q(i);
      next[2 * i + 1] = e(i);
    }
    return largest;
  }

  bool isNegligible(long i, double size) {
    return e(i) <= dropped || (e(i) <= NEGLIGIBLE * size && q(i + 1) * e(i) <= NEGLIGIBLE_SQUARE * (size * size));
  }

  /** From after a sweep, or the start, to before the next one, or the end. */
  void proceed() {
    while (last >= 0) {
      if (last < first) {
        total = 0 - e(last);
        first = last;
        while (first > 0 && e(first - 1) > 0) first--;
        if (1.5 * q(first) < q(last)) reverse();
        pivotsKnown = false;
      }
      if (first == last || isNegligible(last - 1, total + q(last))) {
        values[last] = std::sqrt(total + q(last));
        pivot = pivotBefore;
        pivotBefore = otherPivots;
        last -= 1;
      } else if (first == last - 1 || isNegligible(last - 2, total)) {
        solveTwoByTwo();
        values[last - 1] = std::sqrt(total + q(last - 1));
        values[last] = std::sqrt(total + q(last));
        pivot = pivotBefore = otherPivots;
        last -= 2;
      } else {
        if (sweepsLeft-- == 0) {
          failed = true;
          return;
        }
        attempt = 0;
        beginSweep(pivotsKnown ? nextShift() : 0);
        return;
      }
    }
    sortDescending();
  }

  void beginSweep(double wanted) {
    shift = wanted;
    from = z + 2 * first;
    to = next + 2 * first;
    d = before = others = q(first) - shift;
    smallest = std::numeric_limits<double>::infinity();
    steps = last - first;
  }

  void endSweep() {
    *to = d;
    pivot = d;
    pivotBefore = before;
    otherPivots = others;
    const double rest = least(otherPivots, pivotBefore);
    if (shift != 0 && !(rest >= 0 && pivot >= 0)) {
      if (rest > 0 && pivot < 0 && attempt < 2) {
        const double bound = (shift + pivot) * (1 - 4.440892098500626e-16);
        beginSweep(bound > 0 ? bound : 0);
      } else {
        beginSweep(attempt > 2 ? 0 : shift * 0.25);
      }
      attempt++;
      return;
    }
    std::swap(z, next);
    total += shift;
    pivotsKnown = true;
    if (smallest <= dropped || smallest <= NEGLIGIBLE * total) split();
    proceed();
  }

  double nextShift() {
    const double least = this->least(this->least(pivot, pivotBefore), otherPivots);
    if (pivot > least) return 0.25 * least;
    if (pivotBefore > otherPivots) {
      double term = e(last - 1) / q(last - 1);
      double sum = term;
      for (long i = last - 2; i >= first && term > 0.001 * sum && sum < 0.6; i--) {
        term *= e(i) / q(i);
        sum += term;
      }
      return sum < 0.6 ? larger(pivot * ((1 - std::sqrt(sum)) / (1 + sum)), 0.25 * least) : 0.25 * least;
    }
    const double coupling = std::sqrt(q(last) * e(last - 1));
    const double couplingBefore = std::sqrt(q(last - 1) * e(last - 2));
    const double before = q(last - 1) + e(last - 1);
    const double gapBefore = 0.75 * otherPivots - before;
    const double gap = before - pivot -
        (gapBefore > couplingBefore ? couplingBefore * (couplingBefore / gapBefore) : coupling + couplingBefore);
    if (gap > coupling) return larger(pivot - coupling * (coupling / gap), 0.5 * least);
    const double one = pivot - coupling, two = before - coupling - couplingBefore;
    return larger(one < two ? one : two, 0.3333333333333333 * least);
  }

  void split() {
    long begin = first;
    for (long i = first; i <= last - 3; i++)
      if (isNegligible(i, total)) {
        e(i) = 0 - total;
        begin = i + 1;
      }
    for (long i = 2 * first; i < 2 * begin; i++) next[i] = z[i];
    first = begin;
  }

  void solveTwoByTwo() {
    const double large = larger(q(last - 1), q(last));
    const double small = q(last - 1) < q(last) ? q(last - 1) : q(last);
    const double off = e(last - 1);
    const double half = 0.5 * ((large - small) + off);
    const double ratio = small * (off / half);
    const double added = ratio <= half ? small * (off / (half * (1 + std::sqrt(1 + ratio / half))))
                                       : small * (off / (half + std::sqrt(half) * std::sqrt(half + ratio)));
    const double greater = large + (added + off);
    q(last - 1) = greater;
    q(last) = small * (large / greater);
  }

  void reverse() {
    for (long i = first, j = last; i < j; i++, j--) std::swap(q(i), q(j));
    for (long i = first, j = last - 1; i < j; i++, j--) std::swap(e(i), e(j));
  }

  void sortDescending() {
    for (long i = 1; i < count; i++) {
      const double value = values[i];
      long j = i;
      for (; j > 0 && values[j - 1] < value; j--) values[j] = values[j - 1];
      values[j] = value;
    }
  }

  /** As Math.min: NaN where there is one. */
  static double least(double a, double b) { return a < b ? a : b <= a ? b : a + b; }
  static double larger(double a, double b) { return a > b ? a : b; }

  double *z = nullptr, *next = nullptr; // q_0, e_0, q_1, e_1, … of the block, and of the next one
  double *values = nullptr;
  long count = 0, first = 0, last = 0, sweepsLeft = 0, attempt = 0;
  double dropped = 0, total = 0, pivot = 0, pivotBefore = 0, otherPivots = 0;
  bool pivotsKnown = false;
  // The sweep that is under way.
  const double *from = nullptr;
  double *to = nullptr, shift = 0, d = 0, before = 0, others = 0, smallest = 0;
  long steps = 0;
};
