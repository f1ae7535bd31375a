/** The page's style: a text column with its contents beside it, light and dark, on screen and on paper. */
export const style = `
:root { color-scheme: light dark; --ink: #1a1a1a; --soft: #5c5c5c; --paper: #ffffff; --line: #d9d9d9; --panel: #f6f6f4; --link: #00538a; --good: #00694b; --bad: #a33300; --open: #6b5200; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e6e1; --soft: #a8a6a0; --paper: #16181a; --line: #3a3d40; --panel: #1f2224; --link: #7cc0ee; --good: #52c79c; --bad: #ff9167; --open: #e3c15c; } }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: var(--paper); font: 17px/1.55 "STIX Two Text", "Source Serif 4", Charter, Georgia, serif; display: grid; grid-template-columns: minmax(14rem, 19rem) minmax(0, 46rem); gap: 3rem; justify-content: center; padding: 2rem 1.5rem 6rem; }
main { min-width: 0; }
nav { position: sticky; top: 2rem; align-self: start; max-height: calc(100vh - 4rem); overflow-y: auto; font-size: .86rem; line-height: 1.4; }
nav h2 { font-size: .8rem; letter-spacing: .06em; text-transform: uppercase; color: var(--soft); margin: 0 0 .5rem; }
nav ol, nav ul { padding-left: 1.1rem; margin: 0 0 1.6rem; }
nav ul.verdicts { list-style: none; padding: 0; }
nav li { margin: .35rem 0; }
a { color: var(--link); text-decoration: none; }
a:hover, a:focus-visible { text-decoration: underline; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem 1rem; z-index: 1; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 1.2rem; font-weight: 600; }
h2 { font-size: 1.35rem; margin: 2.6rem 0 .7rem; font-weight: 600; }
h3 { font-size: 1.08rem; margin: 2rem 0 .5rem; font-weight: 600; }
p { margin: .7rem 0; }
figure { margin: 2rem 0; }
.drawing { overflow-x: auto; }
.drawing svg { display: block; margin: 0 auto; }
figcaption { font-size: .9rem; line-height: 1.45; color: var(--ink); margin-top: .6rem; }
figure.table figcaption { margin: 0 0 .6rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .84rem; font-variant-numeric: tabular-nums lining-nums; width: 100%; border-top: 1.5px solid var(--ink); border-bottom: 1.5px solid var(--ink); }
th { text-align: left; font-weight: 600; border-bottom: .75px solid var(--ink); }
th, td { padding: .22rem .7rem .22rem 0; vertical-align: top; overflow-wrap: anywhere; }
th { overflow-wrap: normal; }
code { font: .82em ui-monospace, "DejaVu Sans Mono", Menlo, monospace; overflow-wrap: anywhere; }
pre { background: var(--panel); padding: .8rem 1rem; overflow-x: auto; border-radius: 4px; }
details.made { font-size: .82rem; color: var(--soft); margin-top: .3rem; }
details.made ul { padding-left: 1.1rem; }
summary { cursor: pointer; }
.verdict { background: var(--panel); border-left: 3px solid var(--line); padding: .5rem 1rem; margin: 1.2rem 0; border-radius: 0 4px 4px 0; }
.verdict p { margin: .25rem 0; }
.kind { color: var(--soft); font-size: .85em; }
.evidence { font-size: .88rem; color: var(--soft); }
.mark { font-variant-caps: all-small-caps; letter-spacing: .04em; font-weight: 600; border: 1px solid currentColor; border-radius: 3px; padding: 0 .35em; }
.holds, .supported { color: var(--good); }
.fails, .refuted { color: var(--bad); }
.undecided { color: var(--open); }
@media (max-width: 60rem) { body { display: block; padding: 1.2rem; } nav { position: static; max-height: none; } }
@media print { body { display: block; padding: 0; font-size: 10.5pt; } nav, .skip, details.made { display: none; } figure, .verdict, table { break-inside: avoid; } a { color: inherit; } }
`
