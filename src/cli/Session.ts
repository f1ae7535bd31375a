/**
 * What a command about a pipeline starts from: the experiment that its parameters describe, and the engine over one store.
 */
import { availableParallelism } from "node:os"
import { dirname, relative } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import { Builder } from "../engine/Builder.ts"
import { Events } from "../engine/Events.ts"
import { Executor } from "../engine/Executor.ts"
import { Fingerprints } from "../engine/Fingerprint.ts"
import { canonical } from "../engine/Key.ts"
import type { Any } from "../engine/Node.ts"
import { Store, type StoreFailure } from "../engine/Store.ts"
import * as Kernel from "../linalg/Kernel.ts"
import * as Pipeline from "../report/Pipeline.ts"
import * as Report from "../report/Report.ts"
import { descriptionOf } from "./flags.ts"
import { untilObsolete } from "./obsolete.ts"
import { parseSetting } from "./settings.ts"
import type { Started } from "./Started.ts"
import { typed } from "./words.ts"
import { WrongUse } from "./WrongUse.ts"

/** The flags that every command about a pipeline takes. */
export interface Choice {
  readonly preset: string | undefined
  readonly set: ReadonlyArray<string>
  readonly cache: string
}

export interface Session {
  readonly pipeline: Pipeline.Pipeline
  readonly preset: string
  readonly params: Readonly<Record<string, unknown>>
  readonly experiment: Pipeline.Experiment
  /** Every node that a run builds, the page apart. */
  readonly roots: ReadonlyArray<Any>
  /** What to type to have this run again. */
  readonly command: string
  /** The same as the report says it, which must not depend on where the pipeline's file lies: by its name alone. */
  readonly published: string
  /** What follows the pipeline in it. */
  readonly options: string
}

/** Fails, before anything runs, with all that is wrong about the pipeline and its parameters. */
export const open = Effect.fnUntraced(function*(started: Started, choice: Choice): Effect.fn.Return<
  Session,
  WrongUse | Pipeline.WrongParameters
> {
  const { pipeline, pipelineFile, cwd } = started
  if (!Pipeline.is(pipeline)) {
    return yield* new WrongUse({ problem: `${pipelineFile ?? "the file"} exports no pipeline: write \`export default Pipeline.make("name", {…}, …)\` in it` })
  }
  const settings = choice.set.map(parseSetting)
  const wrong = settings.find(Result.isFailure)
  if (wrong !== undefined) return yield* new WrongUse({ problem: wrong.failure.message })
  const preset = choice.preset ?? Pipeline.defaultPreset(pipeline)
  const own = attempt(started, pipeline.name)
  const resolved = yield* own(() => Pipeline.resolve(pipeline, preset, settings.filter(Result.isSuccess).map(({ success }) => success)))
  const named = nameOf(pipeline, pipelineFile, cwd)
  const params = yield* Effect.mapError(Effect.fromResult(resolved), ({ problems }) => new Pipeline.WrongParameters({ pipeline: named, problems }))
  const experiment = yield* own(() => pipeline.build(params))
  const unfit = [pipeline.name, ...Object.keys(experiment.tables)].find((name) => !isFileName(name))
  if (unfit !== undefined) return yield* new WrongUse({ problem: `${JSON.stringify(unfit)} cannot be the name of a pipeline or a table: reports have files of these names; leave out slashes, and do not begin with a dot` })
  return {
    pipeline,
    preset: preset ?? "",
    params,
    experiment,
    roots: [...(experiment.warnings ?? []), ...Object.values(experiment.tables), ...Report.nodes(experiment.report)],
    command: `dln run ${named}${optionsOf(pipeline, preset, params)}`,
    published: `dln run ${nameOf(pipeline, pipelineFile, dirname(pipelineFile ?? ""))}${optionsOf(pipeline, preset, params)}`,
    options: optionsOf(pipeline, preset, params)
  }
})

/** Runs what the pipeline's file says; where it throws, the message says where in that file. */
const attempt = ({ placeOf }: Started, name: string) => <A>(described: () => A): Effect.Effect<A, WrongUse> =>
  Effect.catchDefect(Effect.sync(described), Effect.fnUntraced(function*(thrown) {
    const place = thrown instanceof Error ? yield* Effect.promise(() => placeOf(thrown.stack ?? "")) : undefined
    const problem = thrown instanceof Error ? thrown.message : String(thrown)
    return yield* new WrongUse({ problem: `${name} describes no graph: ${place === undefined ? "" : `${place}: `}${problem}` })
  }))

/** Of a file that lies in the folder where it is put, whatever the name. */
const isFileName = (name: string): boolean => /^[^./\\\p{Cc}][^/\\\p{Cc}]{0,99}$/u.test(name)

/** How a command line in a folder names the pipeline. */
const nameOf = (pipeline: Pipeline.Pipeline, file: string | undefined, cwd: string): string => {
  const path = file === undefined || file.endsWith(`/pipelines/${pipeline.name}.ts`) ? pipeline.name : relative(cwd, file)
  return typed(path)
}

/** The shortest options for these parameters: those that neither default nor preset gives are spelt out. */
const optionsOf = (pipeline: Pipeline.Pipeline, preset: string | undefined, params: Readonly<Record<string, unknown>>): string => {
  const given: Readonly<Record<string, unknown>> = { ...pipeline.defaults, ...(preset === undefined ? {} : pipeline.presets[preset]) }
  const set = Object.keys(params).filter((name) => canonical(params[name]) !== canonical(given[name]))
    .map((name) => ` --set ${typed(`${name}=${JSON.stringify(params[name])}`)}`)
  return `${preset === undefined ? "" : ` --preset ${typed(preset)}`}${set.join("")}`
}

/** What the page of a report says of its run. */
export const contentOf = ({ pipeline, preset, params, published }: Session) => ({
  pipeline: pipeline.name,
  preset,
  command: published,
  params: Object.entries(params).map(([name, value]) => ({
    name,
    value: JSON.stringify(value),
    about: descriptionOf(pipeline.params[name]!)
  }))
})

/** The engine of a command: threads that run the program, over the store in `cache`. */
export const engine = ({ program }: Started, { cache, jobs }: { readonly cache: string; readonly jobs?: number | undefined }): Layer.Layer<
  Builder | Events | Executor | Store,
  StoreFailure
> =>
  Builder.layer.pipe(
    Layer.provide(Fingerprints.layerOf(program.fingerprints)),
    Layer.provideMerge(untilObsolete(
      Executor.layerThreads({
        workers: jobs ?? availableParallelism(),
        program: program.worker,
        store: cache,
        backend: Kernel.backend
      }),
      program.fingerprints
    )),
    Layer.provideMerge(Layer.merge(Events.layer, Store.layerDisk(cache)))
  )
