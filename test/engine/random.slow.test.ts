import * as Effect from "effect/Effect"
import * as fc from "../fc.ts"
import { it } from "vitest"
import { play, scenario } from "./randomGraphs.ts"

/** DLN_RANDOM_CASES=100000 is for a night. */
const cases = Number(process.env["DLN_RANDOM_CASES"] ?? 2000)

it("builds of many more random graphs give what plain evaluation gives, and do nothing twice", () =>
  fc.assert(fc.asyncProperty(scenario, (scenario) => Effect.runPromise(play(scenario))), { numRuns: cases }), Math.max(600, cases) * 1000)
