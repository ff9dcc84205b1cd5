import {
  type Money,
  type Price,
  parseMoney,
  parseQuantity,
  parseQuotedPrice,
  type Quantity,
} from '../../domain/amounts.ts'
import { amountOf } from '../format/amount-text.ts'
import { flattenJson } from '../format/json-text.ts'

/** Members of a JSON text by their path, read from the text itself: no amount passes through a double. */
export class Fields {
  private constructor(
    private readonly leaves: ReadonlyMap<string, string>,
    private readonly prefix: string,
  ) {}

  /** Empty when the text is not JSON. */
  static of(text: string | null): Fields {
    return new Fields((text === null ? null : flattenJson(text)) ?? new Map(), '')
  }

  /** The members below one of them. */
  at(path: string): Fields {
    return new Fields(this.leaves, `${this.prefix}${path}.`)
  }

  /** The elements of an array. */
  items(path: string): readonly Fields[] {
    const start = path === '' ? this.prefix : `${this.prefix}${path}.`
    const count = new Set(
      [...this.leaves.keys()].flatMap((leaf) =>
        leaf.startsWith(start) ? [leaf.slice(start.length).split('.')[0]] : [],
      ),
    )
    return [...count].flatMap((index) =>
      /^\d+$/.test(index ?? '') ? [new Fields(this.leaves, `${start}${index}.`)] : [],
    )
  }

  /** Whether there is a member, and it is not null. */
  has(path: string): boolean {
    const full = `${this.prefix}${path}`
    const leaf = this.leaves.get(full)
    if (leaf !== undefined) return leaf !== 'null'
    return [...this.leaves.keys()].some((key) => key.startsWith(`${full}.`))
  }

  /** A text, or a number as it is written. Null when it is absent, null, empty, or neither. */
  text(path: string): string | null {
    return this.leaf(`${this.prefix}${path}`)
  }

  /** The element of an array of texts. */
  texts(path: string): readonly string[] {
    const start = `${this.prefix}${path === '' ? '' : `${path}.`}`
    return [...this.leaves.keys()].flatMap((leaf) => {
      const isElement = leaf.startsWith(start) && /^\d+$/.test(leaf.slice(start.length))
      return (isElement ? this.leaf(leaf) : null) ?? []
    })
  }

  private leaf(full: string): string | null {
    const leaf = this.leaves.get(full)
    if (leaf === undefined || leaf === 'null' || leaf === '""' || leaf === '{}' || leaf === '[]') return null
    return leaf.startsWith('"') ? String(JSON.parse(leaf)) : leaf
  }

  quantity(...paths: readonly string[]): Quantity | null {
    return this.first(paths, parseQuantity)
  }

  price(...paths: readonly string[]): Price | null {
    return this.first(paths, parseQuotedPrice)
  }

  money(...paths: readonly string[]): Money | null {
    return this.first(paths, parseMoney)
  }

  /** The first of these members that is there and is such an amount. */
  private first<T>(paths: readonly string[], parse: (text: string) => T): T | null {
    for (const path of paths) {
      const value = amountOf(this.text(path), parse)
      if (value !== null) return value
    }
    return null
  }
}
