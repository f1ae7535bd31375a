// Gradient descent on a deep linear network: the bits of src/linalg/reference/train.ts.
#pragma once
#include <cstdint>
#include "draws.h"

/** What to train, as in src/linalg/Training.ts; matrices are row-major without padding. */
struct Training {
  const int32_t *widths; // d_0, …, d_L
  long depth;            // L
  double learningRate;
  const double *xx, *target;
  const double *x, *y; // n × d_0, n × d_L; not read where `size` is 0
  long n, size;        // size: B, or 0 for GD
  bool shuffle;        // else with replacement
  Stream stream;
  double labelNoise;
};

/**
 * Takes `steps` steps from `weights`, the state after `from`; writes the excess losses that are due to `losses`.
 * Returns the number of steps after which a weight, or a loss that is due, was first not finite, else −1.
 */
int64_t train(const Training &training, double *weights, int64_t from, int64_t steps, int64_t lossEvery,
              double *losses);

/** Writes the gradient of the full loss, flat like the weights; returns the excess loss. Reads no batches. */
double gradient(const Training &training, const double *weights, double *gradient);

/**
 * `train` of `count` runs of one shape on the same data, run after run in `weights` and, for every loss that is due, in
 * `losses`. `divergedAt` is −1 for the runs that go on, and what `train` returns for those that stop. The weights before
 * every step that `stateEvery` divides go to `states`.
 */
void trainRuns(const Training *runs, long count, double *weights, int64_t from, int64_t steps, int64_t lossEvery,
               int64_t stateEvery, double *losses, double *states, double *divergedAt);
