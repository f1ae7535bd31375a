/** Builds what is missing, inputs first, each key once; everything independent of a failure goes on. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Construction from "./Construction.ts"
import { Events } from "./Events.ts"
import { Executor } from "./Executor.ts"
import { Fingerprints } from "./Fingerprint.ts"
import type { Outcome } from "./Frontier.ts"
import type { Any, Node } from "./Node.ts"
import * as Once from "./Once.ts"
import * as Plan from "./Plan.ts"
import { Store } from "./Store.ts"
import type { StoreFailure } from "./StoreFailure.ts"
import { type Failure, Unforeseen } from "./Task.ts"

/** A build that is over: what became of each step. */
export interface Run {
  readonly plan: Plan.Plan
  /** By the step's key. */
  readonly outcomes: ReadonlyMap<string, Outcome>
  readonly seconds: number
}

export class Builder extends Context.Service<Builder, {
  /** What building these nodes would do. */
  readonly plan: (nodes: ReadonlyArray<Any>) => Effect.Effect<Plan.Plan, StoreFailure>
  /** Builds what is missing of these nodes. A step's failure is an outcome like others; only an unusable store fails. */
  readonly build: (nodes: ReadonlyArray<Any>) => Effect.Effect<Run, StoreFailure>
  /** The table or the bytes of a node, built if it is missing. What no stage declares, such as a crash, is a defect. */
  readonly value: <A, E>(node: Node<A, E>) => Effect.Effect<A, E>
}>()("dln-lab/engine/Builder") {
  static readonly layer: Layer.Layer<Builder, never, Events | Executor | Fingerprints | Store> = Layer.effect(
    Builder,
    Effect.gen(function*() {
      const store = yield* Store
      const events = yield* Events
      const fingerprints = yield* Fingerprints
      const tools = { store, events, executor: yield* Executor, once: yield* Once.make<Construction.Made, Failure>() }

      const planned = (nodes: ReadonlyArray<Any>) =>
        Effect.map(store.snapshot, (snapshot) => ({ snapshot, plan: Plan.plan(nodes, { fingerprints, snapshot }) }))

      const built = Effect.fnUntraced(function*(nodes: ReadonlyArray<Any>) {
        const started = performance.now()
        const seconds = () => (performance.now() - started) / 1000
        const { plan, snapshot } = yield* planned(nodes)
        const site = Construction.make(plan, snapshot, tools)
        yield* Effect.onInterrupt(Construction.run(site), () => Effect.sync(() => events.emit({ _tag: "interrupted", seconds: seconds() })))
        events.emit({ _tag: "finished", ...Construction.tally(site), seconds: seconds() })
        return { site, run: { plan, outcomes: Construction.outcomes(site), seconds: seconds() } }
      })

      return {
        plan: (nodes) => Effect.map(planned(nodes), ({ plan }) => plan),
        build: (nodes) => Effect.map(built(nodes), ({ run }) => run),
        value: (node) => Effect.flatMap(Effect.orDie(built([node])), ({ site }) => valueOf(site, node))
      }
    })
  )

  /** Everything in this thread and in memory; the fingerprint of a stage is its name. */
  static readonly layerTest: Layer.Layer<Builder | Events | Executor | Store> = Layer.suspend(() => Builder.layer.pipe(
    Layer.provide(Layer.succeed(Fingerprints, { of: ({ name }) => name })),
    Layer.provideMerge(Executor.layerInline),
    Layer.provideMerge(Layer.merge(Events.layer, Store.layerMemory))
  ))
}

/** Fails as a stage upstream declares. What no stage declares is in no node's type, and so it is a defect. */
const valueOf = <A, E>(site: Construction.Construction, node: Node<A, E>): Effect.Effect<A, E> => {
  const load: (address: string) => Effect.Effect<unknown, StoreFailure> = node.columns === undefined ? site.store.bytes : site.store.table
  return Effect.catch(
    Construction.read(site, site.plan.roots[0]!, load) as Effect.Effect<A, Failure>,
    (failure) => Schema.is(Unforeseen)(failure) ? Effect.die(failure) : Effect.fail(failure as E)
  )
}
