/** `dln run`: builds what is missing, judges the claims, typesets the report. */
import { hostname } from "node:os"
import { join } from "node:path"
import { styleText } from "node:util"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Builder, type Run } from "../engine/Builder.ts"
import { Events } from "../engine/Events.ts"
import type { Outcome } from "../engine/Frontier.ts"
import { Executor } from "../engine/Executor.ts"
import type { Any } from "../engine/Node.ts"
import * as Plan from "../engine/Plan.ts"
import * as RunLog from "../engine/RunLog.ts"
import { Store } from "../engine/Store.ts"
import { StageDefect } from "../engine/Task.ts"
import { conclude } from "../report/conclude.ts"
import { describe } from "../report/describe.ts"
import { files } from "../report/files.ts"
import * as Publish from "../report/publish.ts"
import { cellText } from "../report/cellText.ts"
import * as flags from "./flags.ts"
import { progress } from "./Progress.ts"
import { screen } from "./Screen.ts"
import * as Session from "./Session.ts"
import { spans } from "./spans.ts"
import type { Started } from "./Started.ts"
import { summary, verdictLines } from "./words.ts"
import { Unfinished } from "./Unfinished.ts"

const options = {
  pipeline: flags.pipeline,
  ...flags.choice,
  reports: Flag.String("reports").pipe(Flag.filter((folder) => folder !== "", () => "the name of a folder"), Flag.withDescription("the folder that reports are written to (default: reports)"), Flag.withDefault("reports")),
  jobs: flags.jobs,
  quiet: Flag.Boolean("quiet").pipe(Flag.withDescription("no progress, only results"), Flag.withDefault(false)),
  json: flags.json,
  // The launcher takes it from the command line: it runs this command again each time.
  watch: Flag.Boolean("watch").pipe(Flag.withDescription("run again whenever the pipeline or what it imports is saved, until Ctrl-C"), Flag.withDefault(false))
}

export const run = (started: Started) =>
  Command.make("run", options, Effect.fn("run")(function*(chosen) {
    const session = yield* Session.open(started, chosen)
    yield* Effect.provide(build(started, session, chosen), Session.engine(started, chosen))
  }))

const build = Effect.fnUntraced(function*(started: Started, session: Session.Session, { reports, quiet, json }: { readonly reports: string; readonly quiet: boolean; readonly json: boolean }) {
  const [builder, store, events, executor] = [yield* Builder, yield* Store, yield* Events, yield* Executor]
  const began = new Date()
  const id = `${began.toISOString().replace(/[-:]|\.\d+/g, "")}-${process.pid}`
  const readOnly = yield* readOnlyFor(session)

  const view = progress(screen, { quiet, width: executor.width })
  yield* events.listen(view.hear)
  yield* Effect.addFinalizer(() => Effect.sync(view.close))
  yield* spans
  const about = {
    run: id, command: session.command, started: began.toISOString(), host: hostname(), node: process.version,
    backend: executor.backend, threads: executor.width, version: started.version, program: started.program.digest
  }
  const { name: pipeline } = session.pipeline
  const end = readOnly ? () => Effect.void : yield* RunLog.keep({ _tag: "begun", ...about, pipeline, preset: session.preset, params: session.params, code: started.program.fingerprints })

  const warned = yield* warn(session, builder, store)
  const { built, typeset, verdicts, folder, tables, files } = yield* mended(produce(session, reports), (message) => {
    view.close()
    return Console.error(`${message.replace(/, and run the pipeline again to rebuild it$/, "")}; it is built again`)
  })
  const seconds = (Date.now() - began.getTime()) / 1000
  const nodes = nodesOf([...warned, built, typeset])
  const claims = verdicts.map(({ name, kind, verdict }) => ({ name, kind, verdict }))
  yield* Publish.write(folder, "run.json", new TextEncoder().encode(`${JSON.stringify({ ...about, seconds, nodes }, null, 2)}\n`))
  const failed = nodes.filter(({ state }) => state === "failed").length
  const broken = verdicts.filter(({ verdict }) => verdict === "fails").length
  const unfinished = failed + broken === 0 ? undefined : new Unfinished({ failed, broken })
  yield* describe(folder, files, {
    name: pipeline, about: session.pipeline.about, params: Session.contentOf(session).params, verdicts,
    run: { ...about, finished: new Date().toISOString(), error: unfinished?.message }
  })
  yield* end({ _tag: "ended", seconds, tables, files, claims })

  view.close()
  yield* tellPlaces(started, [...built.outcomes.values()])
  const report = join(folder, "index.html")
  if (json) {
    yield* Console.log(JSON.stringify({ pipeline, report, seconds, nodes, claims }))
  } else {
    if (!quiet) for (const line of summary(nodes, seconds)) yield* Console.error(line)
    for (const line of verdictLines(verdicts, (style, text) => styleText(style, text))) yield* Console.log(line)
    yield* Console.log(report)
  }
  if (unfinished !== undefined) return yield* unfinished
}, Effect.scoped)

