// The slope of the least-squares line through points, such as the exponent of a power law through their logarithms.
import { mean, sum } from "./mean.ts"

/** Σ(x − x̄)(y − ȳ)/Σ(x − x̄)², of two points or more that differ in x. */
export const slope = (x: ArrayLike<number>, y: ArrayLike<number>): number => {
  if (x.length !== y.length) throw new Error(`A slope needs as many x as y, got ${x.length} and ${y.length}.`)
  const [centre, height] = [mean(x), mean(y)]
  const spread = sum(Float64Array.from(x, (value) => (value - centre) * (value - centre)))
  if (spread === 0) throw new Error("A slope needs points that differ in x.")
  return sum(Float64Array.from(x, (value, index) => (value - centre) * (y[index]! - height))) / spread
}
