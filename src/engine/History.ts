/**
 * What was built before, indexed so that the nearest earlier build of a step is found without a search.
 *
 * Near is what differs in one thing alone: the code, one parameter, or the inputs. Of several the latest counts.
 */
import { canonical } from "./Key.ts"
import type { Trace } from "./Trace.ts"

/** What is looked for: a call of a stage, its inputs by content. */
export type Sought = Pick<Trace, "fingerprint" | "params" | "inputs">

export class History {
  readonly #traces: () => Iterable<Trace>
  readonly #stages = new Map<string, Past>()
  #grouped: Map<string, Array<Trace>> | undefined

  /** Nothing is read before something is looked for: a plan without a miss needs no history. */
  constructor(traces: () => Iterable<Trace>) {
    this.#traces = traces
  }

  /** The builds of a stage, `undefined` where there is none. */
  of(stage: string): Past | undefined {
    this.#grouped ??= Map.groupBy(this.#traces(), (trace) => trace.stage)
    const traces = this.#grouped.get(stage)
    const past = this.#stages.get(stage) ?? (traces && new Past(traces))
    if (past !== undefined) this.#stages.set(stage, past)
    return past
  }
}

/** The earlier builds of one stage. */
export class Past {
  readonly #latest = new Map<string, Trace>()
  readonly #seconds = new Map<string, Mean>()
  readonly #ids = new Map<string, number>()

  constructor(traces: Iterable<Trace>) {
    for (const trace of traces) {
      const spelt = this.#spell(trace)
      for (const key of [spelt.anyCode, spelt.anyInputs, ...spelt.anyValueOf.values()]) {
        const other = this.#latest.get(key)
        if (other === undefined || other.finished <= trace.finished) this.#latest.set(key, trace)
      }
      for (const key of ["", spelt.params]) this.#seconds.set(key, withOne(this.#seconds.get(key), trace.seconds))
    }
  }

  /** The same parameters and inputs under any code. */
  ofAnyCode(sought: Sought): Trace | undefined {
    return this.#latest.get(this.#spell(sought).anyCode)
  }

  /** The same code and parameters on any inputs. */
  ofAnyInputs(sought: Sought): Trace | undefined {
    return this.#latest.get(this.#spell(sought).anyInputs)
  }

  /** The same code and inputs, and the same parameters but for one, with its name. */
  ofAnyValue(sought: Sought): { readonly parameter: string; readonly trace: Trace } | undefined {
    for (const [parameter, key] of this.#spell(sought).anyValueOf) {
      const trace = this.#latest.get(key)
      if (trace !== undefined) return { parameter, trace }
    }
    return undefined
  }

  /** The mean time of the builds with these parameters, else of all, in seconds. */
  seconds(params: Trace["params"]): number {
    return (this.#seconds.get(this.#paramsOf(params).join()) ?? this.#seconds.get("")!).mean
  }

  /** One short text for each way of being near; what is long is spelt once and then called by a number. */
  #spell({ fingerprint, inputs, params }: Sought) {
    const names = Object.keys(params).sort()
    const values = this.#paramsOf(params)
    const code = this.#id(fingerprint)
    const input = this.#id(canonical(inputs))
    return {
      params: values.join(),
      anyCode: `code ${values.join()} ${input}`,
      anyInputs: `inputs ${code} ${values.join()}`,
      anyValueOf: new Map(names.map((name, index) => [name, `${this.#id(name)} ${code} ${values.with(index, -1).join()} ${input}`]))
    }
  }

  #paramsOf(params: Trace["params"]): ReadonlyArray<number> {
    return Object.keys(params).sort().map((name) => this.#id(`${name}=${canonical(params[name])}`))
  }

  #id(text: string): number {
    const id = this.#ids.get(text)
    if (id === undefined) this.#ids.set(text, this.#ids.size)
    return id ?? this.#ids.size - 1
  }
}

interface Mean {
  readonly count: number
  readonly mean: number
}

const withOne = (mean: Mean = { count: 0, mean: 0 }, value: number): Mean =>
  ({ count: mean.count + 1, mean: mean.mean + (value - mean.mean) / (mean.count + 1) })
