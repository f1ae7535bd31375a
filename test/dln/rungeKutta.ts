// The classical Runge–Kutta method of order four with steps so small that its error is round-off: the tests' own
// integrator, with nothing in common with what it checks.
export const rungeKutta = (
  field: (y: ReadonlyArray<number>) => ReadonlyArray<number>,
  start: ReadonlyArray<number>,
  time: number,
  steps: number
): ReadonlyArray<number> => {
  const h = time / steps
  let y = start
  for (let step = 0; step < steps; step++) {
    const moved = (k: ReadonlyArray<number>, by: number) => y.map((value, at) => value + by * k[at]!)
    const k1 = field(y)
    const k2 = field(moved(k1, h / 2))
    const k3 = field(moved(k2, h / 2))
    const k4 = field(moved(k3, h))
    y = y.map((value, at) => value + (h / 6) * (k1[at]! + 2 * k2[at]! + 2 * k3[at]! + k4[at]!))
  }
  return y
}
