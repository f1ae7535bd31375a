// A forward and backward pass whose examples are rows: for batches of fewer rows than a vector has lanes.
#pragma once
#include "Batches.h"
#include "Layers.h"
#include "product.h"

class RowPass {
 public:
  RowPass(const Layers &layers, long rows) : layers(layers), depth(layers.size()), rows(rows) {
    for (long l = 0; l <= depth; l++) {
      const long width = l == 0 ? layers[0].inputs : layers[l - 1].outputs;
      strides.push_back(stride(width));
      activations.push_back(matrix(rows, width));
      deltas.push_back(matrix(rows, width));
    }
  }

  /** Takes the drawn rows: H_0 = X. */
  void read(const Batches &batches) {
    for (long b = 0; b < rows; b++)
      for (long j = 0; j < layers[0].inputs; j += LANES) store(activations[0] + b * strides[0] + j, batches.input(b, j));
  }

  /** H_l = H_{l−1} W_lᵀ. */
  void forward() {
    for (long l = 1; l <= depth; l++) {
      if (rows == 1) multiply<1>(l);
      else if (rows == 2) multiply<2>(l);
      else multiply<3>(l);
    }
  }

  /** Δ_L = (1/B)(H_L − Y), 1/B rounded. */
  void compare(const Batches &batches) {
    const Vector share = all(1.0 / static_cast<double>(rows));
    for (long b = 0; b < rows; b++)
      for (long j = 0; j < layers[depth - 1].outputs; j += LANES) {
        const long at = b * strides[depth] + j;
        store(deltas[depth] + at, (load(activations[depth] + at) - batches.label(b, j)) * share);
      }
  }

  /** From Δ_L: Δ_{l−1} = Δ_l W_l, then the update of W_l by g_l = Δ_lᵀ H_{l−1}; W_l is not needed any more by then. */
  void backward(Update &update) {
    for (long l = depth; l >= 1; l--) {
      const Layer &layer = layers[l - 1];
      if (l > 1)
        product(rows, layer.inputs, layer.outputs, deltas[l], strides[l], 1, layer.weights, layer.row, deltas[l - 1],
                strides[l - 1], Store{});
      product(layer.outputs, layer.inputs, rows, deltas[l], 1, strides[l], activations[l - 1], strides[l - 1],
              layer.weights, layer.row, update);
    }
  }

 private:
  template <int Rows>
  void multiply(long l) {
    const Layer &layer = layers[l - 1];
    long i = 0;
    for (; i + 2 * LANES < layer.outputs; i += 3 * LANES) squares<Rows, 3>(l, i);
    if (i + LANES < layer.outputs) squares<Rows, 2>(l, i);
    else if (i < layer.outputs) squares<Rows, 1>(l, i);
    // Where activations overflow, sums with the padding are NaN.
    for (long b = 0; b < Rows; b++)
      for (long j = layer.outputs; j < padded(layer.outputs); j++) activations[l][b * strides[l] + j] = 0;
  }

  /**
   * `Groups`·LANES columns of H_l from column i on. W_l is transposed on the way, a square at a time; the padding of its
   * rows meets that of H_{l−1}, and a sum that starts from +0 is not changed by 0·0.
   */
  template <int Rows, int Groups>
  __attribute__((always_inline)) inline void squares(long l, long i) {
    const Layer &layer = layers[l - 1];
    const double *weights = layer.weights + i * layer.row, *below = activations[l - 1];
    Vector sum[Groups][Rows] = {};
    for (long k = 0; k < layer.inputs; k += LANES)
      for (int g = 0; g < Groups; g++) {
        const Square square = transposed(loadSquare(weights + g * LANES * layer.row + k, layer.row));
        for (int m = 0; m < LANES; m++)
          for (int b = 0; b < Rows; b++) sum[g][b] += all(below[b * strides[l - 1] + k + m]) * square.row[m];
      }
    for (int g = 0; g < Groups; g++)
      for (int b = 0; b < Rows; b++) store(activations[l] + b * strides[l] + i + g * LANES, sum[g][b]);
  }

  const Layers &layers;
  const long depth, rows;
  std::vector<long> strides;         // of rows of width d_l
  std::vector<double *> activations; // H_l: rows × d_l, l = 0 … L
  std::vector<double *> deltas;      // Δ_l = ∂ℓ/∂H_l: rows × d_l
};
