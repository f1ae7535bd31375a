// The batches of SGD: the draws of src/linalg/reference/batches.ts.
#pragma once
#include <vector>
#include "Vector.h"
#include "train.h"

class Batches {
 public:
  explicit Batches(const Training &training)
      : training(training), inputs(training.widths[0]), outputs(training.widths[training.depth]) {
    const bool permutes = training.size > 0 && training.shuffle;
    const long labels = training.size * outputs;
    ahead = AT_ONCE / (labels + 1) + 1;
    rows.resize(permutes ? training.n : ahead * training.size);
    epochLength = permutes ? training.n / training.size : 0;
    if (training.labelNoise > 0) noise.resize(ahead * labels);
  }

  /** Draws the batch of a step, which those below tell of. */
  void draw(int64_t step) {
    const long size = training.size;
    const bool isBeyond = step < first || step >= first + ahead;
    if (isBeyond) first = step;
    if (isBeyond && training.labelNoise > 0)
      fillNormals(training.stream, step * size * outputs, noise.data(), static_cast<long>(noise.size()));
    drawnNoise = noise.data() + (step - first) * size * outputs;
    if (training.shuffle) {
      if (step != next || place == epochLength) {
        const int64_t epoch = step / epochLength;
        place = step % epochLength;
        fillPermutation(training.stream, static_cast<uint32_t>(epoch), rows.data(), training.n);
      }
      drawn = rows.data() + place * size;
      place++;
      next = step + 1;
    } else {
      if (isBeyond) fillIntegers(training.stream, step * size, training.n, rows.data(), static_cast<long>(rows.size()));
      drawn = rows.data() + (step - first) * size;
    }
  }

  /** Entries j … j + 3 of x in row b of the batch; zeros beyond either's end. */
  Vector input(long b, long j) const {
    if (b >= training.size) return Vector{};
    return loadSome(training.x + drawn[b] * inputs + j, inputs - j);
  }

  /** The same of y, noise added. */
  Vector label(long b, long j) const {
    if (b >= training.size) return Vector{};
    const Vector label = loadSome(training.y + drawn[b] * outputs + j, outputs - j);
    if (noise.empty()) return label;
    return label + all(training.labelNoise) * loadSome(drawnNoise + b * outputs + j, outputs - j);
  }

 private:
  const Training &training;
  const long inputs, outputs;
  /** Draws come by many: those of `ahead` steps from `first` on are made in one go. */
  static constexpr long AT_ONCE = 64;
  long ahead = 0;
  int64_t first = INT64_MIN / 2;
  std::vector<int32_t> rows; // of those steps, or of the epoch
  std::vector<double> noise;
  const int32_t *drawn = nullptr;
  const double *drawnNoise = nullptr;
  int64_t next = -1;
  long place = 0, epochLength = 0; // batches
};
