/** The typefaces of figures and pages: STIX Two Text, and KaTeX's for the operators that it lacks. */

export interface Typeface {
  readonly family: string
  readonly italic: boolean
  readonly bold: boolean
  /** Where its TrueType file is, as a URL. */
  readonly url: () => string
}

const face = (family: string, style: string, url: () => string): Typeface => ({
  family,
  italic: style === "italic",
  bold: style === "bold",
  url
})

/** In the order in which they are tried for a character that the wanted one lacks. */
export const all = (): ReadonlyArray<Typeface> => [
  ...text(),
  face("KaTeX_Main", "regular", () => import.meta.resolve("katex/dist/fonts/KaTeX_Main-Regular.ttf")),
  face("KaTeX_Size1", "regular", () => import.meta.resolve("katex/dist/fonts/KaTeX_Size1-Regular.ttf"))
]

/** Those that running text is set in. */
export const text = (): ReadonlyArray<Typeface> => [
  face("STIX Two Text", "regular", () =>
    import.meta.resolve("@expo-google-fonts/stix-two-text/400Regular/STIXTwoText_400Regular.ttf")),
  face("STIX Two Text", "italic", () =>
    import.meta.resolve("@expo-google-fonts/stix-two-text/400Regular_Italic/STIXTwoText_400Regular_Italic.ttf")),
  face("STIX Two Text", "bold", () =>
    import.meta.resolve("@expo-google-fonts/stix-two-text/700Bold/STIXTwoText_700Bold.ttf"))
]
