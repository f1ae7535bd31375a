/**
 * Colours that readers with any colour vision tell apart, on paper and on a screen.
 *
 * Categories: Okabe & Ito (2008), https://jfly.uni-koeln.de/color/. Ramps: viridis and cividis (matplotlib), Blues and
 * RdBu (ColorBrewer).
 */
import type { Ink } from "./Spec.ts"

export const inks: Readonly<Record<Ink, string>> = {
  black: "currentColor",
  grey: "#8c8c8c",
  blue: "#0072b2",
  vermillion: "#d55e00",
  green: "#009e73",
  purple: "#cc79a7",
  orange: "#e69f00",
  sky: "#56b4e9",
  yellow: "#f0e442"
}

/** The order in which categories take colours. */
export const categories: ReadonlyArray<Ink> = ["blue", "vermillion", "green", "purple", "orange", "sky", "black"]

export type Ramp = "viridis" | "cividis" | "blues" | "balance"

const stops: Readonly<Record<Ramp, ReadonlyArray<string>>> = {
  viridis: ["440154", "482878", "3e4989", "31688e", "26828e", "1f9e89", "35b779", "6ece58", "b5de2b", "fde725"],
  cividis: ["00224e", "123570", "3b496c", "575d6d", "707173", "8a8678", "a59c74", "c3b369", "e1cc55", "fee838"],
  blues: ["f7fbff", "deebf7", "c6dbef", "9ecae1", "6baed6", "4292c6", "2171b5", "08519c", "08306b"],
  balance: ["2166ac", "4393c3", "92c5de", "d1e5f0", "f7f7f7", "fddbc7", "f4a582", "d6604d", "b2182b"]
}

/** The colour at a fraction of a ramp. */
export const at = (ramp: Ramp, fraction: number): string =>
  `#${channels(ramp, fraction)
    .map((value) => Math.round(value).toString(16).padStart(2, "0"))
    .join("")}`

/** Whether white text is easier to read on the colour than black (relative luminance below 0.3). */
export const isDark = (color: string): boolean => {
  const [red, green, blue] = [1, 3, 5].map((place) => parseInt(color.slice(place, place + 2), 16) / 255)
  return 0.2126 * red! * red! + 0.7152 * green! * green! + 0.0722 * blue! * blue! < 0.3
}

const channels = (ramp: Ramp, fraction: number): ReadonlyArray<number> => {
  const colors = stops[ramp]
  const place = Math.min(1, Math.max(0, fraction)) * (colors.length - 1)
  const index = Math.min(colors.length - 2, Math.floor(place))
  return [0, 2, 4].map((digit) => {
    const [low, high] = [colors[index]!, colors[index + 1]!].map((color) => parseInt(color.slice(digit, digit + 2), 16))
    return low! + (place - index) * (high! - low!)
  })
}
