/** Says what ended the command: to a person on stderr, and on stdout to a program that asked for JSON. */
export const sayProblem = (problem: string, argv: ReadonlyArray<string>): void => {
  process.stderr.write(`dln: ${problem}\n`)
  if (argv.includes("--json")) process.stdout.write(`${JSON.stringify({ error: problem })}\n`)
}
