// Training on two cores against one: two runs at once, each by a thread of a kernel or by a process of a peer.

import { type Contestant, type Entry, startAll } from "./Contestant.ts"
import { interleaved, median, ratio } from "./interleaved.ts"
import { figure, table } from "./table.ts"
import { type Cell, kernel, nameOf, prepare, warmUp } from "./trainingCell.ts"

/** Speed of two workers over one that is to be reached, the median over shapes. */
const GOAL = 1.8

/** A turn is long, since threads that wake together may start on one core before the system moves one of them. */
const SECONDS = 0.4

export interface Duel {
  readonly cell: Cell
  /** The peer that was fastest on one core, if any took part. */
  readonly rival: Entry | undefined
}

/** A table of the gain by a second core, and of both backends against the best peer in two processes. */
export const twoCores = async (duels: ReadonlyArray<Duel>, rounds: number, folder: string): Promise<string> => {
  const cores = "0,1"
  const backends = ["wasm", "native"] as const
  const ours = await Promise.all(backends.map((name) => startAll([kernel(name), kernel(name, 2)], cores)))
  await warmUp(ours.flat(), folder)
  const rivals = new Map<string, ReadonlyArray<Contestant>>()
  const teamOf = async (rival: Entry): Promise<ReadonlyArray<Contestant>> => {
    const team = rivals.get(rival.name) ?? (await Promise.all(["0", "1"].map((core) => startAll([rival], core)))).flat()
    rivals.set(rival.name, team)
    return team
  }
  const gains: ReadonlyArray<Array<number>> = backends.map(() => [])
  const rows: Array<ReadonlyArray<string>> = []
  for (const { cell, rival } of duels) {
    const team = rival === undefined ? [] : await teamOf(rival)
    const teams = [...ours.flat().map((one) => [one]), ...(team.length === 2 ? [team] : [])]
    await prepare(cell, teams.flat(), folder)
    const times = await interleaved(teams, { rounds, seconds: SECONDS, clock: "wall" })
    const theirs = team.length === 2 ? times.at(-1)! : undefined
    const figures = ours.map((pair, index) => {
      if (pair.length < 2) return { gain: "", lead: "" }
      const [one, two] = times.slice(ours.slice(0, index).flat().length)
      const gain = ratio(one!, two!)
      gains[index]!.push(gain)
      return { gain: figure(gain), lead: theirs === undefined ? "" : figure(ratio(theirs, two!)) }
    })
    rows.push([nameOf(cell), ...figures.map(({ gain }) => gain), rival?.name ?? "", ...figures.map(({ lead }) => lead)])
  }
  for (const one of [...ours.flat(), ...[...rivals.values()].flat()]) one.stop()
  const medians = gains.map((gain) => gain.length === 0 ? "" : figure(median(gain)))
  const head = ["two cores", ...backends.map((name) => `${name} 2:1`), "peer", ...backends.map((name) => `${name} ×`)]
  return `${table(head, [...rows, [`median, to be ${GOAL}`, ...medians]])}\n
2:1 is the speed of two workers over one; × how many times as fast as two processes of that peer two workers are.\n`
}
