/** Text, Markdown and the values of cells as LaTeX, with no package but amsmath and amssymb. */
import { Marked } from "marked"

/** Text as it is. */
export const escape = (text: string): string =>
  text
    .replace(/[\\{}$&#%_^~]/g, (character) => special[character] ?? `\\${character}`)
    .replace(/[^\x20-\x7E\u00A0-\u017F–—‘’“”…]/gu, (character) => symbols.get(character) ?? (character < " " ? " " : character))

/** A line of Markdown, such as a caption; maths stays as it is. */
export const inline = (markdown: string): string => marked.parseInline(markdown, { async: false }).trim()

/** A cell as `cellText` writes it: numbers are set as maths. */
export const cell = (text: string): string => {
  const [, sign, digits, exponent] = /^(−?)([\d.]+|∞)(?:e(−?\d+))?$/.exec(text) ?? []
  if (digits === undefined) return escape(text)
  const power = exponent === undefined ? "" : ` \\times 10^{${exponent.replace("−", "-")}}`
  return `$${sign === "−" ? "-" : ""}${digits === "∞" ? "\\infty" : digits}${power}$`
}

const special: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "^": "\\textasciicircum{}",
  "~": "\\textasciitilde{}"
}

/** Pairs of a character and what LaTeX calls it; letters of other scripts need a LaTeX that reads them. */
const symbols: ReadonlyMap<string, string> = new Map(
  ("− -  ∞ \\infty  ≤ \\le  ≥ \\ge  ≈ \\approx  ≪ \\ll  ≫ \\gg  → \\to  ∈ \\in  √ \\surd  ∑ \\sum  ∏ \\prod  ‖ \\|  ⊤ \\top  ∇ \\nabla  "
    + "∂ \\partial  ℓ \\ell  α \\alpha  β \\beta  γ \\gamma  δ \\delta  ε \\varepsilon  ζ \\zeta  η \\eta  θ \\theta  κ \\kappa  λ \\lambda  "
    + "μ \\mu  ν \\nu  ξ \\xi  π \\pi  ρ \\rho  σ \\sigma  τ \\tau  φ \\varphi  χ \\chi  ψ \\psi  ω \\omega  Γ \\Gamma  Δ \\Delta  Θ \\Theta  "
    + "Λ \\Lambda  Σ \\Sigma  Φ \\Phi  Ψ \\Psi  Ω \\Omega").split("  ").map((pair) => {
      const [character, name] = pair.split(" ")
      return [character!, `$${name!}$`] as const
    })
)

const marked = new Marked({
  extensions: [{
    name: "maths",
    level: "inline",
    start: (source) => source.indexOf("$"),
    tokenizer: (source) => {
      const match = /^\$((?:\\.|[^$\\])+)\$/.exec(source)
      return match === null ? undefined : { type: "maths", raw: match[0] }
    },
    renderer: ({ raw }) => raw
  }],
  renderer: {
    text(token) {
      return "tokens" in token && token.tokens !== undefined ? this.parser.parseInline(token.tokens) : escape(token.text)
    },
    strong({ tokens }) {
      return `\\textbf{${this.parser.parseInline(tokens)}}`
    },
    em({ tokens }) {
      return `\\emph{${this.parser.parseInline(tokens)}}`
    },
    del({ tokens }) {
      return this.parser.parseInline(tokens)
    },
    link({ tokens }) {
      return this.parser.parseInline(tokens)
    },
    codespan: ({ text }) => `\\texttt{${escape(text)}}`,
    html: ({ text }) => escape(text),
    image: ({ text }) => escape(text),
    br: () => " "
  }
})
