/**
 * Styles for a page that holds figures inline: they take the page's text colour and paper, and lighter inks where the
 * page is dark.
 * Outside a page a figure is black on white.
 */
import { inks } from "./Palette.ts"

export const onPage = (figures: ReadonlyArray<string>): string => {
  const used = [...new Set(figures.flatMap((svg) => svg.match(/(?<=(?:stroke|fill)=")#[0-9a-f]{6}(?=")/g) ?? []))].sort()
  const rules = used.flatMap((color) => {
    const lighter = chosen[color] ?? lightened(color)
    return lighter === color
      ? []
      : [
        `  .figure [stroke="${color}"] { stroke: ${lighter} }`,
        // Cells keep their colour, on which their numbers are written, and so does the bar that explains them.
        `  .figure :not(rect, text, .cells *)[fill="${color}"] { fill: ${lighter} }`
      ]
  })
  return `.figure { color: inherit }
.figure > .paper { fill: none }
@media screen and (prefers-color-scheme: dark) {
${rules.join("\n")}
}`
}

/** The inks of categories have counterparts of their own. */
const chosen: Readonly<Record<string, string>> = {
  [inks.blue]: "#4aa8e0",
  [inks.vermillion]: "#f07c2e",
  [inks.green]: "#2fc29a",
  [inks.grey]: "#9a9a9a"
}

/** The colour brighter, then with white, until it stands out from a dark page: a contrast of 4 to 1 (WCAG 2). */
const lightened = (color: string): string => {
  const own = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16))
  const shares = Array.from({ length: 21 }, (_, step) => step / 20)
  const white = [255, 255, 255]
  const bright = mixed(own.map((channel) => (channel * 255) / Math.max(1, ...own)), white, 0.25)
  const found = [
    ...shares.map((share) => mixed(own, bright, share)),
    ...shares.map((share) => mixed(bright, white, share))
  ].find((channels) => luminance(channels) >= 0.19)!
  return `#${found.map((channel) => Math.round(channel).toString(16).padStart(2, "0")).join("")}`
}

const mixed = (one: ReadonlyArray<number>, other: ReadonlyArray<number>, share: number): ReadonlyArray<number> =>
  one.map((channel, index) => channel + share * (other[index]! - channel))

const luminance = (channels: ReadonlyArray<number>): number => {
  const [red, green, blue] = channels.map((channel) => {
    const share = channel / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}
