// The largest size of some numbers.
#pragma once
#include <cstdint>
#include <cstring>

/** max |x|, 0 for none, infinite or NaN where an x is: the bits are ordered as the sizes are, and NaN comes last. */
inline double largestEntry(const double *data, long count) {
  int64_t largest = 0;
  for (long i = 0; i < count; i++) {
    int64_t bits;
    std::memcpy(&bits, data + i, 8);
    bits &= INT64_MAX;
    largest = bits > largest ? bits : largest;
  }
  double size;
  std::memcpy(&size, &largest, 8);
  return size;
}
