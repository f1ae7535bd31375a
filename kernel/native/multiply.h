// Products of matrices that lie in JavaScript's memory: the bits of Matrix.multiply.
#pragma once

/** c = a·b, c: rows × columns, both row after row; a_ik is a[i·aRow + k·aStep]. */
void multiply(long rows, long columns, long depth, long aRow, long aStep, const double *a, const double *b, double *c);
