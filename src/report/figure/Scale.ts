/**
 * A scale places values along an axis: it stretches them (linear, log, symlog) and fits the stretched range to a
 * length in points.
 *
 * symlog is sign(v)·log10(1 + |v|/c): linear well below c, logarithmic well above it (Webber 2013,
 * doi:10.1088/0957-0233/24/2/027001).
 * band places level i at the whole number i.
 */
import type { Levels } from "./Channel.ts"
import { type Extent, isEmpty, least, most } from "./Extent.ts"
import { parts } from "./numberText.ts"
import type { ScaleKind } from "./Spec.ts"

/** The stretched range of an axis, before its length is known. */
export interface Domain {
  readonly kind: ScaleKind
  /** Ends of the stretched range, low < high. */
  readonly low: number
  readonly high: number
  /** The c of symlog. */
  readonly constant: number
  /** The levels of a band axis. */
  readonly levels: Levels
  /** Whether only whole numbers deserve a tick. */
  readonly whole: boolean
}

export interface Scale extends Domain {
  readonly length: number
  /** Where a value that can be shown is, in points from the axis' start. */
  readonly at: (value: number) => number
}

export interface Options {
  readonly levels?: Levels
  readonly limits?: readonly [number | null, number | null]
  /**
   * Room beyond the least and the greatest value, as a fraction of the range; none beyond 0, which is a floor or a
   * ceiling.
   */
  readonly room?: readonly [number, number]
}

/** The domain of an axis that holds an extent; one that is logarithmic on both sides of 0 holds 0 too. */
export const domain = (
  kind: ScaleKind,
  given: Extent,
  { levels = [], limits = [null, null], room = [0, 0] }: Options
): Domain => {
  const extent =
    kind === "symlog" && !isEmpty(given)
      ? { ...given, low: Math.min(0, given.low), high: Math.max(0, given.high) }
      : given
  const constant = kind === "symlog" ? constantOf(extent) : 1
  const base = { kind, constant, levels, whole: extent.whole && !isEmpty(extent) }
  if (kind === "band") return { ...base, low: -0.5, high: Math.max(levels.length, 1) - 0.5 }
  const stretch = stretchOf(kind, constant)
  const start = kind === "log" ? extent.positive : extent.low
  const [first, last] =
    start <= extent.high
      ? widened(kind, stretch(start), stretch(extent.high))
      : kind === "log"
        ? [0, 1]
        : [0, stretch(1)]
  const [from, to] = limits.map((limit) => (limit !== null && (kind !== "log" || limit > 0) ? stretch(limit) : null))
  const span = Math.max(0, (to ?? last) - (from ?? first))
  const floor = first === 0 && kind !== "log"
  const ceiling = last === 0 && kind !== "log"
  const low = from ?? Math.max(first - (floor ? 0 : room[0] * span), kind === "log" ? -307 : -Infinity)
  const high = to ?? last + (ceiling ? 0 : room[1] * span)
  return { ...base, ...(low < high ? { low, high } : { low, high: low + Math.max(1e-300, Math.abs(low) / 2) }) }
}

/** The scale of a domain on an axis; `flipped` runs from its end to its start, as y does on a page. */
export const make = (domain: Domain, length: number, flipped: boolean): Scale => {
  const stretch = stretchOf(domain.kind, domain.constant)
  const { high, low } = domain
  return {
    ...domain,
    length,
    at: (value) => {
      const fraction = (stretch(value) - low) / (high - low)
      return Math.min(far, Math.max(-far, (flipped ? 1 - fraction : fraction) * length))
    }
  }
}

/** Whether a value has a place at all. */
export const shows = (scale: Domain, value: number): boolean =>
  Math.abs(value) <= most && (scale.kind !== "log" || value >= least)

/** Whether a value lies between the ends of the axis. */
export const holds = (scale: Domain, value: number): boolean => {
  const stretched = stretchOf(scale.kind, scale.constant)(value)
  const slack = (scale.high - scale.low) * 1e-9
  return shows(scale, value) && stretched >= scale.low - slack && stretched <= scale.high + slack
}

/** What lies outside the limits of an axis is cut off well before this many points. */
const far = 1e4

const stretchOf = (kind: ScaleKind, constant: number): ((value: number) => number) =>
  kind === "log"
    ? Math.log10
    : kind === "symlog"
      ? (value) => Math.sign(value) * Math.log10(1 + Math.abs(value) / constant)
      : (value) => value

/** A range that is a single value, or narrower than what numbers of its size can tell apart, is widened about it. */
const widened = (kind: ScaleKind, low: number, high: number): readonly [number, number] => {
  const size = Math.max(Math.abs(low), Math.abs(high))
  if (high - low > size * 1e-12 && high - low > 1e-300) return [low, high]
  const half = kind === "log" ? 0.5 : size > 1e-290 ? size / 2 : 1
  return [low - half, high + half]
}

/** The power of ten at or below the least size, at most twelve decades below the greatest. */
const constantOf = (extent: Extent): number => {
  if (!Number.isFinite(extent.small)) return 1
  const [, small] = parts(extent.small)
  const [, large] = parts(Math.max(Math.abs(extent.low), Math.abs(extent.high)))
  return Number(`1e${Math.max(small, large - 12, -300)}`)
}
