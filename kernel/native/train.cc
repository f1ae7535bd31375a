#include "train.h"
#include <cmath>
#include <optional>
#include "ColumnPass.h"
#include "RowPass.h"

namespace {

class Descent {
 public:
  Descent(const Training &training, const double *weights)
      : training(training), input(training.widths[0]), output(training.widths[training.depth]), batches(training),
        layers(layersOf(training, weights)), full(layers, input, true) {
    xx = matrix(input, input);
    pad(training.xx, input, input, xx);
    target = matrix(output, input);
    pad(training.target, output, input, target);
    // In the place of H_L, which nothing else needs: the fewer buffers, the more of them stay in the cache.
    difference = training.depth > 1 ? full.output() : matrix(output, input);
    if (training.size >= LANES) columns.emplace(layers, training.size, false);
    else if (training.size > 0) rows.emplace(layers, training.size);
  }

  /** ℓ − ℓ_min; leaves Δ_L = (W − A) Σ_xx in the full pass. */
  double loss() {
    full.forward();
    const long row = stride(input);
    const double *end = full.output();
    double *delta = full.outputDelta();
    for (long i = 0; i < output * row; i += LANES) store(difference + i, load(end + i) - load(target + i));
    product(output, input, input, difference, row, 1, xx, row, delta, row, Store{});
    return 0.5 * innerProduct(difference, delta, output, input);
  }

  /** W_l ← W_l − η g_l by the full loss after `loss`, or by the batch of a step; false where a weight is not finite then. */
  bool descend(int64_t step) {
    Update update(training.learningRate);
    if (columns) descendBy(*columns, step, update);
    else if (rows) descendBy(*rows, step, update);
    else full.backward(update);
    return update.isFinite();
  }

  void copyWeightsTo(double *weights) const { copyWeights(layers, weights); }

 private:
  template <class Pass>
  void descendBy(Pass &pass, int64_t step, Update &update) {
    batches.draw(step);
    pass.read(batches);
    pass.forward();
    pass.compare(batches);
    pass.backward(update);
  }

  const Training &training;
  const long input, output;
  Batches batches;
  const Layers layers;
  ColumnPass full;
  std::optional<ColumnPass> columns;
  std::optional<RowPass> rows;
  double *xx, *target, *difference;
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
  arena().restart();
  Descent descent(training, weights);
  int64_t divergedAt = -1;
  int64_t untilDue = (lossEvery - from % lossEvery) % lossEvery;
  for (int64_t step = from; step < from + steps && divergedAt < 0; step++) {
    const bool isDue = untilDue == 0;
    untilDue = isDue ? lossEvery - 1 : untilDue - 1;
    const double loss = isDue || training.size == 0 ? descent.loss() : 0;
    if (isDue && !std::isfinite(loss)) {
      divergedAt = step;
      break;
    }
    if (isDue) *losses++ = loss;
    if (!descent.descend(step)) divergedAt = step + 1;
  }
  descent.copyWeightsTo(weights);
  return divergedAt;
}
