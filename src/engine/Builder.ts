/** Builds what is missing, inputs first, each key once; everything independent of a failure goes on. */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Node } from "./Node.ts"

export class Builder extends Context.Service<Builder, {
  /** The table or the bytes of a node, built if it is missing. */
  readonly value: <A, E>(node: Node<A, E>) => Effect.Effect<A, E>
}>()("dln-lab/engine/Builder") {}
