/** What the launcher hands to the command: the program that runs, and the pipeline that it was made with. */
export interface Started {
  readonly program: {
    readonly digest: string
    /** The fingerprint of each stage of the program, by its name. */
    readonly fingerprints: { readonly [stage: string]: string }
    /** The module that threads run. */
    readonly worker: URL
  }
  /** The default export of the pipeline's file, where the command line names one. */
  readonly pipeline?: unknown
  readonly pipelineFile?: string
  /** `file:line` in the user's sources where an error of this stack was thrown in this program. */
  readonly placeOf: (stack: string) => Promise<string | undefined>
  readonly argv: ReadonlyArray<string>
  /** The folder where the command was called. */
  readonly cwd: string
  readonly version: string
}
