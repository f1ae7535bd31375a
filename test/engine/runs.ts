/** Runs of small pipelines in a store, with their logs. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Builder } from "../../src/engine/Builder.ts"
import type { Files } from "../../src/engine/Files.ts"
import type { Any } from "../../src/engine/Node.ts"
import type * as Plan from "../../src/engine/Plan.ts"
import * as RunLog from "../../src/engine/RunLog.ts"
import { over, Store } from "../../src/engine/Store.ts"
import { type Code, lab } from "./lab.ts"

export const begun = (run: string, about: Partial<RunLog.Begun> = {}): RunLog.Begun => ({
  _tag: "begun", run, pipeline: "λ", preset: "", command: "dln run λ", params: { rate: 0.1 }, code: { sum: "abc" },
  program: "d", version: "1", host: "here", node: "v26", backend: "js", threads: 1, started: "2026-01-01T00:00:00.000Z", ...about
})

/** Opens a store over these files as a process does that has just started. */
export const labOver = (files: Files, code: Code = {}) => lab({ code, store: Layer.effect(Store, over(files)) })

/** Builds nodes and publishes them as tables; a run that is stopped has no end. */
export const ran = (
  files: Files,
  run: RunLog.Begun,
  tables: Readonly<Record<string, Any>>,
  options: { readonly stopped?: boolean; readonly code?: Code } = {}
): Promise<Plan.Plan> =>
  Effect.runPromise(Effect.provide(Effect.scoped(Effect.gen(function*() {
    const end = yield* RunLog.keep(run)
    const { outcomes, plan } = yield* Builder.use((builder) => builder.build(Object.values(tables)))
    const addresses = plan.roots.map(({ output, step }) => {
      const outcome = outcomes.get(step.key)!
      return "outputs" in outcome ? outcome.outputs[output]! : ""
    })
    const published = Object.fromEntries(Object.keys(tables).map((name, index) => [name, addresses[index]!]))
    if (options.stopped !== true) yield* end({ _tag: "ended", seconds: 1, tables: published, files: {}, claims: [] })
    return plan
  })), labOver(files, options.code)))
