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

/** Columns that are summed at once where so many are left. */
inline long widthOf(long left) { return left >= MOST * LANES ? MOST * LANES : LANES; }

/** The same of the columns from `from` on, as many as are summed at once; rows of `row` columns. */
template <class Each>
inline void meansFrom(long from, const double *values, long row, const Resamples &resamples, long q, Each each) {
  if (widthOf(row - from) > LANES) means<MOST>(values + from, row, resamples, q, each);
  else means<1>(values + from, row, resamples, q, each);
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

/** Of one value a resample, as often as it was drawn; `drawn` has room for all of them. */
void orderStatistics(const double *values, const Resamples &resamples, const Ranks &ranks, double *drawn, double *found) {
  double *end = drawn;
  for (long q = 0; q < resamples.count; q++) end = std::fill_n(end, resamples.times[q], values[q]);
  for (long k = 0, placed = -1; k < ranks.length; placed = ranks.values[k++]) {
    const long rank = ranks.values[k];
    if (rank == placed + 1) std::swap(drawn[rank], *std::min_element(drawn + rank, end));
    else if (rank > placed) place(drawn, placed + 1, resamples.draws - 1, rank);
    found[k] = drawn[rank];
  }
}

/** `rows` rows with a stride of whole vectors. */
double *aligned(const double *matrix, long rows, long columns, long row) {
  double *copy = arena().take(rows * row);
  for (long i = 0; i < rows; i++) std::copy(matrix + i * columns, matrix + (i + 1) * columns, copy + i * row);
  return copy;
}

} // namespace

void resampledMeans(const double *values, long quantities, const Resamples &resamples, const Ranks &ranks, double *found) {
  arena().restart();
  const long count = resamples.count, row = padded(quantities);
  const double *rows = aligned(values, resamples.runs, quantities, row);
  double *kept = arena().take(MOST * LANES * count), *drawn = arena().take(resamples.draws);
  for (long from = 0, width; from < quantities; from += width) {
    width = widthOf(row - from);
    for (long q = 0; q < count; q++) {
      const auto keep = [&](long place, double mean) { kept[place * count + q] = mean + 0.; }; // turns −0 into 0
      meansFrom(from, rows, row, resamples, q, keep);
    }
    for (long place = 0; place < width && from + place < quantities; place++)
      orderStatistics(kept + place * count, resamples, ranks, drawn, found + (from + place) * ranks.length);
  }
}

void resampledDistances(const double *pattern, long entries, const double *patterns, const double *weightings, long weighted,
                        const Resamples &resamples, const Ranks &ranks, double *found) {
  arena().restart();
  const long count = resamples.count, row = padded(entries);
  const double *rows = aligned(patterns, resamples.runs, entries, row);
  double *kept = arena().take(weighted * count), *drawn = arena().take(resamples.draws);
  /** The means of as many resamples as there are lanes, entry by entry. */
  double *beside = arena().take(row * LANES);
  for (long q = 0; q < count; q += LANES) {
    const long these = std::min(LANES, count - q);
    for (long lane = 0; lane < these; lane++) {
      for (long from = 0, width; from < row; from += width) {
        const auto keep = [&](long place, double mean) { beside[(from + place) * LANES + lane] = mean; };
        width = widthOf(row - from);
        meansFrom(from, rows, row, resamples, q + lane, keep);
      }
    }
    for (long w = 0; w < weighted; w++) {
      Vector total = {};
      for (long e = 0; e < entries; e++) {
        const Vector away = all(pattern[e]) - load(beside + e * LANES);
        total += weightings[w * entries + e] * (away < 0 ? -away : away);
      }
      for (long lane = 0; lane < these; lane++) kept[w * count + q + lane] = total[lane] + 0.; // turns −0 into 0
    }
  }
  for (long w = 0; w < weighted; w++) orderStatistics(kept + w * count, resamples, ranks, drawn, found + w * ranks.length);
}
