/** The stage that writes `figures.tex`: the figures of a report with their captions, to be read by `\input`. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../../engine/Stage.ts"
import { pageWidth } from "../figure/Measures.ts"
import { inline } from "./markup.ts"

export const Figures = Stage.make(import.meta.url, "figures-tex", {
  params: {
    pipeline: Schema.String,
    /** In the order of the inputs. */
    captions: Schema.Array(Schema.Struct({ number: Schema.Int, caption: Schema.String }))
  },
  inputs: { figures: Stage.many(Stage.Bytes) },
  outputs: Stage.Bytes,
  run: ({ captions, pipeline }, { figures }) =>
    Effect.sync(() =>
      new TextEncoder().encode(
        [head, ...captions.map((one, index) => float(pipeline, one, new TextDecoder().decode(figures[index])))].join("\n")
      )
    )
})

const head = `% Made by dln-lab: \\input{figures.tex} needs the packages amsmath, amssymb and graphicx.
% From another folder, say first where this one is, with a slash at the end:
%   \\newcommand{\\figurefolder}{reports/my-pipeline/}
\\providecommand{\\figurefolder}{}
`

/** A figure that is wider than one column of a journal spans both; one that is higher than a page is scaled down. */
const float = (pipeline: string, { caption, number }: { readonly number: number; readonly caption: string }, svg: string): string => {
  const [, width, height] = /viewBox="0 0 (\S+) ([\d.]+)/.exec(svg)!.map(Number)
  const environment = width! > pageWidth.single + 6 ? "figure*" : "figure"
  return `\\begin{${environment}}[tbp]
  \\centering
  \\includegraphics${height! > tallest ? "[height=0.85\\textheight]" : ""}{\\figurefolder figures/figure-${number}.pdf}
  \\caption{${inline(caption)}}
  \\label{fig:${pipeline}-${number}}
\\end{${environment}}
`
}

/** More points do not fit on a page with a caption. */
const tallest = 560
