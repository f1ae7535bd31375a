// Measures contestants in turns, so that whatever else the machine does hits them alike.

import type { Answer, Contestant } from "./Contestant.ts"

export interface Options {
  readonly rounds: number
  /** How long each turn lasts, about. */
  readonly seconds: number
  /** The clock on the wall, or the time that a process was given (the default). */
  readonly clock?: "wall" | "busy"
}

/**
 * Seconds a step of one run, for each contestant in each round: those that it was given, where it tells them. A team of
 * several answers together, as fast as its slowest by the clock on the wall.
 */
export const interleaved = async (
  teams: ReadonlyArray<ReadonlyArray<Contestant>>,
  { rounds, seconds, clock = "busy" }: Options
): Promise<ReadonlyArray<ReadonlyArray<number>>> => {
  const turn = async (team: ReadonlyArray<Contestant>, steps: number): Promise<number> => {
    const answers = await Promise.all(team.map(({ ask }) => ask({ steps })))
    const spent = ({ seconds, busy }: Answer): number => team.length === 1 && clock === "busy" ? busy ?? seconds! : seconds!
    return Math.max(1e-6, ...answers.map(spent)) / steps
  }
  const counts: Array<number> = []
  for (const team of teams) {
    // What a call costs beside its steps makes few of them look dear: more and more, until they fill a turn.
    let count = 2
    for (let share = 0; share < 0.5;) {
      share = count * await turn(team, count) / seconds
      count = Math.max(1, Math.round(count / Math.max(share, 0.1)))
    }
    counts.push(count)
  }
  const times: Array<Array<number>> = teams.map(() => [])
  for (let round = 0; round < rounds; round++) {
    for (const [index, team] of teams.entries()) {
      times[index]!.push(await turn(team, counts[index]!) / team.reduce((sum, { runs }) => sum + runs, 0))
    }
  }
  return times
}

export const median = (values: ReadonlyArray<number>): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** How many times as fast as `theirs` ours is: the median over the rounds. */
export const ratio = (theirs: ReadonlyArray<number>, ours: ReadonlyArray<number>): number =>
  median(theirs.map((time, round) => time / ours[round]!))
