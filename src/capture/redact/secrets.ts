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
    for (const needle of this.#needles) if (text.includes(needle)) return true
    return false
  }
}

function encodings(value: string): readonly string[] {
  if (value.length < LENGTH_MIN) return []
  const found = [value, ...ofBytes(Buffer.from(value, 'utf8'))]
  const hex = /^0x([0-9a-f]+)$/i.exec(value)?.[1] ?? (/^[0-9a-f]{16,}$/i.test(value) ? value : null)
  if (hex !== null) found.push(hex.toLowerCase(), hex.toUpperCase(), ...ofBytes(Buffer.from(hex, 'hex')))
  if (/^[A-Za-z0-9+/_-]{16,}={0,2}$/.test(value)) found.push(...ofBytes(Buffer.from(value, 'base64')))
  // A key file leaks as soon as one of its lines does.
  if (value.includes('\n')) found.push(...keyLines(value), keyLines(value).join(''))
  return found.flatMap((text) => [text, encodeURIComponent(text), JSON.stringify(text).slice(1, -1)])
}

function keyLines(value: string): readonly string[] {
  return value
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line.length >= 32 && /^[A-Za-z0-9+/=]+$/.test(line))
}

function ofBytes(bytes: Buffer): readonly string[] {
  // Without padding: inside a longer base64 text the end looks different.
  const base64 = bytes.toString('base64').replace(/=+$/, '')
  const hex = bytes.toString('hex')
  return [base64, base64.replaceAll('+', '-').replaceAll('/', '_'), hex, hex.toUpperCase()]
}
