/**
 * The texts of a figure with the boxes that they fill, measured from the SVG itself with the advance widths in the
 * typefaces' files:
 * it shares no code with what laid the figure out.
 */
import { advanceIn } from "./fontAdvances.ts"

export interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

export interface Shown {
  readonly kind: string
  readonly text: string
  readonly box: Box
}

type Element = {
  readonly name: string
  readonly attributes: Record<string, string>
  readonly children: Array<Element | string>
}

/** A parser for what the figures use of XML; it refuses what is not well formed. */
export const parseSvg = (source: string): Element => {
  const root: Element = { name: "", attributes: {}, children: [] }
  const open = [root]
  const pattern = /<\/([a-z]+)>|<([a-z]+)((?: [a-zA-Z0-9:-]+="[^"<]*")*)(\/?)>|([^<]+)/gy
  while (pattern.lastIndex < source.length) {
    const at = pattern.lastIndex
    const match = pattern.exec(source)
    if (match === null) throw new Error(`not well formed at ${JSON.stringify(source.slice(at, at + 60))}`)
    const [, close, name, attributes, selfClosed, text] = match
    if (text !== undefined) open.at(-1)!.children.push(unescaped(text))
    else if (close !== undefined) {
      if (open.pop()!.name !== close) throw new Error(`</${close}> closes another element`)
    } else {
      const element = {
        name: name!,
        attributes: Object.fromEntries(
          [...attributes!.matchAll(/ ([^=]+)="([^"]*)"/g)].map(([, key, value]) => [key!, unescaped(value!)])
        ),
        children: []
      }
      open.at(-1)!.children.push(element)
      if (selfClosed !== "/") open.push(element)
    }
  }
  if (open.length !== 1) throw new Error("an element is not closed")
  return root.children[0] as Element
}

const unescaped = (text: string): string => {
  if (/&(?!(amp|lt|gt|quot);)/.test(text)) throw new Error(`a bare ampersand in ${text}`)
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&")
}

export const textsOf = (source: string): ReadonlyArray<Shown> => {
  const found: Array<Shown> = []
  const walk = (element: Element, x: number, y: number): void => {
    const { attributes, name } = element
    if (name === "text") found.push(measured(element, x, y))
    const [dx, dy] = name === "svg" ? [0, 0] : translation(attributes["transform"])
    for (const child of element.children) if (typeof child !== "string" && name !== "text") walk(child, x + dx, y + dy)
  }
  walk(parseSvg(source), 0, 0)
  return found
}

export const overlap = (one: Box, other: Box): boolean =>
  one.left < other.right - 0.05
  && other.left < one.right - 0.05
  && one.top < other.bottom - 0.05
  && other.top < one.bottom - 0.05

const translation = (transform = ""): readonly [number, number] => {
  const match = /translate\((\S+) (\S+)\)/.exec(transform)
  return match === null ? [0, 0] : [Number(match[1]), Number(match[2])]
}

const measured = ({ attributes, children }: Element, x: number, y: number): Shown => {
  const size = Number(attributes["font-size"])
  const turn = Number(/rotate\((\S+)\)/.exec(attributes["transform"] ?? "")?.[1] ?? 0)
  const [moveX, moveY] = translation(attributes["transform"])
  const at = { x: x + moveX, y: y + moveY }
  let [pen, rise, least, most, above, below] = [Number(attributes["x"] ?? 0), 0, Infinity, -Infinity, 0, 0]
  const start = pen
  let text = ""
  for (const child of children) {
    const [content, own] =
      typeof child === "string" ? [child, {} as Record<string, string>] : [String(child.children[0]), child.attributes]
    if (own["x"] !== undefined) pen = Number(own["x"])
    pen += Number(own["dx"] ?? 0)
    rise -= Number(own["dy"] ?? 0)
    const em = Number(own["font-size"] ?? size)
    least = Math.min(least, pen)
    for (const character of content)
      pen +=
        (advanceIn(character, own["font-style"] === "italic", own["font-weight"] === "700", own["font-family"]) * em)
        / 1000
    most = Math.max(most, pen)
    above = Math.max(above, rise + em * 0.66)
    below = Math.max(below, -rise + em * 0.05)
    text += content
  }
  const shift = { start: 0, middle: -(most - start) / 2, end: -(most - start) }[attributes["text-anchor"] ?? "start"]!
  const base = Number(attributes["y"] ?? 0)
  const flat = { left: least + shift, right: most + shift, top: base - above, bottom: base + below }
  const box =
    turn === 0
      ? flat
      : turn === -90
        ? { left: flat.top, right: flat.bottom, top: -flat.right, bottom: -flat.left }
        : { left: -flat.bottom, right: -flat.top, top: flat.left, bottom: flat.right }
  return {
    kind: attributes["class"] ?? "",
    text,
    box: { left: box.left + at.x, right: box.right + at.x, top: box.top + at.y, bottom: box.bottom + at.y }
  }
}
