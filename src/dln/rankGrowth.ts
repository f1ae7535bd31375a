// How the rank of a run grows as it is trained: what calibration asks of r_ε(W(t)) (protocol II).

export interface Growth {
  /** The ranks in their order, each once for as long as it stays: 0, 1, 2, 3, 4 of a run that learns four modes. */
  readonly stages: ReadonlyArray<number>
  /** Changes to a larger rank, and how many of them are by one. */
  readonly rises: number
  readonly unitRises: number
  /** Changes to a smaller rank: violations of monotone growth. */
  readonly falls: number
}

/** Of the ranks at moments of one run, in their order. */
export const rankGrowth = (ranks: ReadonlyArray<number>): Growth => {
  const stages = ranks.filter((rank, at) => rank !== ranks[at - 1])
  const changes = stages.slice(1).map((rank, at) => rank - stages[at]!)
  return {
    stages,
    rises: changes.filter((change) => change > 0).length,
    unitRises: changes.filter((change) => change === 1).length,
    falls: changes.filter((change) => change < 0).length
  }
}
