import type { Random } from './random.ts'

/** The one source of identifiers. */
export interface Ids {
  /** RFC 9562 version 4. */
  uuid(): string
  /** Short id with a prefix, e.g. `o-3f2a9c41d07b`: for people to read and paste. */
  short(prefix: string): string
}

export function seededIds(random: Random): Ids {
  return {
    uuid: () => {
      const bytes = Buffer.from(random.bytes(16))
      bytes[6] = (bytes.readUInt8(6) & 0x0f) | 0x40
      bytes[8] = (bytes.readUInt8(8) & 0x3f) | 0x80
      const hex = bytes.toString('hex')
      return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
    },
    short: (prefix) => `${prefix}-${random.bytes(6).toString('hex')}`,
  }
}
