// The weights of a network in the arena, and the step that changes them.
#pragma once
#include <vector>
#include "Matrix.h"
#include "train.h"

struct Layer {
  double *weights; // W_l: outputs × inputs
  long outputs, inputs, row;
};
typedef std::vector<Layer> Layers; // W_l at l − 1

/** Lays flat weights out. */
inline Layers layersOf(const Training &training, const double *flat) {
  Layers layers;
  for (long l = 1; l <= training.depth; l++) {
    const long outputs = training.widths[l], inputs = training.widths[l - 1];
    layers.push_back({matrix(outputs, inputs), outputs, inputs, stride(inputs)});
    flat = pad(flat, outputs, inputs, layers.back().weights);
  }
  return layers;
}

inline void copyWeights(const Layers &layers, double *flat) {
  for (const Layer &layer : layers)
    for (long i = 0; i < layer.outputs; i++, flat += layer.inputs)
      std::memcpy(flat, layer.weights + i * layer.row, layer.inputs * sizeof(double));
}

/** Takes the sums for a gradient: w ← w − η g. Remembers whether a weight was not finite: then w − w is not 0. */
struct Update {
  Vector rate;
  Bits lost = {};
  explicit Update(double learningRate) : rate(all(learningRate)) {}
  void operator()(double *weights, Vector gradient) {
    const Vector weight = load(weights) - rate * gradient;
    lost |= bitsOf(weight - weight);
    store(weights, weight);
  }
  bool isFinite() const { return (lost[0] | lost[1] | lost[2] | lost[3]) == 0; }
};
