// The kernels as a Node-API module. This file alone is compiled without AVX2, so that it can say whether there is any.
#include <node_api.h>
#include <numeric>
#include <vector>
#include "draws.h"
#include "hessian.h"
#include "krylov.h"
#include "multiply.h"
#include "resampling.h"
#include "spectra.h"
#include "sturm.h"
#include "train.h"
#include "tridiagonalize.h"

namespace {

constexpr size_t MOST_ARGUMENTS = 11;
/** Numbers that tell of a training. */
constexpr size_t NUMBERS = 12;

Stream streamOf(double key0, double key1, double counter2, double counter3) {
  return {static_cast<uint32_t>(key0), static_cast<uint32_t>(key1), static_cast<uint32_t>(counter2),
          static_cast<uint32_t>(counter3)};
}

/** The arguments of a call: numbers, and typed arrays as they lie. */
class Arguments {
 public:
  Arguments(napi_env env, napi_callback_info info) : env(env) {
    size_t count = MOST_ARGUMENTS;
    napi_get_cb_info(env, info, &count, values, nullptr, nullptr);
  }
  double number(size_t index) const {
    double value = 0;
    napi_get_value_double(env, values[index], &value);
    return value;
  }
  bool flag(size_t index) const {
    bool value = false;
    napi_get_value_bool(env, values[index], &value);
    return value;
  }
  template <class T>
  T *array(size_t index, size_t *length = nullptr) const {
    void *data = nullptr;
    napi_get_typedarray_info(env, values[index], nullptr, length, &data, nullptr, nullptr);
    return static_cast<T *>(data);
  }
  /** The stream whose four words come first. */
  Stream stream() const { return streamOf(number(0), number(1), number(2), number(3)); }
  /** The tridiagonal matrix whose diagonals come first. */
  Tridiagonal tridiagonal() const {
    size_t n = 0;
    const double *diagonal = array<double>(0, &n);
    return {static_cast<long>(n), diagonal, array<double>(1)};
  }
  /** Resamples told by the number of runs, their rows and how often each was drawn, at `index` and after it. */
  Resamples resamples(size_t index) const {
    size_t count = 0;
    const int32_t *indices = array<int32_t>(index + 1), *times = array<int32_t>(index + 2, &count);
    return {static_cast<long>(number(index)), static_cast<long>(count), std::accumulate(times, times + count, 0L), indices,
            times};
  }
  Ranks ranks(size_t index) const {
    size_t length = 0;
    const int32_t *values = array<int32_t>(index, &length);
    return {values, static_cast<long>(length)};
  }

