// Shorter values appear by chance in prices and ids; nothing that short protects anything.
const LENGTH_MIN = 8

/** Looks for values that must never be written, in the encodings in which they travel. Holds them in memory only. */
export class SecretScanner {
  #needles = new Set<string>()

  constructor(values: readonly string[] = []) {
    this.add(values)
  }

  add(values: readonly string[]): void {
    for (const value of values) {
      for (const needle of encodings(value.trim())) if (needle.length >= LENGTH_MIN) this.#needles.add(needle)
    }
  }

  /** As `finds` for each of these, and quicker: every secret is looked for once. No secret holds what stands between them. */
  findsInAny(texts: readonly string[]): boolean {
    return this.finds(texts.join('\u0000'))
  }

  /** True when the text holds a known secret. Never says which. */
  finds(text: string): boolean {
    if (this.#needles.size === 0) return false
    for (const reading of readingsOf(text)) {
      for (const needle of this.#needles) if (reading.includes(needle)) return true
    }
    return false
  }
}

/** JSON inside a string of JSON inside a form is as deep as echoes go. */
const LAYERS_MAX = 3

/**
 * The text, and what is left of it when escapes of JSON, URLs and HTML and line wraps are taken off, layer by layer. Most
 * texts have none and are read once.
 */
function readingsOf(text: string): readonly string[] {
  const readings = [text]
  for (let layer = 0; layer < LAYERS_MAX; layer++) {
    const before = readings.at(-1) ?? ''
    const plainer = withoutWraps(withoutEntities(withoutPercents(withoutBackslashes(before))))
    if (plainer === before) break
    readings.push(plainer)
  }
  return readings
}

const ESCAPED: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

function withoutBackslashes(text: string): string {
  if (!text.includes('\\')) return text
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, hex?: string, single = '') =>
    hex === undefined ? (ESCAPED[single] ?? single) : String.fromCharCode(Number.parseInt(hex, 16)),
  )
}

/** Byte by byte: what is looked for is ASCII. */
function withoutPercents(text: string): string {
  if (!text.includes('%')) return text
  return text.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function withoutEntities(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(?:#(\d{1,5})|#[xX]([0-9a-fA-F]{1,4})|(amp|lt|gt|quot|apos));/g, (_, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name] ?? ''
    return String.fromCharCode(decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal))
  })
}

/** Keys and base64 are wrapped at whatever width the writer likes. */
function withoutWraps(text: string): string {
  return text.includes('\n') ? text.replace(/\r?\n[ \t]*/g, '') : text
}

function encodings(value: string): readonly string[] {
  if (value.length < LENGTH_MIN) return []
  const found = [value, withoutWraps(value), ...ofBytes(Buffer.from(value, 'utf8'))]
  // For a value that has what looks like an escape itself, which taking off escapes would change.
  found.push(encodeURIComponent(value), JSON.stringify(value).slice(1, -1))
  const hex = /^0x([0-9a-f]+)$/i.exec(value)?.[1] ?? (/^[0-9a-f]{16,}$/i.test(value) ? value : null)
  if (hex !== null) found.push(hex.toLowerCase(), hex.toUpperCase(), ...ofBytes(Buffer.from(hex, 'hex')))
  if (/^[A-Za-z0-9+/_-]{16,}={0,2}$/.test(value)) found.push(...ofBytes(Buffer.from(value, 'base64')))
  const lines = keyLines(value)
  if (lines.length > 0) {
    // A key file leaks as soon as one of its lines does.
    const body = lines.join('')
    found.push(...lines, body, ...ofBytes(Buffer.from(body, 'base64')))
  }
  return found
}

function keyLines(value: string): readonly string[] {
  if (!value.includes('\n')) return []
  return value
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line.length >= 32 && /^[A-Za-z0-9+/=]+$/.test(line))
}

function ofBytes(bytes: Buffer): readonly string[] {
  const base64 = [0, 1, 2].map((before) => base64Inside(bytes, before))
  const hex = bytes.toString('hex')
  return [
    ...base64.flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_')]),
    hex,
    hex.toUpperCase(),
    // As Node writes a buffer in JSON.
    bytes.join(','),
  ]
}

/**
 * What is the same in the base64 of any text that has these bytes after a multiple of three and `before` more, as the
 * password has in the login of a basic authorization: only characters whose six bits are all of these bytes.
 */
function base64Inside(bytes: Buffer, before: number): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
  return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6))
}
