#include "multiply.h"
#include <algorithm>
#include "product.h"

void multiply(long rows, long columns, long depth, long aRow, long aStep, const double *a, const double *b, double *c) {
  arena().restart();
  const long row = stride(columns);
  double *right = matrix(depth, columns), *sums = matrix(rows, columns);
  pad(b, depth, columns, right);
  product(rows, columns, depth, a, aRow, aStep, right, row, sums, row, Store{});
  for (long i = 0; i < rows; i++) std::copy_n(sums + i * row, columns, c + i * columns);
}
