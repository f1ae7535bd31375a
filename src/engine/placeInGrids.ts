/**
 * Where each step of a plan stands in its grids: in the cell that all that it is used for have in common.
 *
 * Users come after what they use: from the last step to the first, each has heard from all that use it.
 */
import type { Cell } from "./Node.ts"
import { type Draft, type Link, linksOf, type Step } from "./Plan.ts"

export const placeInGrids = (steps: ReadonlyArray<Draft>) => {
  const cells = new Map<Step, Cell>()
  const use = ({ step }: Link, by: Cell) => {
    const others = cells.get(step)
    cells.set(step, others === undefined ? by : inCommon(others, by))
  }
  for (const step of steps.toReversed()) {
    step.cell = cells.get(step as Step) ?? {}
    if (step._tag === "Call") linksOf(step).forEach((link) => use(link, step.cell))
    else step.links.parts.forEach((part, index) => use(part, within(step.cell, step.cells[index]!)))
  }
}

const within = (outer: Cell, cell: Cell): Cell => Object.keys(outer).length === 0 ? cell : { ...outer, ...cell }

const inCommon = (one: Cell, other: Cell): Cell =>
  one === other ? one : Object.fromEntries(Object.entries(one).filter(([axis, value]) => other[axis] === value))
