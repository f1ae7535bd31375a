// A contestant: spectra by one backend of the kernels. Speaks as spectra.py does.

import { readFileSync } from "node:fs"
import { createInterface } from "node:readline"
import { load } from "../../src/linalg/compiled/Backend.ts"

interface Question {
  readonly prepare?: { readonly file: string; readonly widths: ReadonlyArray<number> }
  readonly steps?: number
}

const [name] = process.argv.slice(2)
const backend = name === "js" || name === "wasm" || name === "native" ? load(name) : undefined
if (backend === undefined) throw new Error(`the ${name} kernel is not built, or not for this processor`)

/** All spectra of a batch of networks; of a batch of matrices where a network has one layer. */
let batch = (): ReadonlyArray<Float64Array> => []

const prepare = ({ file, widths }: NonNullable<Question["prepare"]>): void => {
  const bytes = readFileSync(file)
  const weights = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
  const [columns, rows] = widths
  batch = widths.length === 2
    ? () => [backend.allSingularValues(rows!, columns!, weights)]
    : () => backend.allProductSpectra(widths, weights)
}

const answer = ({ prepare: what, steps = 1 }: Question): object => {
  if (what !== undefined) prepare(what)
  const begun = performance.now()
  let spectra = batch()
  for (let step = 1; step < steps; step++) spectra = batch()
  const seconds = (performance.now() - begun) / 1000
  return { seconds, sum: spectra.reduce((sum, values) => values.reduce((s, value) => s + value, sum), 0) }
}

const say = (found: object): void => {
  process.stdout.write(`${JSON.stringify({ ...found, bytes: process.resourceUsage().maxRSS * 1024 })}\n`)
}

say({})
for await (const line of createInterface({ input: process.stdin })) say(answer(JSON.parse(line) as Question))
