#include "train.h"
#include <cmath>
#include <vector>
#include "Batches.h"
#include "Matrix.h"

namespace {

/** Buffers of a forward and backward pass: of a batch, or of the identity, through which the full loss is seen. */
struct Pass {
  long columns, stride;
  std::vector<double *> activations; // H_l: d_l × columns, l = 0 … L; H_1 is W_1 itself where H_0 is the identity
  std::vector<double *> transposed;  // H_lᵀ: columns × d_l, l = 0 … L − 1
  std::vector<double *> deltas;      // Δ_l = ∂ℓ/∂H_l: d_l × columns, l = 1 … L
};

class Descent {
 public:
  Descent(const Training &training, const double *weights)
      : training(training), depth(training.depth), input(width(0)), output(width(training.depth)), batches(training) {
    arena().restart();
    for (long l = 1; l <= depth; l++) {
      layers.push_back(matrix(width(l), width(l - 1)));
      weights = pad(weights, width(l), width(l - 1), layers.back());
    }
    xx = matrix(input, input);
    pad(training.xx, input, input, xx);
    target = matrix(output, input);
    pad(training.target, output, input, target);
    difference = matrix(output, input);
    terms = arena().take(padded(output * input));
    full = makePass(input, training.size == 0, true);
    if (training.size > 0) {
      batch = makePass(training.size, true, false);
      labels = matrix(output, training.size);
      labelRows = matrix(training.size, output);
    }
  }

  /** ℓ − ℓ_min; leaves Δ_L = (W − A) Σ_xx in the full pass. */
  double loss() {
    forward(full, 2);
    const long stride = padded(input);
    const double *end = full.activations[depth];
    double *delta = full.deltas[depth];
    for (long i = 0; i < output * stride; i += LANES) store(difference + i, load(end + i) - load(target + i));
    product(output, stride, input, difference, stride, 1, xx, stride, delta, stride, Store{});
    // The terms without padding, since they are summed by their index mod 4.
    double *term = terms;
    for (long i = 0; i < output; i++)
      for (long j = 0; j < input; j++) *term++ = difference[i * stride + j] * delta[i * stride + j];
    Vector sums = {};
    static_assert(LANES == 4);
    for (const double *p = terms; p < term; p += LANES) sums += load(p);
    return 0.5 * ((sums[0] + sums[1]) + (sums[2] + sums[3]));
  }

  /** W_l ← W_l − η g_l by the full loss, after `loss`; false where a weight is not finite after it. */
  bool descend() {
    Update update(training.learningRate);
    backward(full, 2, update);
    const long size = width(1) * padded(input);
    for (long i = 0; i < size; i += LANES) update(layers[0] + i, load(full.deltas[1] + i));
    return update.isFinite();
  }

  /** The same by the batch of step `step`. */
  bool descend(int64_t step) {
    const long size = training.size;
    batches.draw(step, batch.transposed[0], padded(input), labelRows, padded(output));
    transpose(batch.transposed[0], size, input, batch.activations[0]);
    transpose(labelRows, size, output, labels);
    forward(batch, 1);
    const double *end = batch.activations[depth];
    const Vector share = 1.0 / static_cast<double>(size) - Vector{};
    for (long i = 0; i < output * batch.stride; i += LANES)
      store(batch.deltas[depth] + i, (load(end + i) - load(labels + i)) * share);
    Update update(training.learningRate);
    backward(batch, 1, update);
    return update.isFinite();
  }

  void copyWeights(double *weights) const {
    for (long l = 1; l <= depth; l++)
      for (long i = 0; i < width(l); i++)
        for (long j = 0; j < width(l - 1); j++) *weights++ = layers[l - 1][i * padded(width(l - 1)) + j];
  }

 private:
  /** Takes the sums for a gradient: w ← w − η g. Remembers whether a weight was not finite: then w − w is not 0. */
  struct Update {
    typedef int64_t Bits __attribute__((vector_size(8 * LANES)));
    Vector rate;
    Bits lost = {};
    explicit Update(double learningRate) : rate(learningRate - Vector{}) {}
    void operator()(double *weights, Vector gradient) {
      const Vector weight = load(weights) - rate * gradient;
      lost |= reinterpret_cast<Bits>(weight - weight);
      store(weights, weight);
    }
    bool isFinite() const {
      int64_t any = 0;
      for (long m = 0; m < LANES; m++) any |= lost[m];
      return any == 0;
    }
  };

  /** H_l = W_l H_{l−1}, from layer `first` on. */
  void forward(Pass &pass, long first) {
    for (long l = first; l <= depth; l++)
      product(width(l), pass.stride, width(l - 1), layers[l - 1], padded(width(l - 1)), 1, pass.activations[l - 1],
              pass.stride, pass.activations[l], pass.stride, Store{});
  }

  /** From Δ_L: Δ_{l−1} = W_lᵀ Δ_l, then the update of W_l by g_l = Δ_l H_{l−1}ᵀ; W_l is not needed any more by then. */
  void backward(Pass &pass, long first, Update &update) {
    for (long l = depth; l >= first; l--) {
      const long outer = width(l), inner = width(l - 1), stride = padded(inner);
      const double *delta = pass.deltas[l];
      if (l > 1)
        product(inner, pass.stride, outer, layers[l - 1], 1, stride, delta, pass.stride, pass.deltas[l - 1],
                pass.stride, Store{});
      if (l > 1) transpose(pass.activations[l - 1], inner, pass.columns, pass.transposed[l - 1]);
      product(outer, stride, pass.columns, delta, pass.stride, 1, pass.transposed[l - 1], stride, layers[l - 1],
              stride, update);
    }
  }

  Pass makePass(long columns, bool descends, bool isFull) {
    Pass pass{columns, padded(columns), {}, {}, {}};
    for (long l = 0; l <= depth; l++) {
      const bool isUsed = !isFull || l > 1;
      pass.activations.push_back(isUsed ? matrix(width(l), columns) : layers[0]);
      pass.transposed.push_back(descends && l < depth ? matrix(columns, width(l)) : nullptr);
      pass.deltas.push_back(l > 0 && (descends || l == depth) ? matrix(width(l), columns) : nullptr);
    }
    return pass;
  }

  long width(long l) const { return training.widths[l]; }

  const Training &training;
  const long depth, input, output;
  Batches batches;
  std::vector<double *> layers; // W_l at l − 1
  double *xx, *target, *difference, *terms, *labels, *labelRows;
  Pass full, batch;
};

bool isFinite(const double *values, long count) {
  for (long i = 0; i < count; i++)
    if (!std::isfinite(values[i])) return false;
  return true;
}

} // namespace

int64_t train(const Training &training, double *weights, int64_t from, int64_t steps, int64_t lossEvery,
              double *losses) {
  long size = 0;
  for (long l = 1; l <= training.depth; l++) size += static_cast<long>(training.widths[l]) * training.widths[l - 1];
  if (!isFinite(weights, size)) return from;
  Descent descent(training, weights);
  int64_t divergedAt = -1;
  for (int64_t step = from; step < from + steps && divergedAt < 0; step++) {
    const bool isDue = step % lossEvery == 0;
    const double loss = isDue || training.size == 0 ? descent.loss() : 0;
    if (isDue && !std::isfinite(loss)) {
      divergedAt = step;
      break;
    }
    if (isDue) *losses++ = loss;
    if (!(training.size == 0 ? descent.descend() : descent.descend(step))) divergedAt = step + 1;
  }
  descent.copyWeights(weights);
  return divergedAt;
}
