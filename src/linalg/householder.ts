// The steps that QR factorizations share: reflections I − f·vvᵀ, f = 2/vᵀv, of the columns of an m × n matrix `a`, row
// after row. The vector of reflection k is row k of `v` (m entries a row), from its entry k on.
import { exponent, scaleByPowerOfTwo } from "./elementary.ts"
import { dot } from "./reference/dot.ts"

/** Reflects column k, from row k on, onto its first entry. Writes v, its largest entry near 1, and returns f. */
export const reflectColumn = (a: Float64Array, m: number, n: number, k: number, v: Float64Array): number => {
  let size = 0
  for (let i = k; i < m; i++) size = Math.max(size, Math.abs(a[i * n + k]!))
  if (size === 0) return 0
  const power = exponent(size)
  for (let i = k; i < m; i++) {
    v[k * m + i] = scaleByPowerOfTwo(a[i * n + k]!, -power)
    a[i * n + k] = 0
  }
  const start = k * m + k
  const norm = Math.sqrt(dot(v, start, v, start, m - k))
  const value = v[start]! > 0 ? -norm : norm
  v[start] = v[start]! - value
  a[k * n + k] = scaleByPowerOfTwo(value, power)
  return -1 / (value * v[start]!)
}

/** Reflects the columns right of k; `sums` receives the 1-norms of what is left below row k. w: n entries. */
export const reflectRest = (
  a: Float64Array, m: number, n: number, k: number, v: Float64Array, f: number, w: Float64Array, sums: Float64Array
): void => {
  w.fill(0, k + 1, n)
  for (let i = k; i < m; i++) {
    const vi = v[k * m + i]!
    for (let c = k + 1, at = i * n + c; c < n; c++, at++) w[c] = w[c]! + vi * a[at]!
  }
  for (let c = k + 1; c < n; c++) {
    w[c] = f * w[c]!
    sums[c] = 0
    a[k * n + c] = a[k * n + c]! - v[k * m + k]! * w[c]!
  }
  for (let i = k + 1; i < m; i++) {
    const vi = v[k * m + i]!
    for (let c = k + 1, at = i * n + c; c < n; c++, at++) {
      const left = a[at]! - vi * w[c]!
      a[at] = left
      sums[c] = sums[c]! + Math.abs(left)
    }
  }
}

/** The first `count` columns (m × count) of the product of the first `count` reflections. */
export const productOfReflections = (v: Float64Array, f: Float64Array, m: number, count: number): Float64Array => {
  const Q = new Float64Array(m * count)
  const w = new Float64Array(count)
  for (let k = count - 1; k >= 0; k--) {
    Q[k * count + k] = 1
    w.fill(0, k, count)
    for (let i = k; i < m; i++) {
      const vi = v[k * m + i]!
      for (let c = k, at = i * count + c; c < count; c++, at++) w[c] = w[c]! + vi * Q[at]!
    }
    for (let i = k; i < m; i++) {
      const fvi = f[k]! * v[k * m + i]!
      for (let c = k, at = i * count + c; c < count; c++, at++) Q[at] = Q[at]! - fvi * w[c]!
    }
  }
  return Q
}
