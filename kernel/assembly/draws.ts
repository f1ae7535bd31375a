// Counter-based random draws: the bits of src/linalg/reference/draws.ts and philox.ts.

import { radiusOf, storeTurns } from "./elementary"

const UNIFORM: u32 = 0
const NORMAL: u32 = 1 << 28
const INTEGER: u32 = 2 << 28
const PERMUTATION: u32 = 3 << 28

/** The stream of Philox 4×32-10 blocks that the draws below take from: its key and the upper half of its counter. */
let key0: u32 = 0
let key1: u32 = 0
let counter2: u32 = 0
let counter3: u32 = 0

export function useStream(k0: u32, k1: u32, c2: u32, c3: u32): void {
  key0 = k0
  key1 = k1
  counter2 = c2
  counter3 = c3
}

/** Sixteen draws of 64 bits, two from each of eight blocks in turn. */
const DRAWS: usize = memory.data(128, 16)
const DRAWS_AT_ONCE = 16

// Vectors from memory: V8 makes a constant anew wherever it is used.
/** What a round multiplies the first and the third word of a block by, for two blocks … */
const FACTORS: usize = memory.data<u32>([0xd2511f53, 0xcd9e8d57, 0xd2511f53, 0xcd9e8d57], 16)
/** … and what it adds to the key. */
const STEP: usize = memory.data<u32>([0x9e3779b9, 0xbb67ae85, 0x9e3779b9, 0xbb67ae85], 16)
const FIRST_TWO: usize = memory.data<u64>([0, 1], 16)

/** Writes the draws of the blocks `index` … `index` + 7 of a kind; `upper` is added to the counter's second word. */
function drawBlocks(kind: u32, upper: u32, index: u64, out: usize = DRAWS): void {
  // The words 0, 2 and 1, 3 of two blocks at a time: a round brings what is multiplied next to where it is multiplied.
  // Four such pairs go in turn, since one waits for itself.
  const word2 = i32x4.splat(<i32>counter2)
  const word3 = i32x4.splat(<i32>counter3)
  const two = i64x2.splat(2)
  const a = i64x2.add(i64x2.splat(<i64>(index + (<u64>(kind + upper) << 32))), v128.load(FIRST_TWO))
  const b = i64x2.add(a, two)
  const c = i64x2.add(b, two)
  const d = i64x2.add(c, two)
  let evenA = v128.shuffle<i32>(a, word2, 0, 4, 2, 4)
  let evenB = v128.shuffle<i32>(b, word2, 0, 4, 2, 4)
  let evenC = v128.shuffle<i32>(c, word2, 0, 4, 2, 4)
  let evenD = v128.shuffle<i32>(d, word2, 0, 4, 2, 4)
  let oddA = v128.shuffle<i32>(a, word3, 1, 4, 3, 4)
  let oddB = v128.shuffle<i32>(b, word3, 1, 4, 3, 4)
  let oddC = v128.shuffle<i32>(c, word3, 1, 4, 3, 4)
  let oddD = v128.shuffle<i32>(d, word3, 1, 4, 3, 4)
  let key = i64x2.splat(<i64>(<u64>key0 | (<u64>key1 << 32)))
  const step = v128.load(STEP)
  const factors = v128.load(FACTORS)
  for (let round = 0; round < 10; round++) {
    let p = i64x2.extmul_low_i32x4_u(evenA, factors)
    let q = i64x2.extmul_high_i32x4_u(evenA, factors)
    evenA = nextEven(p, q, oddA, key)
    oddA = nextOdd(p, q)
    p = i64x2.extmul_low_i32x4_u(evenB, factors)
    q = i64x2.extmul_high_i32x4_u(evenB, factors)
    evenB = nextEven(p, q, oddB, key)
    oddB = nextOdd(p, q)
    p = i64x2.extmul_low_i32x4_u(evenC, factors)
    q = i64x2.extmul_high_i32x4_u(evenC, factors)
    evenC = nextEven(p, q, oddC, key)
    oddC = nextOdd(p, q)
    p = i64x2.extmul_low_i32x4_u(evenD, factors)
    q = i64x2.extmul_high_i32x4_u(evenD, factors)
    evenD = nextEven(p, q, oddD, key)
    oddD = nextOdd(p, q)
    key = i32x4.add(key, step)
  }
  storeDraws(out, oddA, evenA)
  storeDraws(out + 32, oddB, evenB)
  storeDraws(out + 64, oddC, evenC)
  storeDraws(out + 96, oddD, evenD)
}

@inline
function nextEven(p: v128, q: v128, odd: v128, key: v128): v128 {
  return v128.xor(v128.xor(v128.shuffle<i32>(p, q, 3, 1, 7, 5), odd), key)
}

@inline
function nextOdd(p: v128, q: v128): v128 {
  return v128.shuffle<i32>(p, q, 2, 0, 6, 4)
}

