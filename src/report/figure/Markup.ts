/**
 * A label's small TeX: plain text with maths between dollars, such as `time $t = \eta\cdot$step` or `$10^{-3}$`.
 *
 * It knows letters (italic), digits, Greek, common operators, `^` and `_`, `\mathrm`, `\mathbf`, `\hat`, `\bar`,
 * `\tilde`, `\dot`;
 * a dollar is written `\$`. Spaces within maths are set by the kind of each symbol, as TeX does.
 */
import type { Run, Style, Text } from "./Text.ts"

/** A label as runs of text. */
export const parse = (label: string): Text => {
  const pieces = label.replaceAll("\\$", "\uE000").split("$")
  if (pieces.length % 2 === 0) throw new WrongLabel(label, "opens maths with $ and does not close it")
  return join(
    pieces.flatMap((piece, index) => {
      const text = piece.replaceAll("\uE000", "$")
      return index % 2 === 0 ? [run(text, "regular")] : maths(label, text)
    })
  )
}

type Kind = "ordinary" | "operator" | "binary" | "relation" | "open" | "close" | "punctuation"
interface Atom {
  readonly kind: Kind
  readonly runs: Text
}

const run = (text: string, style: Style): Run => ({ text, style, size: 1, rise: 0, shift: 0 })

const maths = (label: string, source: string): Text => {
  const tokens = source.match(/\\[A-Za-z]+|\\.|[^\\]/gu) ?? []
  const reader = { label, tokens, next: 0 }
  const runs = list(reader, false)
  if (reader.next < tokens.length) throw new WrongLabel(label, "closes a brace that it did not open")
  return runs
}

interface Reader {
  readonly label: string
  readonly tokens: ReadonlyArray<string>
  next: number
}

/** Everything up to the closing brace or the end, with the spaces between neighbours. */
const list = (reader: Reader, small: boolean): Text => {
  const atoms: Array<Atom> = []
  while (reader.next < reader.tokens.length && reader.tokens[reader.next] !== "}") {
    const token = reader.tokens[reader.next]!
    if (/^\s$/u.test(token)) reader.next++
    else if (token === "^" || token === "_") atoms.push(scripted(reader, atoms.pop() ?? { kind: "ordinary", runs: [] }))
    else atoms.push(atom(reader))
  }
  return spaced(atoms, small)
}

/** A base with the scripts that follow it; a second script stands above or below the first. */
const scripted = (reader: Reader, base: Atom): Atom => {
  const up = reader.tokens[reader.next++] === "^"
  const scripts = group(reader, true)
  const last = base.runs.at(-1)
  const stacked = last !== undefined && last.rise !== 0 && Math.sign(last.rise) === (up ? -1 : 1)
  const moved = scripts.map((part, index) => ({
    ...part,
    size: part.size * 0.7,
    rise: part.rise * 0.7 + (up ? 0.36 : -0.2),
    shift: part.shift * 0.7 + (index === 0 ? 0.04 : 0),
    ...(stacked && index === 0 && { stacked })
  }))
  return { kind: base.kind, runs: [...base.runs, ...moved] }
}

/** What stands in braces, or one symbol. */
const group = (reader: Reader, small: boolean): Text => {
  while (/^\s$/u.test(reader.tokens[reader.next] ?? "")) reader.next++
  const token = reader.tokens[reader.next]
  if (token === undefined || token === "}")
    throw new WrongLabel(reader.label, "lacks what ^, _ or a command applies to")
  if (token !== "{") return atom(reader).runs
  reader.next++
  const runs = list(reader, small)
  if (reader.tokens[reader.next++] !== "}") throw new WrongLabel(reader.label, "opens a brace and does not close it")
  return runs
}

/** What stands in braces as it is, spaces too. */
const verbatim = (reader: Reader): string => {
  const end = reader.tokens.indexOf("}", reader.next)
  if (reader.tokens[reader.next] !== "{" || end < 0)
    throw new WrongLabel(reader.label, "lacks the braces that a command applies to")
  const text = reader.tokens.slice(reader.next + 1, end).join("")
  reader.next = end + 1
  return text
}

const atom = (reader: Reader): Atom => {
  const token = reader.tokens[reader.next]!
  if (token === "{") return { kind: "ordinary", runs: group(reader, false) }
  reader.next++
  if (token.length > 1 && token.startsWith("\\")) return command(reader, token.slice(1))
  const kind = kinds[token] ?? "ordinary"
  return {
    kind,
    runs: [run(token === "-" ? "−" : token === "'" ? "′" : token, /^\p{L}$/u.test(token) ? "italic" : "regular")]
  }
}

const command = (reader: Reader, name: string): Atom => {
  const letter = letters[name] ?? letters[`var${name}`]
  if (letter !== undefined) {
    return { kind: "ordinary", runs: [run(letter, letter === letter.toLowerCase() ? "italic" : "regular")] }
  }
  if (name in symbols) {
    const [text, kind] = symbols[name]!
    return { kind, runs: [run(text, "regular")] }
  }
  if (name in accents) {
    const [first, ...others] = group(reader, false)
    return {
      kind: "ordinary",
      runs: first === undefined ? [] : [{ ...first, text: first.text + accents[name]! }, ...others]
    }
  }
  if (name === "text" || name === "mathrm") return { kind: "ordinary", runs: [run(verbatim(reader), "regular")] }
  if (name in styles)
    return { kind: "ordinary", runs: group(reader, true).map((part) => ({ ...part, style: styles[name]! })) }
  if (functions.has(name)) return { kind: "operator", runs: [run(name, "regular")] }
  throw new WrongLabel(reader.label, `uses \\${name}, which labels do not know`)
}

