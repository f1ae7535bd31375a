/** What a run would do now that a source was saved: the stages of which something is built, and why. */
import * as Effect from "effect/Effect"
import { Builder } from "../../engine/Builder.ts"
import * as Plan from "../../engine/Plan.ts"
import * as Stage from "../../engine/Stage.ts"
import { codeChanges, codeFolder } from "../codeChanges.ts"
import { reasons } from "../plan.ts"
import * as Session from "../Session.ts"
import type { Started } from "../Started.ts"

export interface Replanned {
  readonly lines: ReadonlyArray<string>
  /** The actions that are to be built, as far as they are known. */
  readonly actions: ReadonlyArray<string>
}

export const replan = (started: Started, choice: Session.Choice): Promise<Replanned> =>
  Effect.runPromise(Effect.gen(function*() {
    const session = yield* Session.open(started, choice)
    const plan = yield* Effect.provide(
      Builder.use((builder) => builder.plan(session.roots)),
      Session.engine(started, choice)
    )
    const builds = Plan.builds(plan)
    const folders = [codeFolder(started.program)]
    return {
      lines: [
        builds.length === 0
          ? "everything is there"
          : `${builds.length} to build, ${Plan.calls(plan).length - builds.length} already there`,
        ...[...Map.groupBy(builds, ({ name }) => name)].flatMap(([name, steps]) => [
          `  ${name}: ${steps.length} to build; ${reasons(steps)}`,
          ...codeOf(steps).flatMap(([old, now]) => codeChanges(folders, old, now).map((change) => `    ${change}`))
        ])
      ],
      actions: builds.flatMap(({ action }) => action ?? [])
    }
  }))

/** The change of the code of a stage, if that is why some of its calls are built. */
const codeOf = (steps: ReadonlyArray<Plan.CallStep>): ReadonlyArray<readonly [old: string, now: string]> => {
  const reason = steps.find(({ reason }) => reason?._tag === "CodeChanged")?.reason
  return reason?._tag === "CodeChanged" ? [[reason.old, reason.new]] : []
}

/** Stages are made anew with the modules that declare them. */
export const forget = (): void => Stage.made.clear()
