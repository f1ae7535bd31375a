// The batches of SGD: the draws of src/linalg/reference/batches.ts.
#pragma once
#include <cstring>
#include <vector>
#include "draws.h"
#include "train.h"

class Batches {
 public:
  explicit Batches(const Training &training)
      : training(training), output(training.widths[training.depth]), rows(training.size) {
    if (training.size > 0 && training.shuffle) permutation.resize(training.n);
    if (training.labelNoise > 0) noise.resize(training.size * output);
  }

  /** Writes the drawn rows of x and of y, noise added, one after another with these strides. */
  void draw(int64_t step, double *inputs, long inputStride, double *labels, long labelStride) {
    const int32_t *drawn = rowsOf(step);
    const long input = training.widths[0], size = training.size;
    const double sigma = training.labelNoise;
    if (sigma > 0) fillNormals(training.stream, step * size * output, noise.data(), size * output);
    for (long b = 0; b < size; b++) {
      std::memcpy(inputs + b * inputStride, training.x + drawn[b] * input, input * sizeof(double));
      const double *label = training.y + drawn[b] * output;
      if (sigma > 0)
        for (long k = 0; k < output; k++) labels[b * labelStride + k] = label[k] + sigma * noise[b * output + k];
      else std::memcpy(labels + b * labelStride, label, output * sizeof(double));
    }
  }

 private:
  const int32_t *rowsOf(int64_t step) {
    if (!training.shuffle) {
      fillIntegers(training.stream, step * training.size, training.n, rows.data(), training.size);
      return rows.data();
    }
    const long batches = training.n / training.size;
    if (epoch != step / batches) {
      epoch = step / batches;
      fillPermutation(training.stream, static_cast<uint32_t>(epoch), permutation.data(), training.n);
    }
    return permutation.data() + step % batches * training.size;
  }

  const Training &training;
  const long output;
  std::vector<int32_t> rows, permutation;
  std::vector<double> noise;
  int64_t epoch = -1;
};
