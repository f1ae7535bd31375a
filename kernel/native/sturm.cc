#include "sturm.h"
#include <algorithm>
#include <cmath>
#include <limits>
#include "Vector.h"

namespace {

/** Numbers that are counted below at once: as many vectors hide the latency of a division. */
constexpr long VECTORS = 4, MOST = VECTORS * LANES;

/** The negative pivots of T − x in each lane, of `vectors` ≤ VECTORS vectors. */
template <long vectors>
void count(const Tridiagonal &t, const Vector *x, Bits *counts) {
  Vector pivot[vectors];
  for (long m = 0; m < vectors; m++) {
    pivot[m] = all(t.diagonal[0]) - x[m] - 0. + 0.;
    counts[m] = -reinterpret_cast<Bits>(pivot[m] < 0);
  }
  for (long i = 1; i < t.n; i++) {
    const Vector entry = all(t.diagonal[i]), beside = all(t.off[i - 1]);
    for (long m = 0; m < vectors; m++) {
      const Vector share = t.off[i - 1] == 0 ? Vector{} : beside * (beside / pivot[m]);
      pivot[m] = entry - x[m] - share + 0.; // turns −0 into 0
      counts[m] -= reinterpret_cast<Bits>(pivot[m] < 0);
    }
  }
}

/** `Numbers` for lanes: those of a call, the last of them again and again beyond its end. */
template <class Number>
double entryOf(const Number *numbers, long at, long count) { return numbers[at < count ? at : count - 1]; }

template <long vectors>
void search(const Tridiagonal &t, double from, double to, double width, const int32_t *indices, double *values, long length) {
  Vector low[vectors], high[vectors], middle[vectors];
  Bits index[vectors], counts[vectors], sought[vectors];
  for (long m = 0; m < vectors; m++) {
    low[m] = all(from);
    high[m] = all(to);
    for (long lane = 0; lane < LANES; lane++) index[m][lane] = static_cast<uint64_t>(entryOf(indices, m * LANES + lane, length));
  }
  for (;;) {
    Bits open = {};
    for (long m = 0; m < vectors; m++) {
      middle[m] = low[m] + (high[m] - low[m]) / 2;
      sought[m] = reinterpret_cast<Bits>((high[m] - low[m] > width) & (middle[m] > low[m]) & (middle[m] < high[m]));
      open |= sought[m];
    }
    if ((open[0] | open[1] | open[2] | open[3]) == 0) break;
    count<vectors>(t, middle, counts);
    for (long m = 0; m < vectors; m++) {
      const Bits isAbove = reinterpret_cast<Bits>(counts[m] > index[m]);
      high[m] = (isAbove & sought[m]) != 0 ? middle[m] : high[m];
      low[m] = (~isAbove & sought[m]) != 0 ? middle[m] : low[m];
    }
  }
  for (long k = 0; k < length; k++) values[k] = middle[k / LANES][k % LANES];
}

} // namespace

void countsBelow(const Tridiagonal &t, const double *bounds, int32_t *counts, long length) {
  for (; length > 0; length -= MOST, bounds += MOST, counts += MOST) {
    Vector x[VECTORS];
    Bits found[VECTORS];
    for (long k = 0; k < MOST; k++) x[k / LANES][k % LANES] = entryOf(bounds, k, length);
    if (length > 2 * LANES) count<VECTORS>(t, x, found);
    else count<2>(t, x, found);
    for (long k = 0; k < MOST && k < length; k++) counts[k] = static_cast<int32_t>(found[k / LANES][k % LANES]);
  }
}

void eigenvaluesAt(const Tridiagonal &t, const int32_t *indices, double *values, long length) {
  const double infinity = std::numeric_limits<double>::infinity();
  double low = infinity, high = -infinity;
  for (long i = 0; i < t.n; i++) {
    const double reach = (i > 0 ? std::fabs(t.off[i - 1]) : 0) + (i < t.n - 1 ? std::fabs(t.off[i]) : 0);
    low = std::min(low, t.diagonal[i] - reach);
    high = std::max(high, t.diagonal[i] + reach);
  }
  const double width = 1.1102230246251565e-16 * std::max(std::fabs(low), std::fabs(high));
  for (; length > 0; length -= MOST, indices += MOST, values += MOST) {
    const long these = length < MOST ? length : MOST;
    if (these > LANES) search<VECTORS>(t, low - width, high + width, width, indices, values, these);
    else search<1>(t, low - width, high + width, width, indices, values, these);
  }
}
