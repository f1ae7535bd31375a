/** A problem with the name of the parameter that is to be changed. */
export const about = (parameter: string, problem: string | undefined): string | undefined =>
  problem === undefined ? undefined : `${parameter}: ${problem}`
