/** Reasons in words: the smallest thing that differs, old and new. */
import { expect, it } from "vitest"
import * as Reason from "../../src/engine/Reason.ts"

const said = (old: unknown, now: unknown) => Reason.say({ _tag: "ParameterChanged", parameter: "p", old, new: now })

it.each<readonly [unknown, unknown, string]>([
  [1, 2, "p changed (1 → 2)"],
  [undefined, 2, "p changed (none → 2)"],
  [{ a: 1, b: 2 }, { a: 1, b: 3 }, "p.b changed (2 → 3)"],
  [{ a: { b: [1, 2, 3] } }, { a: { b: [1, 5, 3] } }, "p.a.b[2] changed (2 → 5)"],
  [{ a: 1, b: 2 }, { a: 2, b: 3 }, `p changed ({"a":1,"b":2} → {"a":2,"b":3})`],
  [{ a: 1 }, { a: 1, b: 3 }, "p.b changed (none → 3)"],
  [[1, 2], [1, 2, 3], "p changed ([1,2] → [1,2,3])"],
  [[1, 2], { 0: 1, 1: 3 }, `p changed ([1,2] → {"0":1,"1":3})`],
  [null, { a: 1 }, `p changed (null → {"a":1})`],
  ["old", "new", `p changed ("old" → "new")`]
])("of %j and %j", (old, now, expected) => expect(said(old, now)).toBe(`its parameter ${expected}`))
