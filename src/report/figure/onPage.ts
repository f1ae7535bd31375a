/**
 * Styles for a page that holds figures inline: they take the page's text colour and paper, and lighter inks where the
 * page is dark.
 * Outside a page a figure is black on white.
 */
import { inks } from "./Palette.ts"

const light: Readonly<Record<string, string>> = {
  [inks.blue]: "#4aa8e0",
  [inks.vermillion]: "#f07c2e",
  [inks.green]: "#2fc29a",
  [inks.grey]: "#9a9a9a"
}

const lighter = Object.entries(light).map(
  ([ink, other]) => `  .figure [stroke="${ink}"] { stroke: ${other} }\n  .figure [fill="${ink}"] { fill: ${other} }`
)

export const onPage = `.figure { color: inherit; max-width: 100%; height: auto }
.figure > .paper { fill: none }
@media (prefers-color-scheme: dark) {
${lighter.join("\n")}
}
`
