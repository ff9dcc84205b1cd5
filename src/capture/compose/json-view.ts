import {
  type Money,
  type Price,
  parseMoney,
  parseQuantity,
  parseQuotedPrice,
  type Quantity,
} from '../../domain/amounts.ts'
import { amountOf } from '../format/amount-text.ts'
import { parseJsonExactly } from '../format/json-exact.ts'

/** A parsed body, looked into without trust: what is not there or of another kind is null or empty. Numbers are texts. */
export class JsonView {
  constructor(
    private readonly value: unknown,
    readonly path: string,
  ) {}

  static of(text: string | undefined, at: string): JsonView {
    return new JsonView(text === undefined ? null : parseJsonExactly(text), at)
  }

  get(name: string): JsonView {
    const { value } = this
    const member: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : null
    return new JsonView(member, `${this.path}.${name}`)
  }

  items(): readonly JsonView[] {
    return Array.isArray(this.value) ? this.value.map((item, index) => new JsonView(item, `${this.path}.${index}`)) : []
  }

  keys(): readonly string[] {
    return typeof this.value === 'object' && this.value !== null ? Object.keys(this.value) : []
  }

  text(): string | null {
    return typeof this.value === 'string' && this.value !== '' ? this.value : null
  }

  isFalse(): boolean {
    return this.value === false
  }

  isTrue(): boolean {
    return this.value === true
  }

  quantity(): Quantity | null {
    return amountOf(this.text(), parseQuantity)
  }

  price(): Price | null {
    return amountOf(this.text(), parseQuotedPrice)
  }

  money(): Money | null {
    return amountOf(this.text(), parseMoney)
  }

  /** Unix ms of a time in seconds, milliseconds or as text. */
  timeMs(): number | null {
    const text = this.text()
    if (text === null) return null
    if (/^\d{10}$/.test(text)) return Number(text) * 1000
    const ms = /^\d{13}$/.test(text) ? Number(text) : Date.parse(text)
    return Number.isNaN(ms) ? null : ms
  }
}
