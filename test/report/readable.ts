import { assert } from "@effect/vitest"
import { overlap, parseSvg, textsOf } from "./svgTexts.ts"

/**
 * A figure that any program can open: well-formed XML that resvg draws, nothing outside the page, no text over
 * another.
 */
export const readable = (svg: string): ReadonlyArray<string> => {
  parseSvg(svg)
  assert.notMatch(svg, /NaN|Infinity|undefined|null/)
  const [, width, height] = /viewBox="0 0 (\S+) (\S+)"/.exec(svg)!.map(Number)
  const texts = textsOf(svg)
  for (const { box, text } of texts)
    assert.isTrue(
      box.left >= -0.05 && box.top >= -0.05 && box.right <= width! + 0.05 && box.bottom <= height! + 0.05,
      `"${text}" leaves the page`
    )
  const labels = texts.filter(({ kind }) => kind !== "cell" && kind !== "empty")
  labels.forEach((one, index) =>
    labels
      .slice(index + 1)
      .forEach((other) => assert.isFalse(overlap(one.box, other.box), `"${one.text}" touches "${other.text}"`))
  )
  return texts.map(({ text }) => text)
}
