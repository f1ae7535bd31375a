#include "resampling.h"
#include <algorithm>
#include "Arena.h"
#include "Vector.h"

namespace {

/** Vectors of quantities that are summed at once: as many hide the latency of an addition. */
constexpr long MOST = 8;

/** Hands `each(place, mean)` the means of resample q of `vectors` vectors of quantities. */
template <long vectors, class Each>
inline void means(const double *values, long row, const Resamples &resamples, long q, Each each) {
  const int32_t *chosen = resamples.indices + q * resamples.runs;
  Vector sums[vectors] = {};
  for (long s = 0; s < resamples.runs; s++)
    for (long m = 0; m < vectors; m++) sums[m] += load(values + chosen[s] * row + m * LANES);
  for (long m = 0; m < vectors; m++) {
    const Vector mean = sums[m] / static_cast<double>(resamples.runs);
    for (long lane = 0; lane < LANES; lane++) each(m * LANES + lane, mean[lane]);
  }
}

/** Rows beyond this many are searched by a sample first. */
constexpr long MANY = 600, SHARE = 16;

/**
 * Puts the value of a rank among values[low … high] in its place, none before it larger, none after it smaller (Hoare
 * 1961), by a pivot which has that rank in a sample (Floyd and Rivest 1975).
 */
void place(double *values, long low, long high, long rank) {
  while (low < high) {
    if (high - low > MANY) place(values, rank - (rank - low) / SHARE, rank + (high - rank) / SHARE, rank);
    const double pivot = values[rank];
    long i = low, j = high;
    do {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i <= j) std::swap(values[i++], values[j--]);
    } while (i <= j);
    if (j < rank) low = i;
    if (i > rank) high = j;
  }
}

/** The values of ascending ranks, by reordering `values`. */
void orderStatistics(double *values, long count, const int32_t *ranks, long length, double *found) {
  for (long k = 0, placed = -1; k < length; placed = ranks[k++]) {
    if (ranks[k] == placed + 1) std::swap(values[ranks[k]], *std::min_element(values + ranks[k], values + count));
    else if (ranks[k] > placed) place(values, placed + 1, count - 1, ranks[k]);
    found[k] = values[ranks[k]];
  }
}

/** `rows` rows with a stride of whole vectors. */
double *aligned(const double *matrix, long rows, long columns, long row) {
  double *copy = arena().take(rows * row);
  for (long i = 0; i < rows; i++) std::copy(matrix + i * columns, matrix + (i + 1) * columns, copy + i * row);
  return copy;
}

} // namespace

void resampledMeans(const double *values, long quantities, const Resamples &resamples, const int32_t *ranks, long length,
                    double *found) {
  arena().restart();
  const long count = resamples.count, row = padded(quantities);
  const double *rows = aligned(values, resamples.runs, quantities, row);
  double *found_means = arena().take(MOST * LANES * count), *drawn = arena().take(resamples.draws);
  for (long from = 0, width; from < quantities; from += width) {
    const bool isWide = row - from >= MOST * LANES;
    width = isWide ? MOST * LANES : LANES;
    for (long q = 0; q < count; q++) {
      const auto keep = [&](long place, double mean) { found_means[place * count + q] = mean + 0.; }; // turns −0 into 0
      if (isWide) means<MOST>(rows + from, row, resamples, q, keep);
      else means<1>(rows + from, row, resamples, q, keep);
    }
    for (long place = 0; place < width && from + place < quantities; place++) {
      double *next = drawn;
      for (long q = 0; q < count; q++) next = std::fill_n(next, resamples.times[q], found_means[place * count + q]);
      orderStatistics(drawn, resamples.draws, ranks, length, found + (from + place) * length);
    }
  }
}

void resampledDistances(const double *pattern, long entries, const double *patterns, const double *weightings, long weighted,
                        const Resamples &resamples, double *found) {
  arena().restart();
  const long count = resamples.count, row = padded(entries);
  const double *rows = aligned(patterns, resamples.runs, entries, row);
  /** The means of as many resamples as there are lanes, entry by entry. */
  double *beside = arena().take(row * LANES);
  for (long q = 0; q < count; q += LANES) {
    const long these = std::min(LANES, count - q);
    for (long lane = 0; lane < these; lane++) {
      for (long from = 0, width; from < row; from += width) {
        const auto keep = [&](long place, double mean) { beside[(from + place) * LANES + lane] = mean; };
        const bool isWide = row - from >= MOST * LANES;
        width = isWide ? MOST * LANES : LANES;
        if (isWide) means<MOST>(rows + from, row, resamples, q + lane, keep);
        else means<1>(rows + from, row, resamples, q + lane, keep);
      }
    }
    for (long w = 0; w < weighted; w++) {
      Vector total = {};
      for (long e = 0; e < entries; e++) {
        const Vector away = all(pattern[e]) - load(beside + e * LANES);
        total += weightings[w * entries + e] * (away < 0 ? -away : away);
      }
      for (long lane = 0; lane < these; lane++) found[w * count + q + lane] = total[lane];
    }
  }
}
