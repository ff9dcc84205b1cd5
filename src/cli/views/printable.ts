/** Characters that steer a terminal: they move the cursor, colour, break the line, or turn the direction of reading. */
const STEERING = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+/gu

/** Titles and messages come from venues and files: what they hold must not steer the terminal. One line. */
export function printable(text: string): string {
  return text.replaceAll(STEERING, ' ')
}

/** As `printable`, with line ends kept. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}
