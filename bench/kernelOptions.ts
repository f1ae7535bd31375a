// The options of the benches that set kernels against NumPy at other work than training.

import { availableParallelism } from "node:os"
import { parseArgs } from "node:util"

export interface KernelOptions {
  readonly backends: ReadonlyArray<"js" | "wasm" | "native">
  readonly rounds: number
  /** The core that all contestants are pinned to. */
  readonly core: string
}

/** Reads the command line; `about` is what the help says of the bench. */
export const kernelOptions = (name: string, about: string): KernelOptions => {
  const { values: { all, core, help, rounds } } = parseArgs({
    options: {
      help: { type: "boolean", short: "h", default: false },
      all: { type: "boolean", default: false },
      rounds: { type: "string", default: "15" },
      core: { type: "string", default: String(availableParallelism() - 1) }
    }
  })
  if (help) {
    process.stdout.write(`Usage: npm run bench -- ${name} [OPTIONS]

${about}

  --all          TypeScript beside the compiled kernels
  --rounds N     turns of each contestant (15)
  --core N       the core that all are pinned to (the last)
`)
    process.exit()
  }
  return { backends: all ? ["js", "wasm", "native"] : ["wasm", "native"], rounds: Number(rounds), core }
}
