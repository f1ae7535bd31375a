/**
 * Work that several ask for at the same time is done once. It stops when nobody waits for it any more,
 * and it does not stop because the first who asked gives up.
 */
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Hash from "effect/Hash"
import * as RcMap from "effect/RcMap"
import type * as Scope from "effect/Scope"

/** Does the work, or waits for the same work that is under way; `mine` says which. */
export interface Once<A, E> {
  (key: string, work: Effect.Effect<A, E>): Effect.Effect<{ readonly value: A; readonly mine: boolean }, E>
}

export const make = <A, E>(): Effect.Effect<Once<A, E>, never, Scope.Scope> =>
  Effect.map(
    RcMap.make({ lookup: (request: Request<A, E>) => Effect.map(request.work, (value) => ({ value, by: request })) }),
    (running): Once<A, E> => (key, work) => {
      const request = new Request(key, work)
      return Effect.scoped(Effect.map(RcMap.get(running, request), ({ by, value }) => ({ value, mine: by === request })))
    }
  )

class Request<A, E> implements Equal.Equal {
  readonly key: string
  readonly work: Effect.Effect<A, E>

  constructor(key: string, work: Effect.Effect<A, E>) {
    this.key = key
    this.work = work
  }

  [Equal.symbol](other: Equal.Equal): boolean {
    return other instanceof Request && other.key === this.key
  }

  [Hash.symbol](): number {
    return Hash.string(this.key)
  }
}
