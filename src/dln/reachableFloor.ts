// How small a singular value of a product can be and still be known (protocol §1.3, whose floor δ is below round-off).
//
// Found from the factors, a singular value of P_ij = W_j … W_i has a relative error of 1e-16 Σ_l cond(W_l) + 1e-11
// whatever its size, down to 1e-140 of the largest. Where a factor is so nearly singular that this says nothing, it is
// exact for factors that differ by u‖W_l‖, so by Weyl's inequality it is known to m u Π_l σ_1(W_l), m = j − i + 1. That
// much a formed product, which knows its values to u σ_1(P_ij) at best, never betters.

/** The floor, in the unit of the product's values, from the singular values of each factor, largest first. */
export const reachableFloor = (factors: ReadonlyArray<Float64Array>): number => {
  const largest = factors.reduce((product, sigma) => product * sigma[0]!, 1)
  const conditions = factors.reduce((sum, sigma) => sum + sigma[0]! / sigma.at(-1)!, 0)
  // A factor of zeros has the condition NaN: then no value is above the floor, which is 0.
  const known = ROUND_OFF * conditions <= SAYS_NOTHING
  return (known ? SMALLEST_SHARE : factors.length * ROUND_OFF) * largest
}

const ROUND_OFF = 1e-16
const SAYS_NOTHING = 0.01
const SMALLEST_SHARE = 1e-140
