// Means over resampled runs: the bits of src/linalg/reference/resampling.ts.
#pragma once
#include <cstdint>

/** `count` resamples, each a row of `runs` runs from 0, and how often each was drawn: `draws` times in all. */
struct Resamples {
  long runs, count, draws;
  const int32_t *indices, *times;
};

/** Order statistics of the means of `values`, runs × quantities: quantities × `length`, their ranks ascending. */
void resampledMeans(const double *values, long quantities, const Resamples &resamples, const int32_t *ranks, long length,
                    double *found);

/** Distances of `pattern` from means of `patterns`, runs × entries: one for each weighting and resample. */
void resampledDistances(const double *pattern, long entries, const double *patterns, const double *weightings, long weighted,
                        const Resamples &resamples, double *found);
