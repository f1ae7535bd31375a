/**
 * `ro-crate-metadata.json`: what a folder holds, how it was made and by what, as an RO-Crate 1.1 describes it to
 * machines (https://w3id.org/ro/crate/1.1). With `run.json` it is the only file that knows of dates, hosts and seconds.
 */
export interface Contents {
  readonly name: string
  /** One line on what it is about. */
  readonly about: string
  readonly files: ReadonlyArray<File>
  /** Folders with files that are not told one by one. */
  readonly folders: ReadonlyArray<{ readonly path: string; readonly about: string }>
  /** Each value as JSON. */
  readonly params: ReadonlyArray<{ readonly name: string; readonly value: string; readonly about: string }>
  readonly verdicts: ReadonlyArray<{
    readonly name: string
    readonly kind: string
    readonly verdict: string
    readonly evidence: string
  }>
  readonly run: Run
}

export interface File {
  readonly path: string
  /** What it is the digest of, where it is known. */
  readonly address?: string
  readonly bytes?: number
  readonly about?: string
}

export interface Run {
  readonly run: string
  readonly command: string
  /** ISO dates. */
  readonly started: string
  readonly finished: string
  readonly host: string
  readonly node: string
  readonly backend: string
  readonly threads: number
  readonly version: string
  /** The digest of the program that ran. */
  readonly program: string
  /** What failed, in words; `undefined` where nothing did. */
  readonly error: string | undefined
}

export const crate = (contents: Contents): string =>
  `${JSON.stringify(
    {
      "@context": "https://w3id.org/ro/crate/1.1/context",
      "@graph": [
        {
          "@id": "ro-crate-metadata.json",
          "@type": "CreativeWork",
          conformsTo: { "@id": "https://w3id.org/ro/crate/1.1" },
          about: { "@id": "./" }
        },
        root(contents),
        ...contents.files.map(file),
        ...contents.folders.map(({ about, path }) => ({
          "@id": idOf(path),
          "@type": "Dataset",
          name: path,
          description: about
        })),
        {
          "@id": "#licence",
          "@type": "CreativeWork",
          name: "No licence stated",
          description: "No licence was stated for these results: ask who made them before you use them."
        },
        ...tools(contents),
        ...contents.params.map(({ about, name, value }, index) => ({
          "@id": `#parameter-${index + 1}`,
          "@type": "PropertyValue",
          name,
          value,
          ...(about !== "" && { description: about })
        })),
        ...contents.verdicts.map(({ evidence, kind, name, verdict }, index) => ({
          "@id": `#claim-${index + 1}`,
          "@type": "Claim",
          name,
          description: `${kind}: ${verdict}${evidence === "" ? "" : `. ${evidence}`}`
        })),
        action(contents)
      ]
    },
    null,
    2
  )}\n`

const root = ({ about, files, folders, name, run, verdicts }: Contents) => ({
  "@id": "./",
  "@type": "Dataset",
  name,
  description: about,
  datePublished: run.finished,
  license: { "@id": "#licence" },
  hasPart: compact([...files, ...folders].map(({ path }) => ({ "@id": idOf(path) }))),
  mentions: compact([{ "@id": "#run" }, ...verdicts.map((_, index) => ({ "@id": `#claim-${index + 1}` }))])
})

const file = ({ about, address, bytes, path }: File) => ({
  "@id": idOf(path),
  "@type": "File",
  name: path,
  encodingFormat: formatOf(path),
  ...(about !== undefined && { description: about }),
  ...(bytes !== undefined && { contentSize: String(bytes) }),
  ...(address !== undefined && { identifier: `sha256:${address}` })
})

const tools = ({ about, name, run }: Contents) => [
  {
    "@id": "#pipeline",
    "@type": "SoftwareSourceCode",
    name,
    description: about,
    programmingLanguage: { "@id": "https://www.typescriptlang.org/" },
    identifier: `sha256:${run.program}`
  },
  {
    "@id": "https://www.typescriptlang.org/",
    "@type": "ComputerLanguage",
    name: "TypeScript",
    url: "https://www.typescriptlang.org/"
  },
  {
    "@id": "#dln-lab",
    "@type": "SoftwareApplication",
    name: "dln-lab",
    version: run.version,
    softwareRequirements: `Node ${run.node}`
  },
  {
    "@id": "#computer",
    "@type": "IndividualProduct",
    name: run.host,
    description: `${run.threads} threads, ${run.backend} kernel`
  }
]

const action = ({ files, folders, params, run }: Contents) => ({
  "@id": "#run",
  "@type": "CreateAction",
  name: `run ${run.run}`,
  description: run.command,
  startTime: run.started,
  endTime: run.finished,
  instrument: [{ "@id": "#pipeline" }, { "@id": "#dln-lab" }, { "@id": "#computer" }],
  object: compact(params.map((_, index) => ({ "@id": `#parameter-${index + 1}` }))),
  result: compact([...files, ...folders].map(({ path }) => ({ "@id": idOf(path) }))),
  actionStatus: { "@id": `http://schema.org/${run.error === undefined ? "Completed" : "Failed"}ActionStatus` },
  ...(run.error !== undefined && { error: run.error })
})

/** JSON-LD writes a list of one as the one. */
const compact = <A,>(list: ReadonlyArray<A>): A | ReadonlyArray<A> => (list.length === 1 ? list[0]! : list)

/** A path as a URI: letters of any language stay as they are. */
const idOf = (path: string): string => path.replace(/[%\s"<>\\^`{|}#?]/g, (character) => encodeURIComponent(character))

const formatOf = (path: string): string => formats[/\.(\w+)$/.exec(path)?.[1] ?? ""] ?? "application/octet-stream"

const formats: { readonly [extension: string]: string } = {
  csv: "text/csv",
  html: "text/html",
  json: "application/json",
  jsonl: "application/jsonl",
  mjs: "text/javascript",
  pdf: "application/pdf",
  parquet: "application/vnd.apache.parquet",
  png: "image/png",
  svg: "image/svg+xml",
  tex: "application/x-tex",
  ts: "text/x-typescript"
}