/** Whether nothing can be written to the cache, which is said: then nothing may be missing in it. */
const readOnlyFor = Effect.fnUntraced(function*({ roots }: Session.Session) {
  const [builder, store] = [yield* Builder, yield* Store]
  const refused = yield* Effect.flip(store.check).pipe(Effect.option)
  if (Option.isNone(refused)) return false
  if (Plan.builds(yield* builder.plan(roots)).length > 0) return yield* refused.value
  yield* Console.error("nothing can be written to the cache, but all is there; of this run no record is kept")
  return true
})

/** Builds what the report needs and writes its folder. */
const produce = Effect.fnUntraced(function*(session: Session.Session, reports: string) {
  const builder = yield* Builder
  const folder = join(reports, session.pipeline.name)
  const built = yield* builder.build(session.roots)
  const linkOf = (node: Any) => built.plan.roots[session.roots.indexOf(node)]!
  const conclusion = yield* conclude(session.experiment, Session.contentOf(session), built, linkOf)
  const typeset = yield* builder.build([conclusion.page, conclusion.latex])

  const addressOf = (run: Run, { output, step }: Plan.Link) => {
    const outcome = run.outcomes.get(step.key)!
    return "outputs" in outcome ? outcome.outputs[output] : undefined
  }
  const addressOfNode = (node: Any) =>
    node === conclusion.page || node === conclusion.latex
      ? addressOf(typeset, typeset.plan.roots[node === conclusion.page ? 0 : 1]!)
      : addressOf(built, linkOf(node))
  const tables = Object.entries(session.experiment.tables).map(([name, node]) => ({ name, address: addressOfNode(node) }))
  const published = files(session.pipeline, session.experiment, conclusion, addressOfNode)
  yield* Publish.publish(folder, published)
  return {
    built, typeset, folder,
    verdicts: conclusion.verdicts,
    tables: Object.fromEntries(tables.flatMap(({ name, address }) => address === undefined ? [] : [[name, address]])),
    files: Object.fromEntries(published.map(({ path, address }) => [path, address]))
  }
})

/** Where a result is found damaged or gone while it is read, it is said and all is done again: what was lost is then built. */
const mended = <A, E extends { readonly _tag: string; readonly message: string }, R>(
  produced: Effect.Effect<A, E, R>,
  say: (message: string) => Effect.Effect<void>
): Effect.Effect<A, E, R> => {
  const isLost = (failure: E) => failure._tag === "Damaged" || failure._tag === "Missing"
  return produced.pipe(
    Effect.tapError((failure) => isLost(failure) ? say(failure.message) : Effect.void),
    Effect.retry({ while: isLost, times: 100 })
  )
}

/** Says, before the work starts, what the pipeline warns of. */
const warn = Effect.fnUntraced(function*({ experiment: { warnings = [] } }: Session.Session, builder: Builder["Service"], store: Store["Service"]) {
  if (warnings.length === 0) return []
  const built = yield* builder.build(warnings)
  const said = new Set<string>()
  for (const { step, output } of built.plan.roots) {
    const outcome = built.outcomes.get(step.key)!
    if (!("outputs" in outcome)) continue
    for (const row of (yield* store.table(outcome.outputs[output]!)).rows) {
      const { warning, ...cell } = row as Readonly<Record<string, unknown>>
      if (typeof warning !== "string" || said.has(warning)) continue
      said.add(warning)
      const axes = Object.entries(cell).filter(([, value]) => typeof value === "string").map(([, value]) => cellText(value))
      yield* Console.error(`warning: ${axes.length === 0 ? "" : `${axes.join(", ")}: `}${warning}`)
    }
  }
  return [built]
})

/** Says where in the user's sources stages threw what nobody foresaw. */
const tellPlaces = Effect.fnUntraced(function*({ placeOf }: Started, outcomes: ReadonlyArray<Outcome>) {
  const defects = outcomes.flatMap((outcome) => outcome._tag === "failed" && outcome.failure instanceof StageDefect ? outcome.failure : [])
  for (const [stage, [first]] of Map.groupBy(defects, ({ stage }) => stage)) {
    const place = yield* Effect.promise(() => placeOf(first?.trace ?? ""))
    if (place !== undefined) yield* Console.error(`${stage} failed at ${place}`)
  }
})

/** What became of each call, for machines; of one that several builds have, what the first made of it. */
const nodesOf = (runs: ReadonlyArray<Run>) => {
  const nodes = new Map(runs.flatMap(({ plan, outcomes }) => Plan.calls(plan).map((step) => [step.key, nodeOf(step, outcomes.get(step.key)!)] as const)).reverse())
  return [...nodes.values()].reverse()
}

const nodeOf = ({ key, name, cell }: Plan.CallStep, outcome: Outcome) => {
  const outputs = "outputs" in outcome ? outcome.outputs : {}
  return {
    stage: name,
    key,
    address: Object.values(outputs)[0] ?? null,
    state: outcome._tag,
    seconds: "seconds" in outcome ? outcome.seconds : 0,
    cell,
    outputs,
    ...(outcome._tag === "failed" && { error: outcome.failure instanceof Error ? outcome.failure.message : String(outcome.failure) }),
    ...(outcome._tag === "skipped" && { because: outcome.because.key })
  }
}
