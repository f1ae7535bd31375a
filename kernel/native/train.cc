#include "train.h"
#include <cmath>
#include <optional>
#include "ColumnPass.h"
#include "Lockstep.h"
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

  /** The gradient of the full loss, after `loss`, in the place of the weights. */
  void turnIntoGradient() {
    Store store;
    full.backward(store);
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

long sizeOf(const Training &training) {
  long size = 0;
  for (long l = 1; l <= training.depth; l++) size += static_cast<long>(training.widths[l]) * training.widths[l - 1];
  return size;
}

/** The first step from `step` on that `every` divides; none where that is 0. */
int64_t nextDue(int64_t step, int64_t every) { return every == 0 ? -1 : step + (every - step % every) % every; }

} // namespace

int64_t train(const Training &training, double *weights, int64_t from, int64_t steps, int64_t lossEvery,
              double *losses) {
  if (!isFinite(weights, sizeOf(training))) return from;
  arena().restart();
  Descent descent(training, weights);
  int64_t divergedAt = -1;
  int64_t due = nextDue(from, lossEvery);
  for (int64_t step = from; step < from + steps && divergedAt < 0; step++) {
    const bool isDue = step == due;
    if (isDue) due += lossEvery;
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

double gradient(const Training &training, const double *weights, double *gradient) {
  arena().restart();
  Descent descent(training, weights);
  const double loss = descent.loss();
  descent.turnIntoGradient();
  descent.copyWeightsTo(gradient);
  return loss;
}

void trainRuns(const Training *runs, long count, double *weights, int64_t from, int64_t steps, int64_t lossEvery,
               int64_t stateEvery, double *losses, double *states, double *divergedAt) {
  const long size = sizeOf(runs[0]);
  for (long first = 0; first < count; first += LANES) {
    const long lanes = count - first < LANES ? count - first : LANES;
    double *ended = divergedAt + first;
    bool isOpen = false;
    for (long m = 0; m < lanes; m++) {
      if (ended[m] < 0 && !isFinite(weights + (first + m) * size, size)) ended[m] = static_cast<double>(from);
      isOpen = isOpen || ended[m] < 0;
    }
    arena().restart();
    Lockstep lockstep(runs + first, lanes, weights + first * size);
    /** A run that ends does so with the weights of this moment. */
    const auto end = [&](Vector value, int64_t step) {
      isOpen = false;
      for (long m = 0; m < lanes; m++) {
        if (ended[m] < 0 && !std::isfinite(value[m])) {
          ended[m] = static_cast<double>(step);
          lockstep.copyWeights(m, weights + (first + m) * size);
        }
        isOpen = isOpen || ended[m] < 0;
      }
    };
    double *loss = losses + first, *state = states + first * size;
    int64_t due = nextDue(from, lossEvery), stateDue = nextDue(from, stateEvery);
    for (int64_t step = from; step < from + steps && isOpen; step++) {
      if (step == stateDue) {
        stateDue += stateEvery;
        for (long m = 0; m < lanes; m++) lockstep.copyWeights(m, state + m * size);
        state += count * size;
      }
      const bool isDue = step == due;
      const Vector value = isDue || runs[0].size == 0 ? lockstep.loss() : Vector{};
      if (isDue) {
        due += lossEvery;
        end(value, step);
        for (long m = 0; m < lanes; m++) loss[m] = value[m];
        loss += count;
      }
      const Bits lost = bitsOf(lockstep.descend(step));
      if ((lost[0] | lost[1] | lost[2] | lost[3]) != 0) end(ofBits(lost), step + 1);
    }
    for (long m = 0; m < lanes; m++)
      if (ended[m] < 0) lockstep.copyWeights(m, weights + (first + m) * size);
  }
}
