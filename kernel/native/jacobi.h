// One-sided Jacobi: the bits of src/linalg/reference/jacobi.ts.
#pragma once
#include <cmath>
#include <utility>
#include "dot.h"

/** Rotates the rows of z, with padding, until all are orthogonal; false where they do not become so. */
inline bool orthogonalizeRows(double *z, long rows, long columns, double *squares) {
  constexpr double LEAST_SQUARE = 1e-280;
  const long stride = padded(columns);
  const double tolerance = 2.220446049250313e-16 * std::sqrt(static_cast<double>(columns));
  bool rotated = true;
  for (int sweeps = 0; rotated; sweeps++) {
    if (sweeps == 60) return false;
    rotated = false;
    for (long p = 0; p < rows; p++) squares[p] = dot(z + p * stride, z + p * stride, columns);
    for (long p = 0; p < rows - 1; p++) {
      double *x = z + p * stride;
      long longest = p;
      for (long q = p + 1; q < rows; q++)
        if (squares[q] > squares[longest]) longest = q;
      if (longest != p) {
        for (long c = 0; c < stride; c++) std::swap(x[c], z[longest * stride + c]);
        std::swap(squares[p], squares[longest]);
      }
      if (squares[p] < LEAST_SQUARE) break;
      for (long q = p + 1; q < rows; q++) {
        double *y = z + q * stride;
        const double product = dot(x, y, columns);
        const double lengths = std::sqrt(squares[p]) * std::sqrt(squares[q]);
        if (!(squares[q] >= LEAST_SQUARE && std::fabs(product) > tolerance * lengths)) continue;
        rotated = true;
        const double cotangent = (squares[q] - squares[p]) / (2 * product);
        const double size = std::fabs(cotangent);
        const double small = size > 1e8 ? 0.5 / size : 1 / (size + std::sqrt(1 + cotangent * cotangent));
        const double tangent = cotangent < 0 ? -small : small;
        const double cosine = 1 / std::sqrt(1 + tangent * tangent);
        const double sine = cosine * tangent;
        const double half = sine / (1 + cosine);
        const Vector sines = sine - Vector{}, halves = half - Vector{};
        for (long c = 0; c < stride; c += LANES) {
          const Vector a = load(x + c), b = load(y + c);
          store(x + c, a - sines * (b + halves * a));
          store(y + c, b + sines * (a - halves * b));
        }
        const double reduced = squares[q] + tangent * product;
        squares[p] -= tangent * product;
        squares[q] = reduced > 0.1 * squares[q] ? reduced : dot(y, y, columns);
      }
    }
  }
  return true;
}
