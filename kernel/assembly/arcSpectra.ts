// Singular values of formed products of consecutive factors on the circle Σ, W_1, …, W_L: the bits of
// src/linalg/reference/arcSpectra.ts.

import { Dense, denseAt, denseOf, denseTable, putDense, times } from "./Dense"
import { largestEntry } from "./largestEntry"
import { addMatrix, finishSingularValues, reserveSingularValues } from "./singularValues"

let depth: i32 = 0
/** Table of the arcs (i, j), 1 ≤ i ≤ L + 1, 0 ≤ j ≤ L, each formed when it is asked for. */
let arcs: usize = 0

/**
 * Of a network W_1|W_2|…|W_L and Σ: d_0 × d_L, the singular values of `count` arcs (i, j), one after another: of W_j … W_i
 * where i ≤ j, else of W_j … W_1 Σ W_L … W_i. `through` is Σ, or 0 where no arc passes it. False where an entry is not
 * finite or sweeps do not converge.
 */
export function arcSpectra(
  widths: usize, layers: i32, weights: usize, through: usize, wanted: usize, count: i32, values: usize
): bool {
  depth = layers
  arcs = denseTable((depth + 2) * (depth + 1))
  let columns = load<i32>(widths)
  let most = max(1, columns)
  for (let l = 1; l <= depth; l++) {
    const rows = load<i32>(widths + (<usize>l << 2))
    putDense(arcs, place(l, l), denseOf(weights, rows, columns))
    weights += <usize>(rows * columns) << 3
    columns = rows
    most = max(most, rows)
  }
  if (through) putDense(arcs, place(depth + 1, 0), denseOf(through, load<i32>(widths), columns))
  reserveSingularValues(most)
  for (; count > 0; count--, wanted += 8) {
    const arc = formed(load<i32>(wanted), load<i32>(wanted, 4))
    const largest = largestEntry(arc.entries, arc.rows * <i32>(arc.stride >> 3))
    if (largest !== largest) return false
    addMatrix(arc.entries, arc.rows, arc.columns, arc.stride, largest, 0, values)
    values += <usize>min(arc.rows, arc.columns) << 3
  }
  return finishSingularValues()
}

@inline
function place(i: i32, j: i32): i32 {
  return i * (depth + 1) + j
}

function formed(i: i32, j: i32): Dense {
  const known = denseAt(arcs, place(i, j))
  if (known) return known
  const arc = i <= j
    ? times(formed(j, j), formed(i, j - 1))
    : i > depth ? times(formed(1, j), formed(i, 0)) : times(formed(depth + 1, j), formed(i, depth))
  putDense(arcs, place(i, j), arc)
  return arc
}
