// Paths of a scalar Itô equation dx = b(x) dt + g(x) dB by the method of Euler and Maruyama,
//   x ← x + b(x) h + g(x) √h z,   z ~ N(0, 1).
// Its weak order is 1 (moments err by O(h)), its strong order ½, and 1 where g is constant. On dx = −k x dt + √(2T) dB
// it has the variance (T/k)/(1 − k h/2) instead of T/k, exactly.
import * as Random from "../linalg/Random.ts"

export interface Equation {
  /** b(x). */
  readonly drift: (x: number) => number
  /** g(x) ≥ 0. */
  readonly diffusion: (x: number) => number
}

export interface Course {
  readonly start: number
  /** h, in units of time. */
  readonly step: number
  /** How many steps. */
  readonly steps: number
  /** Steps from one value that is kept to the next. */
  readonly every: number
  /** Step s takes the normal number s of this stream: paths of one equation have streams of their own. */
  readonly stream: Random.Stream
}

/** x at steps 0, every, 2·every, … up to `steps`. A path that leaves the numbers stays NaN or infinite. */
export const eulerMaruyama = ({ drift, diffusion }: Equation, course: Course): Float64Array => {
  const { start, step, steps, every, stream } = course
  const kept = new Float64Array(Math.floor(steps / every) + 1)
  const root = Math.sqrt(step)
  let x = start
  kept[0] = x
  for (let from = 0; from < steps; from += PIECE) {
    const normals = Random.normals(stream, from, Math.min(PIECE, steps - from))
    for (let at = 0; at < normals.length; at++) {
      x += drift(x) * step + diffusion(x) * root * normals[at]!
      const done = from + at + 1
      if (done % every === 0) kept[done / every] = x
    }
  }
  return kept
}

const PIECE = 16384
