/**
 * Every form in which a secret could lie around, written out apart from the product's own scanner so that a gap there is
 * seen here.
 */
export function formsOf(secret: string): readonly string[] {
  const bodies = [Buffer.from(secret, 'utf8'), ...rawBytes(secret)]
  const texts = [secret, ...bodies.flatMap(encodings), ...linesOf(secret)]
  const written = texts.flatMap((text) => {
    const inUrl = encodeURIComponent(text)
    const inJson = JSON.stringify(text).slice(1, -1)
    return [text, inUrl, inUrl.replaceAll(/%../g, (code) => code.toLowerCase()), inJson, inJson.replaceAll('/', '\\/')]
  })
  return [...new Set(written)].filter((form) => form.length >= SHORTEST)
}

/** Anything shorter is found by chance. */
const SHORTEST = 12

/** What stands behind hexadecimal digits, or behind base64. */
function rawBytes(secret: string): readonly Buffer[] {
  const digits = /^(?:0x)?((?:[0-9a-f]{2}){16,})$/i.exec(secret.trim())?.[1]
  if (digits !== undefined) return [Buffer.from(digits, 'hex'), Buffer.from(digits, 'utf8')]
  return /^[A-Za-z0-9+/_-]{16,}={0,2}$/.test(secret) ? [Buffer.from(secret, 'base64')] : []
}

function encodings(bytes: Buffer): readonly string[] {
  const hex = bytes.toString('hex')
  // Without padding: inside a longer text the end looks different.
  const base64 = [bytes.toString('base64'), bytes.toString('base64url')].map((text) => text.replace(/=+$/, ''))
  return [...base64, ...inside(bytes), hex, hex.toUpperCase()]
}

/** Base64 of a longer text that holds it, wherever it begins there; four characters at each end may belong to its neighbours. */
function inside(bytes: Buffer): readonly string[] {
  return ['', 'x', 'xx'].flatMap((before) => {
    const whole = Buffer.concat([Buffer.from(before), bytes, Buffer.from('xxx')])
    return [whole.toString('base64'), whole.toString('base64url')].map((text) => text.slice(4, -8))
  })
}

/** A key file leaks as soon as a line of it does, or the lines without their ends. */
function linesOf(secret: string): readonly string[] {
  if (!secret.includes('\n')) return []
  const lines = secret.split(/\r?\n/).filter((line) => line.length >= 32 && !line.startsWith('-----'))
  return [...lines, lines.join('')]
}
