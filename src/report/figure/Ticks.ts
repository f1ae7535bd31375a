/**
 * Ticks of an axis: at round numbers, as many as fit with their labels apart.
 *
 * Every kind of scale proposes sets of ticks from dense to sparse; the first in which no two labels come too near is
 * taken.
 */
import { ticks as roundNumbers } from "d3-array"
import type { Value } from "./Channel.ts"
import { fixedText, numberText, parts, powerOf, powerText, shifted } from "./numberText.ts"
import { holds, type Scale } from "./Scale.ts"
import { plain, type Text, width } from "./Text.ts"

export interface Tick {
  readonly value: number
  readonly label: Text
}

export interface Ticks {
  readonly major: ReadonlyArray<Tick>
  /** Ticks without a label. */
  readonly minor: ReadonlyArray<number>
  /** The labels are in units of 10 to this power. */
  readonly exponent: number
}

export interface Setting {
  readonly size: number
  /** Whether labels stand side by side (along x) or above each other. */
  readonly beside: boolean
  /** What a level is called. */
  readonly name: (value: Value) => Text
}

export const ticks = (scale: Scale, setting: Setting): Ticks => {
  const sets = proposals(scale, setting)
  return (
    sets.find(({ major }) => major.length <= atMost(scale, setting) && apart(scale, setting, major)) ?? {
      ...sets.at(-1)!,
      major: sets.at(-1)!.major.slice(0, 1)
    }
  )
}

/** Room that a label takes along the axis: [from, to] in points. */
export const extentOf = (
  scale: Scale,
  { beside, size }: Setting,
  { label, value }: Tick
): readonly [number, number] => {
  const half = beside ? width(label, size) / 2 : size * 0.4
  return [scale.at(value) - half, scale.at(value) + half]
}

const apart = (scale: Scale, setting: Setting, major: ReadonlyArray<Tick>): boolean => {
  const extents = major.map((tick) => extentOf(scale, setting, tick)).sort(([a], [b]) => a - b)
  return extents.every(
    ([from], index) => index === 0 || from - extents[index - 1]![1] >= setting.size * (setting.beside ? 0.7 : 0.3)
  )
}

/** An axis of levels may name each; along one of numbers few ticks read best. */
const atMost = (scale: Scale, { beside }: Setting): number =>
  scale.kind === "band" ? Infinity : Math.max(2, Math.floor(scale.length / (beside ? 26 : 17)) + 1)

const proposals = (scale: Scale, setting: Setting): ReadonlyArray<Ticks> =>
  scale.kind === "log"
    ? logTicks(scale)
    : scale.kind === "symlog"
      ? symlogTicks(scale, setting)
      : scale.kind === "band"
        ? bandTicks(scale, setting)
        : linearTicks(scale.low, scale.high, scale)

const steps = [1, 2, 3, 5, 10, 20, 50, 100, 200, 300]

const linearTicks = (low: number, high: number, scale: Scale): ReadonlyArray<Ticks> => {
  const sets = [12, 10, 8, 6, 5, 4, 3, 2, 1]
    .map((count) => roundNumbers(low, high, count))
    .filter((values) => values.length > 1)
  const whole = scale.whole ? sets.filter((values) => values.every(Number.isInteger)) : []
  return (whole.length > 0 ? whole : sets.length > 0 ? sets : [[low]]).map(labelled)
}

/**
 * Round numbers with the decimals that their step needs; a common power of ten is taken out where they are large or
 * small.
 */
const labelled = (values: ReadonlyArray<number>): Ticks => {
  const size = Math.max(...values.map(Math.abs))
  const step = values.length > 1 ? Math.abs(values[1]! - values[0]!) : size
  const [, greatest] = parts(size)
  const exponent = size === 0 ? 0 : greatest >= 5 ? greatest - (greatest % 3) : greatest < -3 ? greatest : 0
  const decimals = step === 0 ? 0 : Math.min(15, Math.max(0, exponent - parts(Number(step.toPrecision(6)))[1]))
  return {
    major: values.map((value) => ({ value, label: fixedText(shifted(value, exponent), decimals) })),
    minor: [],
    exponent
  }
}

const logTicks = (scale: Scale): ReadonlyArray<Ticks> => {
  const decades = whole(Math.ceil(scale.low - 1e-9), Math.floor(scale.high + 1e-9))
  if (decades.length < 2) return withinDecade(scale)
  return steps
    .map((step) => ({
      major: decades
        .filter((exponent) => exponent % step === 0)
        .map((exponent) => ({ value: power(exponent), label: powerText(exponent) })),
      minor: between(scale, decades, step),
      exponent: 0
    }))
    .filter(({ major }) => major.length > 1)
}

