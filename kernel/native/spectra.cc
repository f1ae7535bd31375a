#include "spectra.h"
#include "ProductSpectra.h"

bool singularValues(long rows, long columns, long count, const double *matrices, double *values) {
  arena().restart();
  SingularValues singularValues(std::max(rows, columns), count > 2);
  for (long k = 0; k < count; k++) {
    const double largest = largestEntry(matrices, rows * columns);
    if (!std::isfinite(largest)) return false;
    singularValues.add(matrices, rows, columns, columns, largest, 0, values);
    matrices += rows * columns;
    values += std::min(rows, columns);
  }
  return singularValues.finish();
}

bool productSpectra(const int32_t *widths, long depth, long count, const double *weights, bool all, double *values) {
  arena().restart();
  ProductSpectra spectra(widths, depth, all);
  for (long k = 0; k < count; k++) {
    if (!spectra.take(weights)) return false;
    for (long l = 1; l <= depth; l++) weights += static_cast<long>(widths[l]) * widths[l - 1];
    if (all)
      for (long i = 1; i <= depth; i++) values = spectra.write(i, i, values);
    else
      values = spectra.write(1, depth, values);
  }
  return spectra.finish();
}
