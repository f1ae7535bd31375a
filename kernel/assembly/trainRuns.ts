// Training of many runs, two at a time: the bits of src/linalg/reference/trainRuns.ts.

import { mark, restartFrom } from "./arena"
import { copyWeights, descend, forwardBatch, lockstep, losses, lostLanes } from "./lockstep"

const LANES = 2
/** Bytes of the numbers of a run, see src/linalg/compiled/abi.ts. */
const NUMBERS: usize = 96

/** The pair at hand: its first run, how many of the two there are, where each of them ended, and its weights. */
let lanes: i32 = 0
let ended: usize = 0
let size: usize = 0
let own: usize = 0

/**
 * `count` runs of one shape on the same data: numbers and weights run after run, losses and states moment after moment.
 * `divergedAt` is −1 for the runs that go on.
 */
export function trainRuns(
  numbers: usize, widths: usize, xx: usize, target: usize, x: usize, y: usize,
  weights: usize, lossesOut: usize, states: usize, divergedAt: usize, layers: i32, count: i32, stateEvery: i64
): void {
  const from = <i64>load<f64>(numbers, 8)
  const end = from + <i64>load<f64>(numbers, 16)
  const lossEvery = <i64>load<f64>(numbers, 24)
  const buffers = mark()
  const isFull = load<f64>(numbers, 40) === 0
  size = 0
  for (let l = 1; l <= layers; l++) {
    size += <usize>(load<i32>(widths + (<usize>l << 2)) * load<i32>(widths + (<usize>(l - 1) << 2))) << 3
  }
  for (let run = 0; run < count; run += LANES) {
    lanes = min(LANES, count - run)
    const beside = <usize>(lanes - 1) // an odd one goes with itself
    ended = divergedAt + (<usize>run << 3)
    own = weights + <usize>run * size
    restartFrom(buffers)
    const mine = numbers + <usize>run * NUMBERS
    lockstep(mine, mine + beside * NUMBERS, widths, layers, xx, target, x, y, own, own + beside * size)
    close(lostLanes(), from)
    let loss = lossesOut + (<usize>run << 3)
    let state = states + <usize>run * size
    let due = nextDue(from, lossEvery)
    let stateDue = nextDue(from, stateEvery)
    for (let step = from; step < end && isOneOpen(); step++) {
      if (step === stateDue) {
        stateDue += stateEvery
        for (let m = 0; m < lanes; m++) copyWeights(m, state + <usize>m * size)
        state += <usize>count * size
      }
      const isDue = step === due
      const value = isDue || isFull ? losses() : f64x2.splat(0)
      if (isDue) {
        due += lossEvery
        store<f64>(loss, f64x2.extract_lane(value, 0))
        if (lanes === LANES) store<f64>(loss, f64x2.extract_lane(value, 1), 8)
        loss += <usize>count << 3
        close(f64x2.sub(value, value), step)
      }
      // A weight that is not finite shows in what comes out; what comes out may overflow by itself too.
      const lost = isFull ? f64x2.sub(value, value) : forwardBatch(step)
      if (v128.any_true(lost)) close(lostLanes(), step)
      descend()
    }
    if (isOneOpen()) close(lostLanes(), end)
    for (let m = 0; m < lanes; m++) if (isOpen(m)) copyWeights(m, own + <usize>m * size)
  }
}

/** Runs whose lane is not zero end, with the weights of this moment. */
@inline
function close(lost: v128, step: i64): void {
  if (!v128.any_true(lost)) return
  for (let m = 0; m < lanes; m++) {
    const isLost = (m === 0 ? f64x2.extract_lane(lost, 0) : f64x2.extract_lane(lost, 1)) !== 0 // NaN too
    if (!isLost || !isOpen(m)) continue
    store<f64>(ended + (<usize>m << 3), <f64>step)
    copyWeights(m, own + <usize>m * size)
  }
}

@inline
function isOpen(lane: i32): bool {
  return load<f64>(ended + (<usize>lane << 3)) < 0
}

@inline
function isOneOpen(): bool {
  return isOpen(0) || (lanes === LANES && isOpen(1))
}

/** The first step from `step` on that `every` divides; none where that is 0. */
function nextDue(step: i64, every: i64): i64 {
  return every === 0 ? -1 : step + (every - step % every) % every
}
