import { execFileSync } from "node:child_process"
import { expect, it } from "vitest"
import { several, typed } from "../../src/cli/words.ts"

it("what is to be typed is read by a shell as it was meant", () => {
  for (const word of ["plain-1.ts", "with space", "it's", "a=[\"b\"]", "$HOME", "`ls`", "ü λ", "\\", "''"]) {
    expect(execFileSync("sh", ["-c", `printf %s ${typed(word)}`], { encoding: "utf8" })).toBe(word)
  }
  expect(typed("path/to/mine.ts")).toBe("path/to/mine.ts")
})

it("one is not several", () => expect([0, 1, 2].map((count) => several(count, "part"))).toEqual(["0 parts", "1 part", "2 parts"]))
