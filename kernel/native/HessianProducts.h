// Products of the Hessian of the full loss with directions: the bits of src/linalg/reference/hessian.ts. What depends on
// the weights alone is calculated once.
#pragma once
#include "Layers.h"
#include "product.h"

/** Adds the sums: c ← c + a·b. */
struct Add {
  void operator()(double *c, Vector sum) const { store(c, load(c) + sum); }
};

class HessianProducts {
 public:
  /** Of the arguments, widths, depth, xx and target count. */
  HessianProducts(const Training &training, const double *weights)
      : depth(training.depth), inputs(training.widths[0]), row(stride(inputs)), W(layersOf(training, weights)),
        V(layersOf(training, weights)), xx(matrix(inputs, inputs)), H(depth + 1), turnedH(depth + 1), D(depth + 1),
        RH(depth + 1), RD(depth + 1) {
    pad(training.xx, inputs, inputs, xx);
    long widest = inputs;
    for (long l = 1; l <= depth; l++) {
      const long width = W[l - 1].outputs;
      H[l] = l == 1 ? W[0].weights : matrix(width, inputs);
      if (l > 1) multiply(W[l - 1], H[l - 1], H[l], Store{});
      for (auto *table : {&D, &RH, &RD}) (*table)[l] = matrix(width, inputs);
      turnedH[l] = matrix(inputs, width);
      transpose(H[l], width, inputs, turnedH[l]);
      if (width > widest) widest = width;
    }
    turned = matrix(inputs, widest);
    double *miss = matrix(outputs(), inputs);
    pad(training.target, outputs(), inputs, miss);
    for (long i = 0; i < outputs() * row; i += LANES) store(miss + i, load(H[depth] + i) - load(miss + i));
    product(outputs(), inputs, inputs, miss, row, 1, xx, row, D[depth], row, Store{});
    for (long l = depth; l > 2; l--) multiplyTransposed(W[l - 1], D[l], D[l - 1], Store{});
  }

  /** False where a weight is not finite. */
  bool isFinite() const {
    const double sum = innerProduct(D[depth], D[depth], outputs(), inputs);
    return sum - sum == 0;
  }

  /** Both flat, like the weights. */
  void times(const double *direction, double *result) {
    for (const Layer &layer : V) direction = pad(direction, layer.outputs, layer.inputs, layer.weights);
    std::memcpy(RH[1], V[0].weights, V[0].outputs * row * sizeof(double));
    for (long l = 2; l <= depth; l++) {
      multiply(V[l - 1], H[l - 1], RH[l], Store{});
      multiply(W[l - 1], RH[l - 1], RH[l], Add{});
    }
    product(outputs(), inputs, inputs, RH[depth], row, 1, xx, row, RD[depth], row, Store{});
    for (long l = depth; l > 1; l--) {
      const Layer &layer = V[l - 1];
      multiplyTransposed(layer, D[l], RD[l - 1], Store{});
      multiplyTransposed(W[l - 1], RD[l], RD[l - 1], Add{});
      transpose(RH[l - 1], layer.inputs, inputs, turned);
      // In the place of V_l, which is not needed any more.
      product(layer.outputs, layer.inputs, inputs, RD[l], row, 1, turnedH[l - 1], layer.row, layer.weights, layer.row, Store{});
      product(layer.outputs, layer.inputs, inputs, D[l], row, 1, turned, layer.row, layer.weights, layer.row, Add{});
    }
    std::memcpy(V[0].weights, RD[1], V[0].outputs * row * sizeof(double));
    copyWeights(V, result);
  }

 private:
  long outputs() const { return W[depth - 1].outputs; }

  /** c = W·b, b of as many columns as there are inputs. */
  template <class Keep>
  void multiply(const Layer &layer, const double *b, double *c, Keep keep) const {
    product(layer.outputs, inputs, layer.inputs, layer.weights, layer.row, 1, b, row, c, row, keep);
  }

  /** c = Wᵀ·b. */
  template <class Keep>
  void multiplyTransposed(const Layer &layer, const double *b, double *c, Keep keep) const {
    product(layer.inputs, inputs, layer.outputs, layer.weights, 1, layer.row, b, row, c, row, keep);
  }

  const long depth, inputs, row;
  const Layers W, V;                         // the weights; the direction, and then the result
  double *const xx;
  std::vector<double *> H, turnedH, D;       // H_l = W_l … W_1, its transpose, and Δ_l, l = 1 … L
  std::vector<double *> RH, RD;              // their derivatives along the direction
  double *turned;                            // RH_lᵀ, of one layer after another
};