/**
 * TeX's spaces: medium about relations and binary signs, thin after punctuation and about function names; none in
 * scripts.
 */
const spaced = (atoms: ReadonlyArray<Atom>, small: boolean): Text => {
  const settled = atoms.map((atom, index): Atom => {
    const before = atoms[index - 1]?.kind
    const unary =
      before === undefined
      || before === "relation"
      || before === "open"
      || before === "binary"
      || before === "punctuation"
    return atom.kind === "binary" && (unary || index === atoms.length - 1) ? { ...atom, kind: "ordinary" } : atom
  })
  return settled.flatMap(({ kind, runs }, index) => {
    const space = index === 0 || small ? 0 : between(settled[index - 1]!.kind, kind)
    return space === 0 ? runs : runs.map((part, place) => (place === 0 ? { ...part, shift: part.shift + space } : part))
  })
}

const between = (left: Kind, right: Kind): number => {
  if (left === "relation" || right === "relation") return 0.25
  if (left === "binary" || right === "binary") return 0.2
  if (left === "punctuation") return 0.17
  if (left === "operator") return right === "open" || right === "close" ? 0 : 0.17
  return right === "operator" && left !== "open" ? 0.17 : 0
}

/** Neighbouring runs of one look are one run. */
const join = (runs: Text): Text =>
  runs.reduce<Array<Run>>((joined, next) => {
    const last = joined.at(-1)
    if (next.text === "") return joined
    const same =
      last !== undefined
      && next.stacked !== true
      && next.shift === 0
      && last.style === next.style
      && last.size === next.size
      && last.rise === next.rise
    if (same) joined[joined.length - 1] = { ...last, text: last.text + next.text }
    else joined.push(next)
    return joined
  }, [])

/** Names and what they stand for, written in turns. */
const pairs = (list: string): ReadonlyArray<readonly [name: string, text: string]> =>
  list.split("  ").map((pair) => pair.split(" ") as [string, string])

const kinds: Readonly<Record<string, Kind>> = Object.fromEntries(
  ([["+-*·×±−", "binary"], ["=<>≤≥≈→∈", "relation"], ["([", "open"], [")]", "close"], [",;", "punctuation"]] as const)
    .flatMap(([characters, kind]) => [...characters].map((character) => [character, kind] as const))
)

/** A letter that TeX knows in two shapes is listed by the name of the rounder one, and is that one by either name. */
const letters: Readonly<Record<string, string>> = Object.fromEntries(pairs(
  "alpha α  beta β  gamma γ  delta δ  varepsilon ε  zeta ζ  eta η  theta θ  iota ι  kappa κ  lambda λ  mu μ  nu ν  " +
  "xi ξ  pi π  rho ρ  sigma σ  tau τ  upsilon υ  varphi φ  chi χ  psi ψ  omega ω  ell ℓ  " +
  "Gamma Γ  Delta Δ  Theta Θ  Lambda Λ  Xi Ξ  Pi Π  Sigma Σ  Phi Φ  Psi Ψ  Omega Ω"
))

const ofKind: Readonly<Partial<Record<Kind, string>>> = {
  binary: "cdot ·  times ×  pm ±  circ ∘",
  relation: "le ≤  leq ≤  ge ≥  geq ≥  ll ≪  gg ≫  approx ≈  sim ∼  propto ∝  equiv ≡  to →  in ∈",
  operator: "sum ∑  prod ∏  int ∫",
  ordinary: "sqrt √  infty ∞  partial ∂  nabla ∇  top ⊤  prime ′  dots …  ldots …  | ‖  "
    + "% %  _ _  & &  # #  , \u2009  ; \u00A0",
  open: "langle ⟨  { {",
  close: "rangle ⟩  } }"
}
const symbols: Readonly<Record<string, readonly [text: string, kind: Kind]>> = {
  ...Object.fromEntries(
    Object.entries(ofKind).flatMap(([kind, list]) => pairs(list).map(([name, text]) => [name, [text, kind as Kind]]))
  ),
  left: ["", "ordinary"],
  right: ["", "ordinary"],
  " ": ["\u00A0", "ordinary"]
}

const accents: Readonly<Record<string, string>> = { hat: "\u0302", bar: "\u0304", tilde: "\u0303", dot: "\u0307" }
const styles: Readonly<Record<string, Style>> = { mathbf: "bold", mathit: "italic" }
const functions: ReadonlySet<string> = new Set("log ln exp min max det tr sin cos dim sup inf Pr".split(" "))

/** A label is not written as labels are. */
export class WrongLabel extends Error {
  constructor(label: string, what: string) {
    super(
      `the label "${label}" ${what}; labels are text with simple TeX between dollars, ` +
        `such as "time $t = \\eta\\cdot$step" (a dollar itself is \\$)`
    )
  }
}
