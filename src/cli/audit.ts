/** `dln audit`: runs again what is in the cache, and says where the bits differ. */
import { mkdtempSync, rmSync } from "node:fs"
import { availableParallelism, tmpdir } from "node:os"
import { join } from "node:path"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { audit as audited, type Audited, sample } from "../engine/audit.ts"
import { Builder } from "../engine/Builder.ts"
import { Executor } from "../engine/Executor.ts"
import type { Any } from "../engine/Node.ts"
import * as Plan from "../engine/Plan.ts"
import { layerScratch } from "../engine/scratch.ts"
import { Store } from "../engine/Store.ts"
import { load } from "../linalg/compiled/Backend.ts"
import * as Kernel from "../linalg/Kernel.ts"
import { conclude } from "../report/conclude.ts"
import { changeText, differenceLines } from "./differenceText.ts"
import * as flags from "./flags.ts"
import { nodeName, progress } from "./Progress.ts"
import * as Session from "./Session.ts"
import type { Started } from "./Started.ts"
import { several } from "./words.ts"
import { WrongUse } from "./WrongUse.ts"

const options = {
  pipeline: flags.pipeline,
  ...flags.choice,
  sample: Flag.String("sample").pipe(
    Flag.withDescription("the share of each stage's results, such as 5% (default: all)"),
    Flag.withDefault("100%")
  ),
  kernel: Flag.Literals("kernel", ["js", "wasm", "native"]).pipe(
    Flag.withDescription("what computes (default: the fastest there is): all must give the same bits"),
    Flag.optional,
    Flag.map(Option.getOrUndefined)
  ),
  jobs: flags.jobs,
  json: flags.json
}

export const audit = (started: Started) =>
  Command.make(
    "audit",
    options,
    Effect.fn("audit")(function*(chosen) {
      const { kernel = Kernel.backend } = chosen
      const share = yield* shareOf(chosen.sample)
      if (load(kernel) === undefined) {
        return yield* new WrongUse({
          problem: `the ${kernel} kernel is not built, or not for this processor: run npm run build:native, or choose another by --kernel`
        })
      }
      const session = yield* Session.open(started, chosen)
      const found = yield* Effect.provide(
        Effect.scoped(
          Effect.gen(function*() {
            const [results, ...shown] = yield* plans(session)
            const steps = [results!, ...shown].flatMap((plan) => sample(plan, share))
            if (steps.length === 0) {
              return yield* new WrongUse({
                problem: `nothing of ${session.pipeline.name} is in the cache with these parameters; ${session.command} builds it`
              })
            }
            const missing = Plan.builds(results!).length
            if (missing > 0) {
              yield* Console.error(
                `${missing} of ${Plan.calls(results!).length} results are not in the cache and not audited; ${session.command} builds them`
              )
            }
            const scratch = yield* folder
            const executor = Executor.layerThreads({
              workers: chosen.jobs ?? availableParallelism(),
              program: started.program.worker,
              store: chosen.cache,
              scratch,
              backend: kernel,
              env: { DLN_KERNEL: kernel }
            })
            return yield* Effect.provide(
              rerun(steps, yield* Store),
              Layer.merge(executor, layerScratch(chosen.cache, scratch))
            )
          })
        ),
        Session.engine(started, chosen)
      )

      const wrong = found.filter(({ verdict }) => verdict._tag !== "Same")
      if (chosen.json) {
        yield* Console.log(JSON.stringify({ kernel, audited: found.length, differ: wrong.map(recordOf) }))
      }
      else {
        for (const one of wrong) for (const line of lines(one)) yield* Console.log(line)
        yield* Console.log(
          `${found.length - wrong.length} of ${several(found.length, "result")} came out again with the same bits (kernel ${kernel})`
        )
      }
      if (wrong.length > 0) return yield* new Differing({ results: wrong.length })
    })
  )

/** The plan of the results, and where all of them are there, that of the page which shows them. */
const plans = Effect.fnUntraced(function*(session: Session.Session) {
  const builder = yield* Builder
  const results = yield* builder.plan(session.roots)
  if (Plan.builds(results).length > 0) return [results]
  const built = yield* builder.build(session.roots)
  const linkOf = (node: Any) => built.plan.roots[session.roots.indexOf(node)]!
  const { latex, page } = yield* conclude(session.experiment, Session.contentOf(session), built, linkOf)
  const known = new Set(results.steps.map(({ key }) => key))
  const shown = yield* builder.plan([page, latex])
  return [results, { ...shown, steps: shown.steps.filter(({ key }) => !known.has(key)) }]
})

/** A folder that is gone afterwards. */
const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "dln-audit-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

const rerun = (steps: ReadonlyArray<Plan.CallStep>, store: Store["Service"]) =>
  Effect.gen(function*() {
    const view = progress()
    const found = yield* Effect.ensuring(
      audited(steps, { store, scratch: yield* Store, executor: yield* Executor, tell: view.hear }),
      Effect.sync(view.close)
    )
    return found
  })

const shareOf = (text: string): Effect.Effect<number, WrongUse> => {
  const percent = Number(/^(\d+(?:\.\d+)?)%$/.exec(text)?.[1])
  return percent > 0 && percent <= 100
    ? Effect.succeed(percent / 100)
    : Effect.fail(new WrongUse({ problem: `--sample ${text} is no share: write it in percent, such as 5%` }))
}

const nameOf = ({ step, verdict }: Audited): string =>
  nodeName("output" in verdict && !step.call.stage.single ? `${step.name}.${verdict.output}` : step.name, step.cell)

const lines = (one: Audited): ReadonlyArray<string> => {
  const { verdict } = one
  const name = `${nameOf(one)} ${one.step.key.slice(0, 12)}`
  switch (verdict._tag) {
    case "Same":
      return []
    case "Failed":
      return [`${name} could not be run again: ${verdict.message}`]
    case "OtherBytes":
      return [
        `${name} differs from byte ${verdict.at} on (${verdict.lengths[0]} bytes in the cache, ${verdict.lengths[1]} now)`
      ]
    case "OtherTable":
      return [`${name} differs, cache → now:`, ...differenceLines(verdict.difference).map((line) => `  ${line}`)]
  }
}

const recordOf = (one: Audited) => {
  const { step, verdict } = one
  return {
    node: nameOf(one),
    key: step.key,
    verdict: verdict._tag,
    ...(verdict._tag === "OtherTable"
      && verdict.difference !== undefined && {
        moved: verdict.difference.moved.map(({ column, entries, first }) => ({
          column,
          entries,
          first: changeText(first)
        }))
      }),
    ...(verdict._tag === "OtherBytes" && { at: verdict.at }),
    ...(verdict._tag === "Failed" && { message: verdict.message })
  }
}

/** Results of the cache are not what their stages give. */
export class Differing extends Schema.TaggedError<Differing>()("Differing", { results: Schema.Int }) {
  override get message() {
    const [these, they] = this.results === 1 ? ["result is", "it was"] : ["results are", "they were"]
    return `${this.results} ${these} not what the stages give: ${they} changed in the cache, or a stage depends on more than its parameters, inputs and code; build them anew in an empty cache (--cache) to see which`
  }
}
