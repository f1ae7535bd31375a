// ln Γ(x) for x > 0: Γ(x) = Γ(x + n)/(x (x + 1) … (x + n − 1)) lifts x to 12 or more, where Stirling's series
//   ln Γ(y) = (y − ½) ln y − y + ½ ln 2π + 1/(12y) − 1/(360y³) + 1/(1260y⁵) − …
// is exact to round-off with the terms below. Source: Abramowitz and Stegun, 6.1.41.
import { log } from "../linalg/elementary.ts"

const HALF_LOG_2_PI = 0.9189385332046727

export const logGamma = (x: number): number => {
  if (!(x > 0)) throw new Error(`ln Γ is taken of positive numbers only, got ${x}.`)
  let y = x
  let product = 1
  for (; y < 12; y += 1) product *= y
  const z = 1 / (y * y)
  const series = (1 / 12 + z * (-1 / 360 + z * (1 / 1260 + z * (-1 / 1680 + z * (1 / 1188 + z * (-691 / 360360 +
    z * (1 / 156))))))) / y
  return (y - 0.5) * log(y) - y + HALF_LOG_2_PI + series - log(product)
}
