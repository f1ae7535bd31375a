// Memory for the buffers of one call, kept by the thread for the next one.
#pragma once
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <vector>

class Arena {
 public:
  /** Gives all memory back to the arena. */
  void restart() { block = used = 0; }

  /** `count` zeros, aligned to a line of the cache; valid until `restart`. */
  double *take(size_t count) {
    count = (count + LINE - 1) / LINE * LINE;
    while (block < blocks.size() && used + count > blocks[block].size) {
      block++;
      used = 0;
    }
    if (block == blocks.size()) blocks.emplace_back(count > BLOCK ? count : BLOCK);
    double *memory = blocks[block].memory.get() + used;
    used += count;
    std::memset(memory, 0, count * sizeof(double));
    return memory;
  }

 private:
  static constexpr size_t LINE = 8, BLOCK = size_t{1} << 17;
  struct Free {
    void operator()(double *memory) const { ::operator delete[](memory, std::align_val_t{64}); }
  };
  struct Block {
    explicit Block(size_t size)
        : size(size), memory(static_cast<double *>(::operator new[](size * sizeof(double), std::align_val_t{64}))) {}
    size_t size;
    std::unique_ptr<double, Free> memory;
  };
  std::vector<Block> blocks;
  size_t block = 0, used = 0;
};

inline Arena &arena() {
  thread_local Arena ours;
  return ours;
}
