// Singular values by Golub and Kahan: the bits of src/linalg/reference/singularValues.ts. Matrices are made bidiagonal
// one by one; from there on four of them go side by side.

import { take } from "./arena"
import { Chain, chain, sweep } from "./bidiagonal"
import { bidiagonalize, reserveBidiagonal } from "./bidiagonalize"
import { largestEntry } from "./largestEntry"
import { exponent, scaleByPowerOfTwo } from "./powers"

/** A matrix on its way: its chain, which has the values; where they go, times 2^shift, times 2^power. */
@unmanaged
class Lane {
  chain: Chain
  values: usize
  out: usize
  n: i32
  shift: i32
  power: i32
}

const LANES = 4
let lanes: usize = 0
let superdiagonal: usize = 0
let failed = false

@inline
function lane(index: i32): Lane {
  return changetype<Lane>(lanes + <usize>index * offsetof<Lane>())
}

/** Takes memory for matrices of up to `most` rows and columns. */
export function reserveSingularValues(most: i32): void {
  reserveBidiagonal(most)
  superdiagonal = take(<usize>most << 3)
  lanes = take(LANES * offsetof<Lane>())
  for (let index = 0; index < LANES; index++) {
    lane(index).chain = chain(most)
    lane(index).values = take(<usize>most << 3)
  }
  failed = false
}

/**
 * Takes a matrix with entry (i, j) at data + i·stride + 8j, of which `largest` is the largest size; writes the values,
 * times 2^power, to `out`, by `finishSingularValues` at the latest.
 */
export function addMatrix(
  data: usize, rows: i32, columns: i32, stride: usize, largest: f64, power: i32, out: usize
): void {
  const m = max(rows, columns)
  const n = min(rows, columns)
  if (largest === 0) {
    memory.fill(out, 0, <usize>n << 3)
    return
  }
  const size = exponent(largest)
  const shift = abs(size) < 90 ? 0 : -size
  const free = freeLane()
  if (rows === m) bidiagonalize(data, m, n, stride, 8, shift, free.values, superdiagonal)
  else bidiagonalize(data, m, n, 8, stride, shift, free.values, superdiagonal)
  free.out = out
  free.n = n
  free.shift = -shift
  free.power = power
  free.chain.start(free.values, superdiagonal, n)
  if (!free.chain.sweeps) end(free)
}

/** Ends what was added; false where sweeps did not converge. */
export function finishSingularValues(): bool {
  while (advance()) {}
  return !failed
}

function freeLane(): Lane {
  let index = 0
  while (lane(index).chain.sweeps) {
    if (++index < LANES) continue
    advance()
    index = 0
  }
  return lane(index)
}

/** Up to where at least one sweep ends; false where there is none. */
function advance(): bool {
  let running = -1
  for (let index = 0; index < LANES; index++) if (lane(index).chain.sweeps) running = index
  if (running < 0) return false
  const other = lane(running).chain
  const a = lane(0).chain.sweeps ? lane(0).chain : other
  const b = lane(1).chain.sweeps ? lane(1).chain : other
  const c = lane(2).chain.sweeps ? lane(2).chain : other
  const d = lane(3).chain.sweeps ? lane(3).chain : other
  sweep(a, b, c, d)
  endSweep(0, a)
  endSweep(1, b)
  endSweep(2, c)
  endSweep(3, d)
  return true
}

@inline
function endSweep(index: i32, swept: Chain): void {
  if (lane(index).chain !== swept || swept.sweeps) return
  swept.endSweep()
  if (!swept.sweeps) end(lane(index))
}

function end(lane: Lane): void {
  failed = failed || lane.chain.failed
  for (let k: usize = 0; k < <usize>lane.n << 3; k += 8) {
    const value = scaleByPowerOfTwo(load<f64>(lane.values + k), lane.shift)
    store<f64>(lane.out + k, scaleByPowerOfTwo(value, lane.power))
  }
}

/**
 * `count` matrices of rows × columns, one after another, row after row; min(rows, columns) values each. False where an
 * entry is not finite or sweeps do not converge.
 */
export function singularValues(rows: i32, columns: i32, count: i32, matrices: usize, values: usize): bool {
  reserveSingularValues(max(rows, columns))
  const size = rows * columns
  for (let k = 0; k < count; k++) {
    const largest = largestEntry(matrices, size)
    if (largest !== largest) return false
    addMatrix(matrices, rows, columns, <usize>columns << 3, largest, 0, values)
    matrices += <usize>size << 3
    values += <usize>min(rows, columns) << 3
  }
  return finishSingularValues()
}
