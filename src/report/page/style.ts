/** The page's style: a text column with its contents beside it, light and dark, on screen and on paper. */
export const style = `
:root { color-scheme: light dark; --ink: #1b1b1a; --soft: #5a5955; --paper: #ffffff; --line: #d8d6d0; --panel: #f6f5f1; --link: #00538a; --good: #00694b; --bad: #a33300; --open: #6b5200 }
@media screen and (prefers-color-scheme: dark) {
  :root { --ink: #e8e6e1; --soft: #aaa8a1; --paper: #16181a; --line: #3a3d40; --panel: #1f2224; --link: #7cc0ee; --good: #52c79c; --bad: #ff9167; --open: #e3c15c }
}
* { box-sizing: border-box }
html { scroll-padding-top: 1.5rem; font-size: 17px }
body { margin: 0 auto; max-width: 72rem; padding: 2.5rem 2rem 6rem; display: grid; grid-template-columns: minmax(0, 16rem) minmax(0, 46rem); gap: 4rem; justify-content: center; color: var(--ink); background: var(--paper); font: 1rem/1.5 "STIX Two Text", KaTeX_Main, "Times New Roman", serif; font-kerning: normal }
a { color: var(--link); text-decoration: none }
a:hover, main p a { text-decoration: underline; text-decoration-thickness: from-font; text-underline-offset: .15em }
:focus-visible { outline: 2px solid var(--link); outline-offset: 3px; border-radius: 2px }
main:focus { outline: none }
.skip { position: absolute; left: 1rem; top: -6rem; background: var(--paper); padding: .5rem 1rem }
.skip:focus { top: 1rem }
nav { position: sticky; top: 2.5rem; align-self: start; max-height: calc(100vh - 5rem); overflow-y: auto; font-size: .84rem; line-height: 1.4 }
nav .heading { font-size: .74rem; letter-spacing: .09em; text-transform: uppercase; color: var(--soft); margin: 0 0 .6rem }
nav ul { list-style: none; padding: 0; margin: 0 0 2rem }
nav li { margin: .4rem 0 }
nav .depth-3 { padding-left: 1rem }
main { min-width: 0; hyphens: auto; overflow-wrap: break-word }
h1, h2, h3 { line-height: 1.2; font-weight: 700; hyphens: none; text-wrap: balance }
h1 { font-size: 2.1rem; margin: 0 0 1.4rem }
h2 { font-size: 1.4rem; margin: 3rem 0 .8rem }
h3 { font-size: 1.1rem; margin: 2.2rem 0 .6rem }
p { margin: .8rem 0; text-wrap: pretty }
.katex { font-size: 1.06em }
figure { margin: 2.2rem 0 }
.drawing svg { display: block; margin: 0 auto; width: calc(var(--points) * 1.6px); max-width: 100%; height: auto; font-family: "STIX Two Text", KaTeX_Main, serif }
figcaption { font-size: .88rem; line-height: 1.45; margin-top: .7rem }
figure.table figcaption { margin: 0 0 .7rem }
.anchor { color: inherit; font-weight: 700 }
.conditions, .evidence, .kind, .colophon { color: var(--soft) }
:target { scroll-margin-top: 1.5rem }
figure:target .anchor, .verdict:target { background: color-mix(in srgb, var(--open) 18%, var(--paper)) }
/* A table that is cut off has a shade where there is more of it. */
.scroll { overflow-x: auto; background: linear-gradient(to right, var(--paper) 30%, transparent) left / 3rem 100%, linear-gradient(to left, var(--paper) 30%, transparent) right / 3rem 100%, linear-gradient(to right, var(--line), transparent) left / .7rem 100%, linear-gradient(to left, var(--line), transparent) right / .7rem 100%; background-repeat: no-repeat; background-attachment: local, local, scroll, scroll }
.verdict .scroll { background: none }
table { border-collapse: collapse; width: 100%; font-size: .8rem; line-height: 1.35; hyphens: none; border-top: 1.5px solid var(--ink); border-bottom: 1.5px solid var(--ink) }
th, td { padding: .28rem .7rem .28rem 0; text-align: left; vertical-align: baseline }
td { white-space: nowrap }
.many { font-size: .74rem }
.many :is(th, td) { padding-right: .55rem }
th:last-child, td:last-child { padding-right: 0 }
th { font-weight: 700; vertical-align: bottom; border-bottom: .75px solid var(--ink) }
.number { text-align: right }
sup { font-size: .75em; line-height: 0 }
.parameters, .stages { table-layout: fixed }
.parameters td, .stages td { white-space: normal; overflow-wrap: anywhere }
.parameters th:first-child, .stages th:first-child { width: 8rem }
.stages th:nth-child(2) { width: 3.5rem }
.stages th:nth-child(3) { width: 8.2rem; padding-left: .7rem }
.stages td:nth-child(3) { padding-left: .7rem }
code, .parameters td:nth-child(2), .stages td:nth-child(n + 3) { font: .82em/1.4 ui-monospace, "DejaVu Sans Mono", Menlo, monospace; overflow-wrap: anywhere }
pre { background: var(--panel); padding: .8rem 1rem; white-space: pre-wrap; border-radius: 4px; line-height: 1.4 }
details { font-size: .8rem; margin-top: .4rem }
details.made { color: var(--soft) }
summary { cursor: pointer; width: fit-content }
.verdict { background: var(--panel); border-left: 3px solid var(--line); padding: .6rem 1.1rem; margin: 1.4rem 0; border-radius: 0 4px 4px 0 }
.verdict p { margin: .25rem 0 }
.verdict.holds, .verdict.supported { border-color: var(--good) }
.verdict.fails, .verdict.refuted { border-color: var(--bad) }
.verdict.undecided { border-color: var(--open) }
.kind { font-size: .88rem; margin-right: .3em }
.evidence { font-size: .88rem }
.mark { font-size: .66rem; letter-spacing: .07em; text-transform: uppercase; font-weight: 700; border: 1px solid currentColor; border-radius: 3px; padding: .08rem .35rem; white-space: nowrap }
.mark.holds, .mark.supported { color: var(--good) }
.mark.fails, .mark.refuted { color: var(--bad) }
.mark.undecided { color: var(--open) }
.missing { border: 1px dashed var(--bad); padding: .6rem 1.1rem }
@media (max-width: 60rem) {
  body { display: block; padding: 1.5rem 1.2rem 4rem }
  nav { position: static; max-height: none }
}
@media print {
  @page { margin: 20mm 18mm; @bottom-center { content: counter(page); font: 9pt "STIX Two Text", serif } }
  :root { color-scheme: light }
  html { font-size: 10.5pt }
  body { display: block; padding: 0; max-width: none }
  nav, .skip, details.made { display: none }
  h2, h3, figure.table figcaption { break-after: avoid }
  figure:not(.table), figcaption, .verdict, tr, pre { break-inside: avoid }
  figure { margin: 1.4rem 0 }
  .drawing svg { width: calc(var(--points) * 1pt); max-height: 22cm }
  .scroll { overflow: visible; background: none }
  td { white-space: normal }
  thead { display: table-header-group }
  a { color: inherit }
}`
