#include "spectra.h"
#include "Arcs.h"
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

bool arcSpectra(const int32_t *widths, long depth, const double *weights, const double *through, const int32_t *arcs,
                long count, double *values) {
  arena().restart();
  SingularValues singularValues(std::max(1, *std::max_element(widths, widths + depth + 1)), count > 2);
  Arcs formed(widths, depth, weights, through);
  for (; count > 0; count--, arcs += 2) {
    const Arc &arc = formed.at(arcs[0], arcs[1]);
    const double largest = largestEntry(arc.entries, arc.rows * stride(arc.columns));
    if (!std::isfinite(largest)) return false;
    singularValues.add(arc.entries, arc.rows, arc.columns, stride(arc.columns), largest, 0, values);
    values += std::min(arc.rows, arc.columns);
  }
  return singularValues.finish();
}

bool qFactors(long rows, long columns, long count, const double *matrices, double *factors) {
  arena().restart();
  PivotedQr qr(std::max({rows, columns, 1l}));
  const long rank = std::min(rows, columns);
  double *source = arena().take(rows * padded(columns)), *Q = arena().take(rows * padded(rank));
  for (long k = 0; k < count; k++) {
    if (!std::isfinite(largestEntry(matrices, rows * columns))) return false;
    for (long i = 0; i < rows; i++, matrices += columns) std::copy_n(matrices, columns, source + i * padded(columns));
    qr.factorizeAsItIs(source, rows, columns);
    qr.writeQ(Q);
    for (long i = 0; i < rows; i++)
      for (long c = 0; c < rank; c++) {
        const double entry = Q[i * padded(rank) + c];
        *factors++ = qr.R[c * qr.stride + c] < 0 ? -entry : entry;
      }
  }
  return true;
}
