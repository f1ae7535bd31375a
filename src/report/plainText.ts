/** Markdown with TeX between dollars as text that a terminal prints and a screen reader reads. */

export const plainText = (markdown: string): string =>
  markdown
    .replace(/\$\$?((?:\\.|[^$\\])+)\$\$?/g, (_, tex: string) => ofTeX(tex))
    .replace(/\\([$_*`\\])/g, "$1")
    .replace(/(\*\*|\*|`)(.+?)\1/g, "$2")
    .replace(/\s+/g, " ")
    .trim()

const ofTeX = (tex: string): string =>
  tex
    .replace(/\\[td]?frac\s*(\d|\{[^{}]*\})\s*(\d|\{[^{}]*\})/g, "$1/$2")
    .replace(/\\(hat|bar|tilde|dot)\s*(\{?)(\w)/g, (_, name: string, brace: string, letter: string) => `${brace}${letter}${accents[name]}`)
    .replace(/\\([A-Za-z]+)/g, (_, name: string) => symbols[name] ?? "")
    .replace(/\\[,;:! ]/g, " ")
    .replace(/\\\|/g, "‖")
    .replace(/\\(.)/g, "$1")
    .replace(/\^\{?([⊤\d]+)\}?/g, (_, script: string) => [...script].map((letter) => raised[letter]).join(""))
    .replace(/-/g, "−")
    .replace(/[{}]/g, "")

/** Names and what they stand for, written in turns. */
const pairs = (list: string): Readonly<Record<string, string>> =>
  Object.fromEntries(list.split("  ").map((pair) => pair.split(" ")))

const symbols = pairs(
  "alpha α  beta β  gamma γ  delta δ  epsilon ε  varepsilon ε  zeta ζ  eta η  theta θ  kappa κ  lambda λ  mu μ  nu ν  xi ξ  " +
  "pi π  rho ρ  sigma σ  tau τ  phi φ  varphi φ  chi χ  psi ψ  omega ω  ell ℓ  Gamma Γ  Delta Δ  Theta Θ  Lambda Λ  " +
  "Sigma Σ  Phi Φ  Psi Ψ  Omega Ω  cdot ·  cdots …  dots …  ldots …  times ×  pm ±  le ≤  leq ≤  ge ≥  geq ≥  ll ≪  gg ≫  " +
  "approx ≈  sim ∼  propto ∝  equiv ≡  to →  in ∈  sum ∑  prod ∏  int ∫  sqrt √  infty ∞  partial ∂  nabla ∇  top ⊤  " +
  "log log  ln ln  exp exp  min min  max max  det det  tr tr  dim dim  lVert ‖  rVert ‖  Vert ‖  langle ⟨  rangle ⟩"
)

const accents: Readonly<Record<string, string>> = { hat: "\u0302", bar: "\u0304", tilde: "\u0303", dot: "\u0307" }
const raised = pairs("⊤ ᵀ  0 ⁰  1 ¹  2 ²  3 ³  4 ⁴  5 ⁵  6 ⁶  7 ⁷  8 ⁸  9 ⁹")
