/** A text with some of its parts replaced; what lies within a part that is replaced is not edited again. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

export const editText = (text: string, edits: ReadonlyArray<Edit>): string => {
  const pieces: Array<string> = []
  let done = 0
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    if (edit.start < done) continue
    pieces.push(text.slice(done, edit.start), edit.text)
    done = edit.end
  }
  return pieces.join("") + text.slice(done)
}
