/**
 * How a stage asks to be run: how many processors and how much memory it takes, how long it may, and how often it is
 * tried again.
 * None of this is in a key, since none of it changes a result.
 */
import { totalmem } from "node:os"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import * as Stage from "./Stage.ts"
import { type Done, type Failure, type Task, TimedOut, WrongOutput } from "./Task.ts"
import { StoreFailure } from "./StoreFailure.ts"

/** Runs a task when there is room for it, within the limits of its stage; says once when it starts. */
export interface Within {
  (task: Task, starts: () => void, run: Effect.Effect<Done, Failure>): Effect.Effect<Done, Failure>
}

/**
 * With so many processors and so much memory, in MiB. Who came first is first, so that a stage that needs much waits for
 * no more than it must.
 */
export const make = (width: number, memory: number = machine()): Effect.Effect<Within> =>
  Effect.map(
    Effect.all([Semaphore.make(width), Semaphore.make(memory), Semaphore.make(1)]),
    ([processors, bytes, turn]): Within => (task, starts, run) => {
      const { cpu, memory: needed, timeout, times } = Stage.made.get(task.stage)?.limits ?? Stage.unlimited
      const room = turn.withPermit(
        Effect.andThen(processors.takeScoped(Math.min(cpu, width)), bytes.takeScoped(Math.min(needed, memory)))
      )
      const tries = Effect.retry(timed(task, run, timeout), { times, while: mayEndOtherwise, schedule: pauses })
      return Effect.scoped(Effect.andThen(room, Effect.andThen(Effect.sync(starts), tries)))
    }
  )

/** What fails by the state of the world is given longer and longer to pass: 0.1 s, 0.2 s, … up to 10 s. */
const pauses = Schedule.min([Schedule.exponential("100 millis"), Schedule.spaced("10 seconds")])

/** What this process may use: less than the machine has, in a container that is limited. */
const machine = (): number => Math.floor(Math.min(totalmem(), process.constrainedMemory() || Infinity) / 2 ** 20)

const timed = (task: Task, run: Effect.Effect<Done, Failure>, timeout: Duration.Duration | undefined) =>
  timeout === undefined ? run : Effect.timeoutOrElse(run, {
    duration: timeout,
    orElse: () => Effect.fail(new TimedOut({ stage: task.stage, seconds: Duration.toSeconds(timeout) }))
  })

/** A wrong output and a store that cannot be used stay so. */
const mayEndOtherwise = (failure: Failure): boolean => !isLasting(failure)

const isLasting = Schema.is(Schema.Union([WrongOutput, StoreFailure]))
