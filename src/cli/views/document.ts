/**
 * What a view returns: text in pieces that know nothing of the terminal, so that views are pure and only `render.ts`
 * deals with widths and loads the table library.
 */
export type Block = TextBlock | FieldsBlock | TableBlock

export interface TextBlock {
  readonly kind: 'text'
  readonly text: string
}

/** Name and value, one a line. */
export interface FieldsBlock {
  readonly kind: 'fields'
  readonly fields: readonly (readonly [name: string, value: string])[]
}

export interface TableBlock {
  readonly kind: 'table'
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly string[])[]
}

export interface Column {
  readonly title: string
  readonly align: 'left' | 'right'
  /**
   * What a narrow terminal may do to it. `cut`: a title that is still known by its beginning. `wrap`: what somebody has to
   * read to its end. Identifiers and amounts are `exact`: they must be pasteable.
   */
  readonly narrow: 'exact' | 'cut' | 'wrap'
}

export type Document = readonly Block[]

export function text(line: string): TextBlock {
  return { kind: 'text', text: line }
}

/** A line for each that there is. */
export function lines(...parts: readonly (string | null)[]): readonly TextBlock[] {
  return parts.flatMap((part) => (part === null || part === '' ? [] : [text(part)]))
}

export function fields(pairs: readonly (readonly [string, string])[]): FieldsBlock {
  return { kind: 'fields', fields: pairs }
}

export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): TableBlock {
  return { kind: 'table', columns, rows }
}

export const words = (title: string): Column => ({ title, align: 'left', narrow: 'cut' })
export const sentence = (title: string): Column => ({ title, align: 'left', narrow: 'wrap' })
export const exact = (title: string): Column => ({ title, align: 'left', narrow: 'exact' })
export const amount = (title: string): Column => ({ title, align: 'right', narrow: 'exact' })

/** What stands for a value that is not known. Never a zero. */
export const UNKNOWN = '-'

export function orUnknown(value: string | null): string {
  return value ?? UNKNOWN
}

/** `1 order`, `3 orders`. */
export function count(howMany: number, singular: string, plural = `${singular}s`): string {
  return `${howMany} ${howMany === 1 ? singular : plural}`
}
