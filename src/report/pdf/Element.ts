/** The elements of an SVG file as `figure/Svg.ts` writes them: no comments, no entities but those of its `escape`. */

export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: ReadonlyArray<Element | string>
}

/** The root element of a file. */
export const parse = (svg: string): Element => {
  const root = { name: "", attributes: {}, children: [] as Array<Element | string> }
  const open = [root]
  for (const [, closes, name, attributes, empty, text] of svg.matchAll(piece)) {
    const parent = open.at(-1)!
    if (text !== undefined) parent.children.push(plain(text))
    else if (closes === "/") open.pop()
    else {
      const element = { name: name!, attributes: attributesOf(attributes!), children: [] }
      parent.children.push(element)
      if (empty !== "/") open.push(element)
    }
  }
  return root.children.find((child) => typeof child === "object")!
}

const piece = /<(\/?)(\w+)((?:\s+[\w-]+="[^"]*")*)\s*(\/?)>|([^<]+)/g

const attributesOf = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(Array.from(text.matchAll(/([\w-]+)="([^"]*)"/g), ([, name, value]) => [name!, plain(value!)]))

const plain = (text: string): string =>
  text.replaceAll("&quot;", '"').replaceAll("&gt;", ">").replaceAll("&lt;", "<").replaceAll("&amp;", "&")
