// A forward and backward pass whose examples are columns: a batch, or the identity, through which the full loss is seen.
#pragma once
#include "Batches.h"
#include "Layers.h"
#include "product.h"

class ColumnPass {
 public:
  /** `isFull`: H_0 is the identity and never formed; H_1 is W_1 itself. */
  ColumnPass(const Layers &layers, long columns, bool isFull)
      : layers(layers), depth(layers.size()), columns(columns), row(stride(columns)), isFull(isFull) {
    long widest = 0;
    for (long l = 0; l <= depth; l++) {
      const long width = l == 0 ? layers[0].inputs : layers[l - 1].outputs;
      activations.push_back(!isFull || l > 1 ? matrix(width, columns) : layers[0].weights);
      deltas.push_back(l > 0 ? matrix(width, columns) : nullptr);
      if (width > widest) widest = width;
    }
    inputs = isFull ? nullptr : matrix(columns, layers[0].inputs);
    turned = matrix(columns, widest);
  }

  /** Takes the drawn rows: H_0 = Xᵀ. */
  void read(const Batches &batches) {
    const long across = stride(layers[0].inputs);
    for (long b = 0; b < columns; b += LANES)
      for (long j = 0; j < layers[0].inputs; j += LANES) {
        const Square rows{{batches.input(b, j), batches.input(b + 1, j), batches.input(b + 2, j), batches.input(b + 3, j)}};
        storeSquare(inputs + b * across + j, across, rows);
        storeSquare(activations[0] + j * row + b, row, transposed(rows));
      }
  }

  /** H_l = W_l H_{l−1}. */
  void forward() {
    for (long l = isFull ? 2 : 1; l <= depth; l++) {
      const Layer &layer = layers[l - 1];
      product(layer.outputs, columns, layer.inputs, layer.weights, layer.row, 1, activations[l - 1], row,
              activations[l], row, Store{});
    }
  }

  /** Δ_L = (1/B)(H_L − Y), 1/B rounded. */
  void compare(const Batches &batches) {
    const Vector share = all(1.0 / static_cast<double>(columns));
    for (long b = 0; b < columns; b += LANES)
      for (long j = 0; j < layers[depth - 1].outputs; j += LANES) {
        const Square labels =
            transposed({{batches.label(b, j), batches.label(b + 1, j), batches.label(b + 2, j), batches.label(b + 3, j)}});
        for (long m = 0; m < LANES; m++) {
          const long at = (j + m) * row + b;
          store(deltas[depth] + at, (load(activations[depth] + at) - labels.row[m]) * share);
        }
      }
  }

  /** From Δ_L: Δ_{l−1} = W_lᵀ Δ_l, then g_l = Δ_l H_{l−1}ᵀ is kept in the place of W_l, which is not needed any more by then. */
  template <class Keep>
  void backward(Keep &keep) {
    for (long l = depth; l >= 1; l--) {
      const Layer &layer = layers[l - 1];
      const double *delta = deltas[l];
      const long across = stride(layer.inputs);
      if (l > 1) transpose(activations[l - 1], layer.inputs, columns, turned);
      if (l > 2 || (l > 1 && !isFull))
        product(layer.inputs, columns, layer.outputs, layer.weights, 1, layer.row, delta, row, deltas[l - 1], row, Store{});
      else if (l > 1) // g_1 is Δ_1 there
        product(layer.inputs, columns, layer.outputs, layer.weights, 1, layer.row, delta, row, layers[0].weights, row,
                keep);
      if (l > 1 || !isFull)
        product(layer.outputs, layer.inputs, columns, delta, row, 1, l > 1 ? turned : inputs, across, layer.weights, layer.row,
                keep);
      else if (depth == 1)
        for (long i = 0; i < layer.outputs * row; i += LANES) keep(layer.weights + i, load(delta + i));
    }
  }

  double *output() const { return activations[depth]; }
  double *outputDelta() const { return deltas[depth]; }

 private:
  const Layers &layers;
  const long depth, columns, row;
  const bool isFull;
  std::vector<double *> activations; // H_l: d_l × columns, l = 0 … L
  std::vector<double *> deltas;      // Δ_l = ∂ℓ/∂H_l: d_l × columns, l = 1 … L
  double *inputs;                    // H_0ᵀ: columns × d_0, but where H_0 is the identity
  double *turned;                    // H_lᵀ: columns × d_l, of one layer after another
};
