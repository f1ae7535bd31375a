/**
 * Work that costs little more for many than for one: what is asked for while it is under way waits, and is then done at
 * once. Where it fails for several, each is tried alone, so that one fails for no other.
 */
export const together = <A>(act: (all: ReadonlyArray<A>) => Promise<void>): (one: A) => Promise<void> => {
  let waiting: Array<Request<A>> = []
  let working = false
  const work = async () => {
    working = true
    while (waiting.length > 0) {
      const all = waiting
      waiting = []
      await serve(act, all)
    }
    working = false
  }
  return (one) => new Promise((done, failed) => {
    waiting.push({ one, done, failed })
    if (!working) void work()
  })
}

interface Request<A> {
  readonly one: A
  readonly done: () => void
  readonly failed: (cause: unknown) => void
}

const serve = async <A>(act: (all: ReadonlyArray<A>) => Promise<void>, requests: ReadonlyArray<Request<A>>): Promise<void> => {
  try {
    await act(requests.map(({ one }) => one))
    for (const { done } of requests) done()
  } catch (cause) {
    if (requests.length === 1) requests[0]!.failed(cause)
    else for (const request of requests) await serve(act, [request])
  }
}
