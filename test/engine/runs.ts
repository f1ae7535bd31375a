/** Runs as their logs begin. */
import type * as RunLog from "../../src/engine/RunLog.ts"

export const begun = (run: string): RunLog.Begun => ({
  _tag: "begun", run, pipeline: "λ", preset: "", command: "dln run λ", params: { rate: 0.1 }, code: { sum: "abc" },
  program: "d", version: "1", host: "here", node: "v26", backend: "js", threads: 1, started: "2026-01-01T00:00:00.000Z"
})
