/** The graph of a plan as it is drawn: its calls one by one, or folded into their stages. */
import * as Plan from "../Plan.ts"

export interface Graph {
  /** Each before what is made from it, as far as stages are not made from each other in turn. */
  readonly nodes: ReadonlyArray<Node>
  readonly edges: ReadonlyArray<Edge>
}

export interface Node {
  readonly name: string
  readonly calls: number
  /** How many of the calls are to be built. */
  readonly builds: number
}

/** Of what is made from what; nodes by their places in the list. */
export interface Edge {
  readonly from: number
  readonly to: number
  /** How many results of one go into calls of the other. */
  readonly results: number
}

/** A node for each stage: a thousand calls read as easily as ten. Gathered tables are not drawn: their parts lead on. */
export const folded = (plan: Plan.Plan): Graph => {
  const groups = [...Map.groupBy(Plan.calls(plan), ({ name }) => name)]
  const places = new Map(groups.flatMap(([, calls], place) => calls.map((call): [Plan.Step, number] => [call, place])))
  const results = new Map<number, Map<number, number>>()
  const gathered = new Map<Plan.Step, ReadonlyMap<number, number>>()
  const count = (step: Plan.Step, into: Map<number, number>) => {
    const add = (place: number, some: number) => into.set(place, (into.get(place) ?? 0) + some)
    for (const { step: input } of Plan.linksOf(step)) {
      if (input._tag === "Call") add(places.get(input)!, 1)
      else for (const [place, some] of gathered.get(input)!) add(place, some)
    }
    return into
  }
  for (const step of plan.steps) {
    if (step._tag === "Gather") gathered.set(step, count(step, new Map()))
    else results.set(places.get(step)!, count(step, results.get(places.get(step)!) ?? new Map()))
  }
  const order = inputsFirst(results)
  const drawn = new Map(order.map((place, index) => [place, index]))
  return {
    nodes: order
      .map((place) => groups[place]!)
      .map(([name, calls]) => ({
        name,
        calls: calls.length,
        builds: calls.filter(({ state }) => state === "build").length
      })),
    edges: order.flatMap((to) =>
      Array.from(results.get(to)!, ([from, results]) => ({ from: drawn.get(from)!, to: drawn.get(to)!, results }))
    )
  }
}

/** Each after those that it is made from; of stages that are made from each other in turn the earlier one first. */
const inputsFirst = (sources: ReadonlyMap<number, ReadonlyMap<number, number>>): ReadonlyArray<number> => {
  const left = new Set([...sources.keys()].toSorted((a, b) => a - b))
  const order: Array<number> = []
  while (left.size > 0) {
    const next = [...left].find((place) =>
      [...sources.get(place)!.keys()].every((from) => from === place || !left.has(from))
    )
    const place = next ?? Math.min(...left)
    left.delete(place)
    order.push(place)
  }
  return order
}

/** A node for each call and each gathered table. */
export const whole = ({ steps }: Plan.Plan): Graph => {
  const places = new Map(steps.map((step, place) => [step, place]))
  return {
    nodes: steps.map((step) => ({
      name: step._tag === "Call" ? Plan.label(step) : `${step.name} gathered`,
      calls: 1,
      builds: step.state === "build" ? 1 : 0
    })),
    edges: steps.flatMap((step, to) => {
      const sources = Map.groupBy(Plan.linksOf(step), (link) => link.step)
      return Array.from(sources, ([from, links]) => ({ from: places.get(from)!, to, results: links.length }))
    })
  }
}

/** What a person reads in a node, a line each: its name, and how many calls it stands for. */
export const lines = ({ builds, calls, name }: Node): ReadonlyArray<string> =>
  calls === 1 && builds === 0
    ? [name]
    : [
        name,
        calls === 1
          ? "to build"
          : `${calls} calls${builds === 0 ? "" : builds === calls ? ", to build" : `, ${builds} to build`}`
      ]

/** Nothing of it is built, all, or a part. */
export const stateOf = ({ builds, calls }: Node): "hit" | "build" | "part" =>
  builds === 0 ? "hit" : builds === calls ? "build" : "part"

export const colours: {
  readonly [state in ReturnType<typeof stateOf>]: { readonly fill: string; readonly line: string }
} = {
  hit: { fill: "#ffffff", line: "#8a8f98" },
  part: { fill: "#fff3d6", line: "#b7791f" },
  build: { fill: "#ffe3df", line: "#c0392b" }
}