 private:
  napi_env env;
  napi_value values[MOST_ARGUMENTS];
};

/** Of numbers as in src/linalg/compiled/abi.ts, and of the arguments widths, xx, target, x, y after them. */
Training trainingOf(const Arguments &arguments, const double *numbers) {
  size_t widths = 0;
  Training training{};
  training.widths = arguments.array<int32_t>(1, &widths);
  training.depth = static_cast<long>(widths) - 1;
  training.learningRate = numbers[0];
  training.n = static_cast<long>(numbers[4]);
  training.size = static_cast<long>(numbers[5]);
  training.shuffle = numbers[6] != 0;
  training.labelNoise = numbers[7];
  training.stream = streamOf(numbers[8], numbers[9], numbers[10], numbers[11]);
  training.xx = arguments.array<double>(2);
  training.target = arguments.array<double>(3);
  training.x = arguments.array<double>(4);
  training.y = arguments.array<double>(5);
  return training;
}

/** train(numbers, widths, xx, target, x, y, weights, losses). */
napi_value trainOf(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  const double *numbers = arguments.array<double>(0);
  const int64_t divergedAt =
      train(trainingOf(arguments, numbers), arguments.array<double>(6), static_cast<int64_t>(numbers[1]), static_cast<int64_t>(numbers[2]),
            static_cast<int64_t>(numbers[3]), arguments.array<double>(7));
  napi_value result;
  napi_create_int64(env, divergedAt, &result);
  return result;
}

/** The full loss, of the arguments widths, weights, xx and target, which come first. */
Training lossOf(const Arguments &arguments) {
  size_t widths = 0;
  Training training{};
  training.widths = arguments.array<int32_t>(0, &widths);
  training.depth = static_cast<long>(widths) - 1;
  training.xx = arguments.array<double>(2);
  training.target = arguments.array<double>(3);
  return training;
}

/** gradient(widths, weights, xx, target, gradient). */
napi_value gradientOf(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  const double loss = gradient(lossOf(arguments), arguments.array<double>(1), arguments.array<double>(4));
  napi_value result;
  napi_create_double(env, loss, &result);
  return result;
}

/** trainRuns(numbers, widths, xx, target, x, y, weights, losses, states, stateEvery, divergedAt). */
napi_value trainRunsOf(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  const double *numbers = arguments.array<double>(0);
  size_t count = 0;
  double *divergedAt = arguments.array<double>(10, &count);
  std::vector<Training> runs;
  for (size_t k = 0; k < count; k++) runs.push_back(trainingOf(arguments, numbers + NUMBERS * k));
  trainRuns(runs.data(), static_cast<long>(count), arguments.array<double>(6), static_cast<int64_t>(numbers[1]),
            static_cast<int64_t>(numbers[2]), static_cast<int64_t>(numbers[3]), static_cast<int64_t>(arguments.number(9)),
            arguments.array<double>(7), arguments.array<double>(8), divergedAt);
  return nullptr;
}

/** fillUniforms, fillNormals(key0, key1, counter2, counter3, from, out). */
template <void (*fill)(const Stream &, uint64_t, double *, long)>
napi_value fillOf(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  size_t length = 0;
  double *out = arguments.array<double>(5, &length);
  fill(arguments.stream(), static_cast<uint64_t>(arguments.number(4)), out, static_cast<long>(length));
  return nullptr;
}

/** fillIntegers(key0, key1, counter2, counter3, from, below, out). */
napi_value fillIntegersOf(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  size_t length = 0;
  int32_t *out = arguments.array<int32_t>(6, &length);
  fillIntegers(arguments.stream(), static_cast<uint64_t>(arguments.number(4)),
               static_cast<uint64_t>(arguments.number(5)), out, static_cast<long>(length));
  return nullptr;
}

/** fillPermutation(key0, key1, counter2, counter3, index, out). */
napi_value fillPermutationOf(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  size_t length = 0;
  int32_t *out = arguments.array<int32_t>(5, &length);
  fillPermutation(arguments.stream(), static_cast<uint32_t>(arguments.number(4)), out, static_cast<long>(length));
  return nullptr;
}

napi_value booleanOf(napi_env env, bool value) {
  napi_value result;
  napi_get_boolean(env, value, &result);
  return result;
}

/** singularValues(rows, columns, count, matrices, values). */
napi_value singularValuesOf(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  return booleanOf(env, singularValues(static_cast<long>(arguments.number(0)), static_cast<long>(arguments.number(1)),
                                       static_cast<long>(arguments.number(2)), arguments.array<double>(3),
                                       arguments.array<double>(4)));
}

/** productSpectra(widths, count, weights, all, values). */
napi_value productSpectraOf(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  size_t length = 0;
  const int32_t *widths = arguments.array<int32_t>(0, &length);
  return booleanOf(env, productSpectra(widths, static_cast<long>(length) - 1, static_cast<long>(arguments.number(1)),
                                       arguments.array<double>(2), arguments.flag(3), arguments.array<double>(4)));
}

/** arcSpectra(widths, weights, through, arcs, values). */
napi_value arcSpectraOf(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  size_t length = 0, passed = 0, numbers = 0;
  const int32_t *widths = arguments.array<int32_t>(0, &length);
  const double *through = arguments.array<double>(2, &passed);
  const int32_t *arcs = arguments.array<int32_t>(3, &numbers);
  return booleanOf(env, arcSpectra(widths, static_cast<long>(length) - 1, arguments.array<double>(1),
                                   passed > 0 ? through : nullptr, arcs, static_cast<long>(numbers / 2),
                                   arguments.array<double>(4)));
}

/** qFactors(rows, columns, count, matrices, factors). */
napi_value qFactorsOf(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  return booleanOf(env, qFactors(static_cast<long>(arguments.number(0)), static_cast<long>(arguments.number(1)),
                                 static_cast<long>(arguments.number(2)), arguments.array<double>(3),
                                 arguments.array<double>(4)));
}

/** tridiagonalize(n, matrix, diagonal, off). */
napi_value tridiagonalizeOf(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  return booleanOf(env, tridiagonalize(static_cast<long>(arguments.number(0)), arguments.array<double>(1),
                                       arguments.array<double>(2), arguments.array<double>(3)));
}

/** hessianTridiagonal(widths, weights, xx, target, diagonal, off). */
napi_value hessianTridiagonalOf(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  size_t length = 0;
  const int32_t *widths = arguments.array<int32_t>(0, &length);
  return booleanOf(env, hessianTridiagonal(widths, static_cast<long>(length) - 1, arguments.array<double>(1),
                                           arguments.array<double>(2), arguments.array<double>(3),
                                           arguments.array<double>(4), arguments.array<double>(5)));
}

/** hessianVectorProduct(widths, weights, xx, target, direction, result). */
napi_value hessianVectorProductOf(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  return booleanOf(env, hessianVectorProduct(lossOf(arguments), arguments.array<double>(1), arguments.array<double>(4),
                                             arguments.array<double>(5)));
}

/** growHessianKrylov(widths, weights, xx, target, basis, diagonal, off, state, to). */
napi_value growHessianKrylovOf(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  return booleanOf(env, growHessianKrylov(lossOf(arguments), arguments.array<double>(1), arguments.array<double>(4),
                                          arguments.array<double>(5), arguments.array<double>(6),
                                          arguments.array<double>(7), static_cast<long>(arguments.number(8))));
}

/** countsBelow(diagonal, off, bounds, counts). */
napi_value countsBelowOf(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  size_t length = 0;
  const Tridiagonal t = arguments.tridiagonal();
  int32_t *counts = arguments.array<int32_t>(3, &length);
  countsBelow(t, arguments.array<double>(2), counts, static_cast<long>(length));
  return nullptr;
}

/** eigenvaluesAt(diagonal, off, indices, values). */
napi_value eigenvaluesAtOf(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  size_t length = 0;
  const int32_t *indices = arguments.array<int32_t>(2, &length);
  eigenvaluesAt(arguments.tridiagonal(), indices, arguments.array<double>(3), static_cast<long>(length));
  return nullptr;
}

/** multiply(rows, columns, depth, isTransposed, a, b, c). */
napi_value multiplyOf(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  const long rows = static_cast<long>(arguments.number(0)), depth = static_cast<long>(arguments.number(2));
  const bool isTransposed = arguments.flag(3);
  multiply(rows, static_cast<long>(arguments.number(1)), depth, isTransposed ? 1 : depth, isTransposed ? rows : 1,
           arguments.array<double>(4), arguments.array<double>(5), arguments.array<double>(6));
  return nullptr;
}

/** resampledMeans(values, runs, indices, times, ranks, found). */
napi_value resampledMeansOf(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  size_t size = 0;
  const double *values = arguments.array<double>(0, &size);
  const Resamples resamples = arguments.resamples(1);
  resampledMeans(values, static_cast<long>(size) / resamples.runs, resamples, arguments.ranks(4), arguments.array<double>(5));
  return nullptr;
}

/** resampledDistances(pattern, patterns, weightings, runs, indices, times, ranks, found). */
napi_value resampledDistancesOf(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  size_t entries = 0, size = 0;
  const double *pattern = arguments.array<double>(0, &entries), *weightings = arguments.array<double>(2, &size);
  resampledDistances(pattern, static_cast<long>(entries), arguments.array<double>(1), weightings,
                     static_cast<long>(size / entries), arguments.resamples(3), arguments.ranks(6),
                     arguments.array<double>(7));
  return nullptr;
}

napi_property_descriptor method(const char *name, napi_callback call) {
  return {name, nullptr, call, nullptr, nullptr, nullptr, napi_enumerable, nullptr};
}

} // namespace

NAPI_MODULE_INIT() {
  if (!__builtin_cpu_supports("avx2")) return exports;
  const napi_property_descriptor properties[] = {
      method("train", trainOf),
      method("trainRuns", trainRunsOf),
      method("gradient", gradientOf),
      method("singularValues", singularValuesOf),
      method("productSpectra", productSpectraOf),
      method("arcSpectra", arcSpectraOf),
      method("qFactors", qFactorsOf),
      method("tridiagonalize", tridiagonalizeOf),
      method("hessianTridiagonal", hessianTridiagonalOf),
      method("hessianVectorProduct", hessianVectorProductOf),
      method("growHessianKrylov", growHessianKrylovOf),
      method("countsBelow", countsBelowOf),
      method("eigenvaluesAt", eigenvaluesAtOf),
      method("multiply", multiplyOf),
      method("resampledMeans", resampledMeansOf),
      method("resampledDistances", resampledDistancesOf),
      method("fillUniforms", fillOf<fillUniforms>),
      method("fillNormals", fillOf<fillNormals>),
      method("fillIntegers", fillIntegersOf),
      method("fillPermutation", fillPermutationOf),
  };
  napi_define_properties(env, exports, sizeof properties / sizeof *properties, properties);
  return exports;
}
