/**
 * What a result is made from, back to what is made from nothing: one line a call, those of its inputs under it.
 *
 * Of the parts of a grid the first is followed and the others are counted; so are calls of a stage that goes on from
 * itself, and what was told above is not told again.
 */
import * as Plan from "./Plan.ts"

export interface Ancestor {
  readonly depth: number
  /** The input that it is; "" for the result itself. */
  readonly input: string
  readonly step: Plan.CallStep
  /** The output that is taken. */
  readonly output: string
  /** How many other parts of the grid are made as this one is. */
  readonly others: number
  /** How many calls of the same stage lie between it and what it goes into. */
  readonly between: number
  /** It was told above with all that it is made from. */
  readonly above: boolean
}

export const lineage = (root: Plan.Link): ReadonlyArray<Ancestor> => {
  const told = new Set<Plan.Step>()
  const lines: Array<Ancestor> = []
  const open: Array<{
    readonly depth: number
    readonly input: string
    readonly links: ReadonlyArray<Plan.Link>
    readonly by: Plan.Step | undefined
  }> = [{ depth: 0, input: "", links: [root], by: undefined }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { by, depth, input, links } = next
    const inputs: typeof open = []
    for (const group of Map.groupBy(links.flatMap(calls), ({ output, step }) => `${step.name} ${output}`).values()) {
      const { between, link } = along(group[0]!, by)
      const { step } = link
      lines.push({ depth, input, step, output: link.output, others: group.length - 1, between, above: told.has(step) })
      if (told.has(step)) continue
      told.add(step)
      for (const [name, links] of Object.entries(step.links)) {
        inputs.push({ depth: depth + 1, input: name, links: [links].flat(), by: step })
      }
    }
    open.push(...inputs.toReversed())
  }
  return lines
}

interface CallLink extends Plan.Link {
  readonly step: Plan.CallStep
}

/** The calls that a link stands for: those of the parts, where it is a gathered table. */
const calls = (link: Plan.Link): ReadonlyArray<CallLink> => {
  const found: Array<CallLink> = []
  const open = [link]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.step._tag === "Call") found.push({ step: next.step, output: next.output })
    else open.push(...next.step.links.parts.toReversed())
  }
  return found
}

/** The earliest of the calls of one stage that go on from each other. */
const along = (link: CallLink, by: Plan.Step | undefined): { readonly link: CallLink; readonly between: number } => {
  if (by?.name !== link.step.name) return { link, between: 0 }
  let first = link
  for (let between = 0; ; between++) {
    const before = Plan.linksOf(first.step).find(({ step }) => step.name === first.step.name)
    if (before === undefined || before.step._tag !== "Call") return { link: first, between }
    first = { step: before.step, output: before.output }
  }
}
