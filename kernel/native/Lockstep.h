// Runs of one shape that go in step, a lane each: every vector holds the same entry of LANES runs, so that small networks
// fill vectors too. Each lane sums as src/linalg/reference/train.ts does.
#pragma once
#include "Batches.h"
#include "lockstepProduct.h"

class Lockstep {
 public:
  /** Lane m is run m of `lanes` ≤ LANES ones, the last of them again and again beyond. Weights: flat, run after run. */
  Lockstep(const Training *runs, long lanes, const double *weights)
      : shape(runs[0]), depth(shape.depth), input(shape.widths[0]), output(shape.widths[depth]),
        columns(shape.size > 0 ? shape.size : input) {
    batches.reserve(LANES);
    for (long m = 0; m < LANES; m++) {
      batches.emplace_back(runs[m < lanes ? m : lanes - 1]);
      rate[m] = runs[m < lanes ? m : lanes - 1].learningRate;
    }
    for (long l = 1; l <= depth; l++) size += static_cast<long>(shape.widths[l]) * shape.widths[l - 1];
    flat = vectors(size);
    for (long i = 0; i < size; i++)
      for (long m = 0; m < LANES; m++) flat[i][m] = weights[(m < lanes ? m : lanes - 1) * size + i];
    long at = 0;
    for (long l = 0; l <= depth; l++) {
      layers.push_back(flat + at);
      full.push_back(l < 2 ? flat : vectors(shape.widths[l] * input)); // H_1 is W_1 itself
      activations.push_back(shape.size > 0 ? vectors(padded(shape.widths[l]) * columns) : full[l]);
      deltas.push_back(vectors(padded(shape.widths[l]) * columns));
      if (l > 0) at += static_cast<long>(shape.widths[l]) * shape.widths[l - 1];
    }
    difference = vectors(output * input);
    slope = shape.size > 0 ? vectors(output * input) : deltas[depth];
    xx = spread(shape.xx, input * input);
    target = spread(shape.target, output * input);
  }

  /** Lane by lane ℓ − ℓ_min; leaves (W − A) Σ_xx in `slope`. */
  Vector loss() {
    for (long l = 2; l <= depth; l++)
      product(shape.widths[l], input, shape.widths[l - 1], layers[l], shape.widths[l - 1], 1, full[l - 1], input, 1,
              full[l], Write{});
    for (long i = 0; i < output * input; i++) difference[i] = full[depth][i] - target[i];
    product(output, input, input, difference, input, 1, xx, input, 1, slope, Write{});
    Vector sums[4] = {};
    for (long t = 0; t < output * input; t++) sums[t % 4] += difference[t] * slope[t];
    return 0.5 * ((sums[0] + sums[1]) + (sums[2] + sums[3]));
  }

  /** A step, by the batches or after `loss`; w − w, which is not 0 in lanes where a weight is not finite then. */
  Vector descend(int64_t step) {
    Descend descend{rate};
    if (shape.size > 0) {
      for (Batches &one : batches) one.draw(step);
      read();
      for (long l = 1; l <= depth; l++)
        product(shape.widths[l], columns, shape.widths[l - 1], layers[l], shape.widths[l - 1], 1, activations[l - 1],
                columns, 1, activations[l], Write{});
      compare();
    }
    for (long l = depth; l >= 1; l--) {
      const long outer = shape.widths[l], inner = shape.widths[l - 1];
      if (l > 1)
        product(inner, columns, outer, layers[l], 1, inner, deltas[l], columns, 1, deltas[l - 1], Write{});
      if (l > 1 || shape.size > 0)
        product(outer, inner, columns, deltas[l], columns, 1, activations[l - 1], 1, columns, layers[l], descend);
      else
        for (long i = 0; i < outer * inner; i++) descend(layers[1] + i, deltas[1][i]); // of the identity g_1 is Δ_1
    }
    return descend.lost;
  }

  void copyWeights(long lane, double *weights) const {
    for (long i = 0; i < size; i++) weights[i] = flat[i][lane];
  }

 private:
  static Vector *vectors(long count) { return reinterpret_cast<Vector *>(arena().take(count * LANES)); }

  static Vector *spread(const double *entries, long count) {
    Vector *all = vectors(count);
    for (long i = 0; i < count; i++) all[i] = ::all(entries[i]);
    return all;
  }

  /** Entries j … j + 3 of row b of all lanes: row m of the square is entry j + m. */
  template <class Row> Square entriesOf(Row row) const {
    return transposed({{row(batches[0]), row(batches[1]), row(batches[2]), row(batches[3])}});
  }

  /** H_0 = Xᵀ. */
  void read() {
    for (long b = 0; b < columns; b++)
      for (long j = 0; j < input; j += LANES) {
        const Square entries = entriesOf([=](const Batches &one) { return one.input(b, j); });
        for (long m = 0; m < LANES; m++) activations[0][(j + m) * columns + b] = entries.row[m];
      }
  }

  /** Δ_L = (1/B)(H_L − Y), 1/B rounded. */
  void compare() {
    const Vector share = all(1.0 / static_cast<double>(columns));
    for (long b = 0; b < columns; b++)
      for (long j = 0; j < output; j += LANES) {
        const Square labels = entriesOf([=](const Batches &one) { return one.label(b, j); });
        for (long m = 0; m < LANES; m++) {
          const long at = (j + m) * columns + b;
          deltas[depth][at] = (activations[depth][at] - labels.row[m]) * share;
        }
      }
  }

  const Training &shape;
  const long depth, input, output, columns;
  long size = 0;
  Vector rate;
  std::vector<Batches> batches;
  Vector *flat;                      // W_1|W_2|…|W_L
  std::vector<Vector *> layers;      // W_l
  std::vector<Vector *> full;        // P_1l
  std::vector<Vector *> activations; // H_l: d_l × B; of GD those of the full loss
  std::vector<Vector *> deltas;      // Δ_l = ∂ℓ/∂H_l
  Vector *difference, *slope, *xx, *target;
};
