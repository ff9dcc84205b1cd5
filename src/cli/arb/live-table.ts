import type { Document } from '../views/document.ts'
import { renderDocument } from '../views/render.ts'

/** A document that is drawn over itself on a terminal, with lines that stay above it. */
export class LiveTable {
  #height = 0
  #last = ''

  constructor(private readonly stream: Pick<NodeJS.WriteStream, 'write' | 'columns'>) {}

  /** Shows the document in place of the one before. */
  async draw(document: Document): Promise<void> {
    const drawn = await renderDocument(document, this.stream.columns)
    if (drawn === this.#last) return
    this.stream.write(`${this.#clear()}${drawn}\n`)
    this.#last = drawn
    this.#height = this.#linesOf(drawn)
  }

  /** A line that stays, above the document. */
  print(line: string): void {
    const drawn = this.#last
    this.stream.write(`${this.#clear()}${line}\n${drawn === '' ? '' : `${drawn}\n`}`)
    this.#height = drawn === '' ? 0 : this.#linesOf(drawn)
  }

  /** A line wider than the terminal takes several of its rows. */
  #linesOf(drawn: string): number {
    const width = this.stream.columns > 0 ? this.stream.columns : Number.POSITIVE_INFINITY
    return drawn.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / width)), 0)
  }

  /** Up to the first line of the document, and everything below gone. */
  #clear(): string {
    return this.#height === 0 ? '' : `\u001b[${this.#height}A\r\u001b[J`
  }
}