/** Less than two powers of ten are in sight: multiples of them, or round numbers where even those are too far apart. */
const withinDecade = (scale: Scale): ReadonlyArray<Ticks> => {
  const exponents = whole(Math.floor(scale.low) - 1, Math.ceil(scale.high))
  const multiples = [[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 4, 6, 8], [1, 2, 5], [1, 3], [1, 5], [1]].map((mantissas) =>
    exponents
      .flatMap((exponent) => mantissas.map((mantissa) => mantissa * power(exponent)))
      .filter((value) => holds(scale, value))
  )
  const minor = multiples[0]!
  const sets = multiples
    .filter((values) => values.length > 1)
    .map((values) => ({ major: values.map((value) => ({ value, label: numberText(value) })), minor, exponent: 0 }))
  return sets.some(({ major }) => major.length > 2)
    ? sets
    : linearTicks(power(scale.low), power(scale.high), { ...scale, whole: false })
}

/** Unlabelled ticks: the multiples of each power of ten, or the powers between labelled ones, where there is room. */
const between = (scale: Scale, decades: ReadonlyArray<number>, step: number): ReadonlyArray<number> => {
  const room = scale.length / (scale.high - scale.low)
  if (step === 1 && room >= 16) {
    return [decades[0]! - 1, ...decades]
      .flatMap((exponent) => [2, 3, 4, 5, 6, 7, 8, 9].map((mantissa) => mantissa * power(exponent)))
      .filter((value) => holds(scale, value))
  }
  return step > 1 && room >= 2.5 ? decades.filter((exponent) => exponent % step !== 0).map(power) : []
}

const symlogTicks = (scale: Scale, setting: Setting): ReadonlyArray<Ticks> => {
  const [, first] = parts(scale.constant)
  const reach = Math.max(Math.abs(scale.low), Math.abs(scale.high))
  const exponents = whole(first, first + Math.floor(reach))
  const sets = steps.map((step) => {
    const kept = exponents.filter((exponent) => (exponents.at(-1)! - exponent) % step === 0)
    const signed = [
      ...kept.toReversed().map((exponent) => ({ value: -power(exponent), label: powerText(exponent, -1) })),
      { value: 0, label: plain("0") },
      ...kept.map((exponent) => ({ value: power(exponent), label: powerText(exponent) }))
    ]
    return { major: signed.filter(({ value }) => holds(scale, value)), minor: [], exponent: 0 }
  })
  return sets
    .map((set) => clearOfZero(scale, setting, set))
    .filter(({ major }, index) => index === 0 || major.length > 1)
}

/** The powers next to 0 lose their labels where those would touch its. */
const clearOfZero = (scale: Scale, setting: Setting, set: Ticks): Ticks => {
  const room = (label: Text) => (setting.beside ? width(label, setting.size) / 2 + setting.size : setting.size * 1.3)
  const clear = ({ label, value }: Tick) =>
    value === 0 || !holds(scale, 0) || Math.abs(scale.at(value) - scale.at(0)) >= room(label)
  return {
    ...set,
    major: set.major.filter(clear),
    minor: set.major.filter((tick) => !clear(tick)).map(({ value }) => value)
  }
}

const bandTicks = (scale: Scale, { name }: Setting): ReadonlyArray<Ticks> => {
  const all = scale.levels.map((level, value) => ({ value, label: name(level) }))
  const powers = powersAmong(scale.levels)
  return [
    ...(powers.length > 0 ? [powers] : []),
    ...[1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 1e4, 1e5, 1e6].map((step) =>
      all.filter(({ value }) => value % step === 0)
    )
  ].map((major) => ({ major, minor: [], exponent: 0 }))
}

/** On a logarithmic grid of levels, those that are powers of ten. */
const powersAmong = (levels: Scale["levels"]): ReadonlyArray<Tick> => {
  const powers = levels.flatMap((level, value) => {
    const exponent = typeof level === "number" ? powerOf(level) : undefined
    return exponent === undefined ? [] : [{ value, label: powerText(exponent) }]
  })
  const logarithmic =
    levels.every((level) => typeof level === "number" && level > 0)
    && levels.some((level) => !Number.isInteger(level))
    && powers.length >= 3
  return logarithmic && powers.length < levels.length ? powers : []
}

const whole = (from: number, to: number): ReadonlyArray<number> =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index)

/** 10 to a power, exact where the power is whole. */
const power = (exponent: number): number => (Number.isInteger(exponent) ? Number(`1e${exponent}`) : 10 ** exponent)
