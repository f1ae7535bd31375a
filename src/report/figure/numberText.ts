/** Numbers as a reader sees them in a figure: a true minus, powers of ten raised, no locale. */
import { plain, raised, type Text } from "./Text.ts"

/** A number by itself, to four significant digits: on a strip, in a legend, on an axis of levels. */
export const numberText = (value: number): Text => {
  if (Number.isNaN(value)) return plain("NaN")
  if (!Number.isFinite(value)) return plain(value > 0 ? "∞" : "−∞")
  if (Number.isInteger(value) && Math.abs(value) < 1e4) return plain(signed(String(value)))
  const [mantissa, exponent] = parts(Number(value.toPrecision(4)))
  if (exponent >= -3 && exponent < 4) return plain(signed(String(Number(value.toPrecision(4)))))
  return mantissa === 1 || mantissa === -1
    ? powerText(exponent, mantissa)
    : [...plain(`${signed(String(mantissa))}×`), ...powerText(exponent)]
}

/** How to write numbers that stand together: as powers of ten where all are, and some would not read well otherwise. */
export const numberTexts = (values: ReadonlyArray<unknown>): ((value: number) => Text) => {
  const numbers = values.filter((value): value is number => typeof value === "number")
  const powers =
    numbers.every((value) => powerOf(value) !== undefined) && numbers.some((value) => value < 1e-2 || value > 1e3)
  return powers ? (value) => powerText(powerOf(value)!) : numberText
}

/** The k of 10^k, where a number is one. */
export const powerOf = (value: number): number | undefined => {
  if (!(value > 0) || !Number.isFinite(value)) return undefined
  const [mantissa, exponent] = parts(Number(value.toPrecision(12)))
  return mantissa === 1 ? exponent : undefined
}

/** 10 to a whole power. */
export const powerText = (exponent: number, sign = 1): Text => [
  ...plain(sign < 0 ? "−10" : "10"),
  ...raised(signed(String(exponent)))
]

/** With so many decimals. */
export const fixedText = (value: number, decimals: number): Text => {
  const text = value.toFixed(decimals)
  return plain(signed(Number(text) === 0 ? text.replace("-", "") : text))
}

/** The decimal mantissa and exponent of a number that is not 0: 1 ≤ |mantissa| < 10. */
export const parts = (value: number): readonly [mantissa: number, exponent: number] => {
  const [mantissa, exponent] = value.toExponential().split("e")
  return [Number(mantissa), Number(exponent)]
}

/** value·10^−exponent, rounded once. */
export const shifted = (value: number, exponent: number): number => {
  if (value === 0) return 0
  const [mantissa, own] = value.toExponential().split("e")
  return Number(`${mantissa}e${Number(own) - exponent}`)
}

const signed = (text: string): string => text.replace("-", "−")
