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

/** The last block: two draws of 64 bits. */
let first: u64 = 0
let second: u64 = 0

function drawBlock(counter0: u32, counter1: u32): void {
  let c0 = counter0
  let c1 = counter1
  let c2 = counter2
  let c3 = counter3
  let k0 = key0
  let k1 = key1
  for (let round = 0; round < 10; round++) {
    const p0 = <u64>0xd2511f53 * <u64>c0
    const p1 = <u64>0xcd9e8d57 * <u64>c2
    c0 = <u32>(p1 >> 32) ^ c1 ^ k0
    c1 = <u32>p1
    c2 = <u32>(p0 >> 32) ^ c3 ^ k1
    c3 = <u32>p0
    k0 += 0x9e3779b9
    k1 += 0xbb67ae85
  }
  first = (<u64>c0 << 32) | <u64>c1
  second = (<u64>c2 << 32) | <u64>c3
}

@inline
function uniformOf(draw: u64): f64 {
  return <f64>(<i64>(draw >> 11) + 1) * 1.1102230246251565e-16
}

/** ⌊draw·below/2^64⌋, below ≤ 2^31. */
@inline
function integerOf(draw: u64, below: u64): i32 {
  return <i32>(((draw >> 32) * below + (((draw & 0xffffffff) * below) >> 32)) >> 32)
}

export function fillUniforms(from: u64, out: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const element = from + <u64>i
    if (i === 0 || (element & 1) === 0) drawBlock(<u32>(element >> 1), UNIFORM + <u32>(element >> 33))
    store<f64>(out + (<usize>i << 3), uniformOf((element & 1) === 0 ? first : second))
  }
}

export function fillIntegers(from: u64, below: u64, out: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const element = from + <u64>i
    if (i === 0 || (element & 1) === 0) drawBlock(<u32>(element >> 1), INTEGER + <u32>(element >> 33))
    store<i32>(out + (<usize>i << 2), integerOf((element & 1) === 0 ? first : second, below))
  }
}

/** Takes two blocks at once, a pair of normals each: writes up to one number before `out` and three after its end. */
export function fillNormals(from: u64, out: usize, count: i32): void {
  const end = from + <u64>count
  out -= <usize>(from & 1) << 3
  for (let block = from >> 1; block + block < end; block += 2) {
    drawBlock(<u32>block, NORMAL + <u32>(block >> 32))
    const radii = f64x2.splat(uniformOf(first))
    const turns = f64x2.splat(uniformOf(second))
    drawBlock(<u32>(block + 1), NORMAL + <u32>((block + 1) >> 32))
    const radius = radiusOf(f64x2.replace_lane(radii, 1, uniformOf(first)))
    storeTurns(radius, f64x2.replace_lane(turns, 1, uniformOf(second)), out)
    out += 32
  }
}

export function fillPermutation(index: u32, out: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<i32>(out + (<usize>i << 2), i)
  let draw = 0
  for (let i = n - 1; i > 0; i--) {
    if ((draw & 1) === 0) drawBlock(<u32>(draw >> 1), PERMUTATION + index)
    const j = integerOf((draw & 1) === 0 ? first : second, <u64>(i + 1))
    draw++
    const p = out + (<usize>i << 2)
    const q = out + (<usize>j << 2)
    const swapped = load<i32>(p)
    store<i32>(p, load<i32>(q))
    store<i32>(q, swapped)
  }
}
