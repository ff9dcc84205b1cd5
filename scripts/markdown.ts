/** A text inside one cell of a table. */
export function cell(content: string): string {
  return content.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
