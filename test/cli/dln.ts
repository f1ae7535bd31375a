/** Runs the command `dln` as a person does, on a small version of a pipeline. */
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { home } from "../../src/engine/code/Home.ts"

export interface Result {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export const dln = (args: ReadonlyArray<string>, options: { readonly cwd?: string; readonly home?: string } = {}): Result => {
  const { status, stderr, stdout } = spawnSync(join(options.home ?? home, "bin/dln"), args, {
    cwd: options.cwd ?? home,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    env: { ...process.env, NO_COLOR: "1" }
  })
  return { code: status ?? -1, stdout, stderr }
}

interface Node {
  readonly stage: string
  readonly key: string
  readonly address: string
  readonly state: "built" | "hit" | "failed" | "skipped"
  readonly cell: Readonly<Record<string, unknown>>
}

/** What `dln run --json` says. */
export interface Told {
  readonly pipeline: string
  readonly report: string
  readonly nodes: ReadonlyArray<Node>
  readonly claims: ReadonlyArray<{ readonly name: string; readonly kind: string; readonly verdict: string }>
}

export const told = (result: Result): Told => JSON.parse(result.stdout)

/** The stages of which something was built. */
export const built = ({ nodes }: Told): ReadonlyArray<string> =>
  [...new Set(nodes.filter(({ state }) => state === "built").map(({ stage }) => stage))].toSorted()

/** A pipeline of seconds: one regime, one kind of teacher, a small network. */
export const small: ReadonlyArray<string> = [
  "regimes=[\"saddle-to-saddle\"]", "teachers=[\"deficient\"]", "seeds=2", "widths=[5,8,8,5]", "samples=50",
  "spectra.deficient=[6,3]", "steps.saddle-to-saddle=400", "segments.saddle-to-saddle=200", "learningRates.saddle-to-saddle=0.015",
  "exponents.saddle-to-saddle=1.5", "points=9", "bootstrap=200", "epsilons=[0.01,0.1]"
].flatMap((setting) => ["--set", setting])
