// Memory for the buffers of one call, kept for the next one. Grows to what the largest call took.

let used: usize = __heap_base

/** Gives all memory back to the arena. */
export function restart(): void {
  used = __heap_base
}

/** Gives back what lies beyond an address that \`mark\` told. */
export function restartFrom(address: usize): void {
  used = address
}

/** The end of what is taken. */
export function mark(): usize {
  return used
}

/** `size` bytes of zeros, aligned to a line of the cache; valid until `restart`. */
export function take(size: usize): usize {
  const start = (used + 63) & ~63
  used = start + size
  const pages = <i32>((used + 0xffff) >> 16) - memory.size()
  if (pages > 0 && memory.grow(pages) < 0) unreachable()
  memory.fill(start, 0, size)
  return start
}
