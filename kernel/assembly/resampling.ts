// Means over resampled runs: the bits of src/linalg/reference/resampling.ts.

import { take } from "./arena"

/** Quantities that are summed at once: four vectors hide the latency of an addition. */
const TILE = 8

/** The bytes of a row of whole tiles. */
@inline
function rowOf(columns: i32): usize {
  return <usize>((columns + TILE - 1) & -TILE) << 3
}

/** A copy of a matrix whose rows are whole tiles. */
function tiled(matrix: usize, rows: i32, columns: i32): usize {
  const row = rowOf(columns)
  const copy = take(<usize>rows * row)
  for (let i: usize = 0; i < <usize>rows; i++) memory.copy(copy + i * row, matrix + i * (<usize>columns << 3), <usize>columns << 3)
  return copy
}

/** Means over the `runs` runs at `chosen` of a tile of quantities, `apart` bytes from one to the next. */
@inline
function means(values: usize, row: usize, runs: i32, chosen: usize, out: usize, apart: usize): void {
  let s0 = f64x2.splat(0)
  let s1 = f64x2.splat(0)
  let s2 = f64x2.splat(0)
  let s3 = f64x2.splat(0)
  for (const end = chosen + (<usize>runs << 2); chosen < end; chosen += 4) {
    const run = values + <usize>load<i32>(chosen) * row
    s0 = f64x2.add(s0, v128.load(run))
    s1 = f64x2.add(s1, v128.load(run, 16))
    s2 = f64x2.add(s2, v128.load(run, 32))
    s3 = f64x2.add(s3, v128.load(run, 48))
  }
  const share = f64x2.splat(<f64>runs)
  keep(out, apart, f64x2.div(s0, share))
  keep(out + 2 * apart, apart, f64x2.div(s1, share))
  keep(out + 4 * apart, apart, f64x2.div(s2, share))
  keep(out + 6 * apart, apart, f64x2.div(s3, share))
}

@inline
function keep(out: usize, apart: usize, quotient: v128): void {
  const mean = positive(quotient)
  v128.store64_lane(out, mean, 0)
  v128.store64_lane(out + apart, mean, 1)
}

/** The numbers themselves, but 0 for −0. */
@inline
function positive(numbers: v128): v128 {
  return f64x2.add(numbers, f64x2.splat(0))
}

/** Values beyond this many are searched by a sample first. */
const MANY: i32 = 600
const SHARE: i32 = 16

@inline
function at(values: usize, k: i32): f64 {
  return load<f64>(values + (<usize>k << 3))
}

@inline
function swap(values: usize, i: i32, j: i32): void {
  const kept = at(values, i)
  store<f64>(values + (<usize>i << 3), at(values, j))
  store<f64>(values + (<usize>j << 3), kept)
}

/**
 * Puts the value of a rank among values[low … high] in its place, none before it larger, none after it smaller (Hoare
 * 1961), by a pivot which has that rank in a sample (Floyd and Rivest 1975).
 */
function place(values: usize, low: i32, high: i32, rank: i32): void {
  while (low < high) {
    if (high - low > MANY) place(values, rank - (rank - low) / SHARE, rank + (high - rank) / SHARE, rank)
    const pivot = at(values, rank)
    let i = low
    let j = high
    do {
      while (at(values, i) < pivot) i++
      while (at(values, j) > pivot) j--
      if (i <= j) swap(values, i++, j--)
    } while (i <= j)
    if (j < rank) low = i
    if (i > rank) high = j
  }
}

function least(values: usize, from: i32, count: i32): i32 {
  let found = from
  for (let k = from + 1; k < count; k++) if (at(values, k) < at(values, found)) found = k
  return found
}

/** Of one value a resample, as often as it was drawn; `drawn` has room for all of them. */
function orderStatistics(
  values: usize, times: usize, count: i32, drawn: usize, draws: i32, ranks: usize, length: i32, found: usize
): void {
  let next = drawn
  for (let q = 0; q < count; q++) {
    const value = at(values, q)
    for (let t = load<i32>(times + (<usize>q << 2)); t > 0; t--, next += 8) store<f64>(next, value)
  }
  let placed = -1
  for (let k = 0; k < length; k++) {
    const rank = load<i32>(ranks + (<usize>k << 2))
    if (rank == placed + 1) swap(drawn, rank, least(drawn, rank, draws))
    else if (rank > placed) place(drawn, placed + 1, draws - 1, rank)
    store<f64>(found + (<usize>k << 3), at(drawn, rank))
    placed = rank
  }
}

/** Of (runs × quantities) values: (quantities × length), of ranks that ascend among all draws. */
export function resampledMeans(
  values: usize, indices: usize, times: usize, ranks: usize, found: usize, quantities: i32, runs: i32, count: i32, draws: i32,
  length: i32
): void {
  const row = rowOf(quantities)
  const apart = <usize>count << 3
  const kept = take(TILE * apart)
  const drawn = take(<usize>draws << 3)
  let tiles = tiled(values, runs, quantities)
  for (let from = 0; from < quantities; from += TILE, tiles += TILE << 3) {
    for (let q = 0; q < count; q++) means(tiles, row, runs, indices + (<usize>(q * runs) << 2), kept + (<usize>q << 3), apart)
    const end = min(TILE, quantities - from)
    for (let k = 0; k < end; k++, found += <usize>length << 3) {
      orderStatistics(kept + <usize>k * apart, times, count, drawn, draws, ranks, length, found)
    }
  }
}

/** Of (runs × entries) patterns and (weighted × entries) weightings: (weighted × length). */
export function resampledDistances(
  pattern: usize, patterns: usize, weightings: usize, indices: usize, times: usize, ranks: usize, found: usize, entries: i32,
  weighted: i32, runs: i32, count: i32, draws: i32, length: i32
): void {
  const row = rowOf(entries)
  const kept = take(<usize>(weighted * count) << 3)
  const drawn = take(<usize>draws << 3)
  const tiles = tiled(patterns, runs, entries)
  /** The means of two resamples, entry by entry. */
  const beside = take(2 * row)
  for (let q = 0; q < count; q += 2) {
    const these = min(2, count - q)
    for (let lane = 0; lane < these; lane++) {
      const chosen = indices + (<usize>((q + lane) * runs) << 2)
      for (let from: usize = 0; from < row; from += TILE << 3) {
        means(tiles + from, row, runs, chosen, beside + 2 * from + (<usize>lane << 3), 16)
      }
    }
    for (let w = 0; w < weighted; w++) {
      let total = f64x2.splat(0)
      const weights = weightings + (<usize>(w * entries) << 3)
      for (let e: usize = 0; e < <usize>entries << 3; e += 8) {
        const away = f64x2.abs(f64x2.sub(v128.load64_splat(pattern + e), v128.load(beside + 2 * e)))
        total = f64x2.add(total, f64x2.mul(v128.load64_splat(weights + e), away))
      }
      total = positive(total)
      const out = kept + (<usize>(w * count + q) << 3)
      store<f64>(out, f64x2.extract_lane(total, 0))
      if (these > 1) store<f64>(out, f64x2.extract_lane(total, 1), 8)
    }
  }
  for (let w = 0; w < weighted; w++, found += <usize>length << 3) {
    orderStatistics(kept + (<usize>(w * count) << 3), times, count, drawn, draws, ranks, length, found)
  }
}
