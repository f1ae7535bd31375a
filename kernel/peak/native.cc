// The most that the processor can do of what training does: multiply, then add, with nothing read from memory.
// Prints the operations a second, each the best of several tries; waits for a line of input before each figure.

#include <chrono>
#include <cstdio>
#include <iostream>
#include <string>

typedef double Vector __attribute__((vector_size(32)));

/** x ← x·f + g in twelve vectors at once, which hide the latency of each; 96 operations a round. */
__attribute__((noinline)) double multiplyAdd(long rounds, double f, double g) {
  Vector x[12];
  for (int i = 0; i < 12; i++) x[i] = double(i) - Vector{};
  const Vector factor = f - Vector{}, term = g - Vector{};
  for (; rounds > 0; rounds--) {
#pragma GCC unroll 12
    for (int i = 0; i < 12; i++) x[i] = x[i] * factor + term;
  }
  for (int i = 1; i < 12; i++) x[0] += x[i];
  return x[0][0] + x[0][1] + x[0][2] + x[0][3];
}

int main() {
  const long rounds = 1000000;
  volatile double sum = 0;
  for (std::string line; std::getline(std::cin, line);) {
    const auto begun = std::chrono::steady_clock::now();
    sum = sum + multiplyAdd(rounds, 0.5, 1);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begun;
    std::printf("%g\n", 96 * rounds / seconds.count());
    std::fflush(stdout);
  }
}
