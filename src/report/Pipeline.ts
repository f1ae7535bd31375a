/**
 * A pipeline is an experiment as a value: its parameters, their presets, and the graph that they describe.
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Node } from "../engine/Node.ts"
import type { Table } from "../engine/Table.ts"
import { wrongFields } from "../engine/wrongFields.ts"
import type { Report } from "./Report.ts"
import { suggestion } from "./suggestion.ts"

type Fields = Schema.Struct.Fields
type Params<P extends Fields> = Schema.Struct<P>["Type"]

/** What a pipeline makes of its parameters. */
export interface Experiment {
  /** Tables that are published: `dln show` exports them and the report's folder holds them. */
  readonly tables: { readonly [name: string]: Node<Table<any>, any> }
  /** Tables built before everything else; each row's `warning` that is not null is said before the run. */
  readonly warnings?: ReadonlyArray<Node<Table<{ readonly warning: string | null }>, any>>
  /** What every caption says of the run, such as its samples and seeds: Markdown. The preset is said without it. */
  readonly conditions?: string
  /** What bands and bars are, for the captions of figures that have them. */
  readonly intervals?: string
  /** What columns are called above the tables of the page (Markdown), and values in their cells (plain text). */
  readonly names?: { readonly [columnOrValue: string]: string }
  readonly report: Report<any>
}

export interface Pipeline<P extends Fields = Fields> {
  readonly _tag: "Pipeline"
  readonly name: string
  /** One line: what question it answers. */
  readonly about: string
  readonly params: P
  readonly defaults: Params<P>
  readonly presets: { readonly [name: string]: Partial<Params<P>> }
  readonly problems: (params: Params<P>) => ReadonlyArray<string>
  readonly build: (params: Params<P>) => Experiment
}

export const make = <const P extends Fields>(
  name: string,
  options: {
    readonly about: string
    /** The schema of each parameter, with its bounds and a `description`: one line of help. */
    readonly params: P
    readonly defaults: NoInfer<Params<P>>
    /** Values that replace defaults; `quick` is what runs where no preset is asked for. */
    readonly presets: { readonly [name: string]: NoInfer<Partial<Params<P>>> }
    /** What is wrong with parameters that are right one by one, a sentence each. */
    readonly problems?: (params: NoInfer<Params<P>>) => ReadonlyArray<string>
  },
  build: (params: Params<P>) => Experiment
): Pipeline<P> => {
  const missing = (["params", "defaults", "presets"] as const).find((field) => typeof options?.[field] !== "object")
  if (missing !== undefined) throw new WrongPipeline(`Pipeline.make("${name}", {…}, …) needs ${missing}: {…}`)
  return { _tag: "Pipeline", name, problems: () => [], ...options, build: (params) => checked(build(params)) }
}

/** Refuses what the types do: the file of a pipeline runs whether or not they are right. */
const checked = (experiment: Experiment): Experiment => {
  const { report, tables } = experiment ?? {}
  if (typeof tables !== "object" || !Array.isArray(report?.content)) {
    throw new WrongPipeline("its last argument returns { tables: { name: node, … }, report: Report`…` }, and gave something else")
  }
  const wrong = Object.entries(tables).find(([, node]) => node?.columns === undefined)
  if (wrong !== undefined) throw new WrongPipeline(`tables.${wrong[0]} is no node of a table`)
  return experiment
}

/** A pipeline is not what `Pipeline.make` takes. */
export class WrongPipeline extends Error {}

/** Whether a module's default export is a pipeline. */
export const is = (value: unknown): value is Pipeline =>
  typeof value === "object" && value !== null && (value as Pipeline)._tag === "Pipeline"

/** A value for one parameter, or for a part of one: `steps.ntk` is `["steps", "ntk"]`. */
export interface Setting {
  readonly path: ReadonlyArray<string>
  readonly value: unknown
}

export const defaultPreset = (pipeline: Pipeline): string | undefined => "quick" in pipeline.presets ? "quick" : undefined

/** Defaults, then the preset, then each setting; everything that is wrong is said at once. */
export const resolve = <P extends Fields>(
  pipeline: Pipeline<P>,
  preset: string | undefined,
  settings: ReadonlyArray<Setting>
): Result.Result<Params<P>, WrongParameters> => {
  const chosen = preset === undefined ? {} : pipeline.presets[preset]
  if (chosen === undefined) {
    return wrong(pipeline, [`there is no preset "${preset}"; ${suggestion(preset!, Object.keys(pipeline.presets))}`])
  }
  const unknown = settings.flatMap(({ path }) => unknownPart(pipeline, path))
  if (unknown.length > 0) return wrong(pipeline, unknown)
  const raw = settings.reduce<any>((params, { path, value }) => assign(params, path, value), { ...pipeline.defaults, ...chosen })
  const schema = Schema.Struct(pipeline.params)
  const checked = Schema.decodeUnknownResult(Schema.toType(schema), { errors: "all", onExcessProperty: "error" })(raw)
  if (Result.isFailure(checked)) return wrong(pipeline, wrongFields(schema, raw, checked.failure.issue))
  const problems = pipeline.problems(checked.success as Params<P>)
  return problems.length > 0 ? wrong(pipeline, problems) : Result.succeed(checked.success as Params<P>)
}

const wrong = (pipeline: Pipeline<any>, problems: ReadonlyArray<string>) =>
  Result.fail(new WrongParameters({ pipeline: pipeline.name, problems }))

const assign = (into: any, [name, ...rest]: ReadonlyArray<string>, value: unknown): any => ({
  ...into,
  [name!]: rest.length === 0 ? value : assign(into?.[name!], rest, value)
})

const unknownPart = (pipeline: Pipeline<any>, path: ReadonlyArray<string>): ReadonlyArray<string> => {
  let known: any = pipeline.defaults
  for (const [depth, name] of path.entries()) {
    if (typeof known !== "object" || known === null || !Object.hasOwn(known, name)) {
      const names = typeof known === "object" && known !== null ? Object.keys(known) : []
      if (depth > 0 && names.length === 0) return [`${path.slice(0, depth).join(".")} has no parts; set it as a whole`]
      const place = depth === 0 ? "no parameter" : `no part of ${path.slice(0, depth).join(".")} named`
      return [`there is ${place} "${name}"; ${suggestion(name, names)}`]
    }
    known = known[name]
  }
  return []
}

/** The parameters of a run are not what the pipeline takes. */
export class WrongParameters extends Schema.TaggedError<WrongParameters>()("WrongParameters", {
  pipeline: Schema.String,
  problems: Schema.Array(Schema.String)
}) {
  override get message() {
    return `wrong parameters for ${this.pipeline}:\n${this.problems.map((problem) => `  · ${problem}`).join("\n")}\nsee all parameters with: dln run ${this.pipeline} --help`
  }
}
