/**
 * JSON that keeps exact integers: a bigint is written as `{"$":"123"}`, so that no amount passes through a double.
 */
export function encodeJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? { $: item.toString() } : item))
}

/**
 * The inverse of `encodeJson`, for text that this process or an earlier one of the same format wrote.
 * @throws SyntaxError when the text is not JSON.
 */
export function decodeJson<Value>(text: string): Value {
  return JSON.parse(text, (_key, item: unknown) => (isExact(item) ? BigInt(item.$) : item))
}

function isExact(item: unknown): item is { readonly $: string } {
  return typeof item === 'object' && item !== null && '$' in item && typeof item.$ === 'string'
}
