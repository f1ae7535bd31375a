/**
 * The distance of two doubles in units in the last place: how many steps from one double to the next lead from one to
 * the other. 0 for equal ones, of which +0 and −0 are two; `undefined` where one is NaN and the other is not.
 */
export const ulps = (one: number, other: number): bigint | undefined => {
  if (Number.isNaN(one) || Number.isNaN(other)) return Number.isNaN(one) && Number.isNaN(other) ? 0n : undefined
  const distance = place(one) - place(other)
  return distance < 0n ? -distance : distance
}

const double = new Float64Array(1)
const bits = new BigInt64Array(double.buffer)

/** The doubles in their order, counted from 0: of negative ones the bits grow as they fall. */
const place = (value: number): bigint => {
  double[0] = value
  return bits[0]! < 0n ? -(2n ** 63n) - bits[0]! : bits[0]!
}