@inline
function storeDraws(out: usize, odd: v128, even: v128): void {
  v128.store(out, v128.shuffle<i32>(odd, even, 0, 4, 1, 5))
  v128.store(out, v128.shuffle<i32>(odd, even, 2, 6, 3, 7), 16)
}

@inline
function draw(i: i32): u64 {
  return load<u64>(DRAWS + (<usize>i << 3))
}

const TWO_TO_52: usize = memory.data<f64>([4503599627370496])
const TWO_TO_32: usize = memory.data<f64>([4294967296])
const TWO_TO_MINUS_53: usize = memory.data<f64>([1.1102230246251565e-16])
const LOW_WORD: usize = memory.data<u64>([0xffffffff])

@inline
function uniformOf(draw: u64): f64 {
  return <f64>(<i64>(draw >> 11) + 1) * 1.1102230246251565e-16
}

/** The same of two draws. A whole number below 2^52 becomes the low bits of one from 2^52 on. */
@inline
function uniformsOf(draws: v128): v128 {
  const number = i64x2.add(i64x2.shr_u(draws, 11), i64x2.splat(1))
  const magic = v128.load64_splat(TWO_TO_52)
  const high = f64x2.sub(v128.or(i64x2.shr_u(number, 32), magic), magic)
  const low = f64x2.sub(v128.or(v128.and(number, v128.load64_splat(LOW_WORD)), magic), magic)
  return f64x2.mul(f64x2.add(f64x2.mul(high, v128.load64_splat(TWO_TO_32)), low), v128.load64_splat(TWO_TO_MINUS_53))
}

/** ⌊draw·below/2^64⌋, below ≤ 2^31. */
@inline
function integerOf(draw: u64, below: u64): i32 {
  return <i32>(((draw >> 32) * below + (((draw & 0xffffffff) * below) >> 32)) >> 32)
}

/** Of `count` draws from an odd or even one on, those that the group at `done` holds are `start` … `stop` − 1. */
@inline
function start(done: i32): i32 {
  return done < 0 ? 1 : 0
}

@inline
function stop(done: i32, count: i32): i32 {
  return min(DRAWS_AT_ONCE, count - done)
}

export function fillUniforms(from: u64, out: usize, count: i32): void {
  for (let done = -<i32>(from & 1); done < count; done += DRAWS_AT_ONCE) {
    drawBlocks(UNIFORM, 0, (from + <u64>done) >> 1)
    for (let g = start(done), end = stop(done, count); g < end; g++) {
      store<f64>(out + (<usize>(done + g) << 3), uniformOf(draw(g)))
    }
  }
}

export function fillIntegers(from: u64, below: u64, out: usize, count: i32): void {
  for (let done = -<i32>(from & 1); done < count; done += DRAWS_AT_ONCE) {
    drawBlocks(INTEGER, 0, (from + <u64>done) >> 1)
    for (let g = start(done), end = stop(done, count); g < end; g++) {
      store<i32>(out + (<usize>(done + g) << 2), integerOf(draw(g), below))
    }
  }
}

/** Writes up to one number before `out` and fifteen after its end. */
export function fillNormals(from: u64, out: usize, count: i32): void {
  for (let done = -<i32>(from & 1); done < count; done += NORMALS_AT_ONCE) {
    const to = out + (<usize>done << 3)
    const end = to + (<usize>min(NORMALS_AT_ONCE, count - done) << 3)
    // One loop for each part of the way, in place, since a processor overlaps rounds of short loops only.
    let block = (from + <u64>done) >> 1
    for (let p = to; p < end; p += 128, block += 8) drawBlocks(NORMAL, 0, block, p)
    for (let p = to; p < end; p += 32) {
      const first = v128.load(p)
      const second = v128.load(p, 16)
      v128.store(p, radiusOf(uniformsOf(v128.shuffle<i64>(first, second, 0, 2))))
      v128.store(p, uniformsOf(v128.shuffle<i64>(first, second, 1, 3)), 16)
    }
    for (let p = to; p < end; p += 32) storeTurns(v128.load(p), v128.load(p, 16), p)
  }
}

const NORMALS_AT_ONCE = 256

export function fillPermutation(index: u32, out: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<i32>(out + (<usize>i << 2), i)
  for (let done = 0; done < n - 1; done += DRAWS_AT_ONCE) {
    drawBlocks(PERMUTATION, index, <u64>done >> 1)
    for (let g = 0, end = stop(done, n - 1); g < end; g++) {
      const i = n - 1 - done - g
      const p = out + (<usize>i << 2)
      const q = out + (<usize>integerOf(draw(g), <u64>(i + 1)) << 2)
      const swapped = load<i32>(p)
      store<i32>(p, load<i32>(q))
      store<i32>(q, swapped)
    }
  }
}
