// Means over resampled runs: the bits of src/linalg/reference/resampling.ts.
#pragma once
#include <cstdint>

/** `count` resamples, each a row of `runs` runs from 0, and how often each was drawn: `draws` times in all. */
struct Resamples {
  long runs, count, draws;
  const int32_t *indices, *times;
};

/** Ranks, ascending, among all draws. */
struct Ranks {
  const int32_t *values;
  long length;
};

/** Order statistics of the means of `values`, runs × quantities: quantities × ranks. */
void resampledMeans(const double *values, long quantities, const Resamples &resamples, const Ranks &ranks, double *found);

/** Those of the distances of `pattern` from means of `patterns`, runs × entries: weighted × ranks. */
void resampledDistances(const double *pattern, long entries, const double *patterns, const double *weightings, long weighted,
                        const Resamples &resamples, const Ranks &ranks, double *found);
