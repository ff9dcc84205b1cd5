import type { Block, Document, FieldsBlock, TableBlock } from './document.ts'
import { printable, printableLines } from './printable.ts'

const GAP = 2
const CUT_WIDTH_MIN = 12
const WRAPPED_WIDTH_MIN = 24

/**
 * Turns a view into text. `width` is the terminal's columns, or null when nobody looks at a terminal: then nothing is
 * cut. Plain characters only, no colour, so that every terminal and every log shows the same.
 */
export async function renderDocument(document: Document, width: number | null): Promise<string> {
  const parts = await Promise.all(document.map((block) => renderBlock(block, width)))
  return parts.filter((part) => part !== '').join('\n')
}

async function renderBlock(block: Block, width: number | null): Promise<string> {
  switch (block.kind) {
    case 'text':
      return printableLines(block.text)
    case 'fields':
      return renderFields({ ...block, fields: block.fields.map(([name, value]) => [name, printable(value)]) })
    case 'table':
      return renderTable({ ...block, rows: block.rows.map((row) => row.map(printable)) }, width)
  }
}

function renderFields(block: FieldsBlock): string {
  const longest = Math.max(0, ...block.fields.map(([name]) => name.length))
  return block.fields.map(([name, value]) => `  ${name.padEnd(longest)}  ${value}`.trimEnd()).join('\n')
}

async function renderTable(block: TableBlock, width: number | null): Promise<string> {
  if (block.rows.length === 0) return ''
  const widths = fitColumns(block, width)
  return widths === null ? renderRecords(block) : drawTable(block, widths)
}

/** Column widths in characters, or null when the exact columns alone do not fit. */
function fitColumns(block: TableBlock, width: number | null): readonly number[] | null {
  const natural = block.columns.map((column, index) =>
    Math.max(column.title.length, ...block.rows.map((row) => (row[index] ?? '').length)),
  )
  const available = width === null ? Number.POSITIVE_INFINITY : width - GAP * (block.columns.length - 1)
  let surplus = natural.reduce((sum, one) => sum + one, 0) - available
  if (surplus <= 0) return natural
  const fitted = natural.map((own, index) => {
    const given = Math.min(surplus, Math.max(0, own - narrowest(block, index, own)))
    surplus -= given
    return own - given
  })
  return surplus > 0 ? null : fitted
}

/** How narrow a column may become, in characters. Where sentences are broken, no word is. */
function narrowest({ columns, rows }: TableBlock, index: number, own: number): number {
  switch (columns[index]?.narrow) {
    case 'cut':
      return CUT_WIDTH_MIN
    case 'wrap':
      return Math.max(
        WRAPPED_WIDTH_MIN,
        ...rows.flatMap((row) => (row[index] ?? '').split(' ').map((word) => word.length)),
      )
    default:
      return own
  }
}

async function drawTable(block: TableBlock, widths: readonly number[]): Promise<string> {
  const { default: Table } = await import('cli-table3')
  const drawn = new Table({
    head: block.columns.map((column) => column.title),
    colAligns: block.columns.map((column) => column.align),
    // The library counts the padding as part of a column.
    colWidths: widths.map((own) => own + GAP),
    chars: noBorders,
    truncate: '~',
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP },
  })
  drawn.push(...block.rows.map((row) => row.map((content, index) => ({ content, wordWrap: isWrapped(block, index) }))))
  return drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

function isWrapped({ columns }: TableBlock, index: number): boolean {
  return columns[index]?.narrow === 'wrap'
}

const noBorders = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
}

/** One record after another: what is left for a terminal too narrow for a row. */
function renderRecords(block: TableBlock): string {
  return block.rows
    .map((row) =>
      renderFields({
        kind: 'fields',
        fields: block.columns.map((column, index) => [column.title, row[index] ?? '']),
      }),
    )
    .join('\n\n')
}
