/** A title that says in which power of ten its axis counts. */
import { powerText } from "./numberText.ts"
import { plain, type Text } from "./Text.ts"

export const withExponent = (title: Text, exponent: number): Text =>
  exponent === 0 ? title : [...title, ...plain(" (in "), ...powerText(exponent), ...plain(")")]
