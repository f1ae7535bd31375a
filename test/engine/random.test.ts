import * as Effect from "effect/Effect"
import * as fc from "../fc.ts"
import { it } from "vitest"
import { play, scenario } from "./randomGraphs.ts"

it("builds of random graphs, edited, interrupted and damaged, give what plain evaluation gives, and do nothing twice", () =>
  fc.assert(fc.asyncProperty(scenario, (scenario) => Effect.runPromise(play(scenario))), { numRuns: 300 }))
