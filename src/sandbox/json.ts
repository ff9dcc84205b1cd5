/**
 * JSON that keeps exact integers: a bigint is written as `{"$":"123"}`, so that no amount passes through a double.
 */
export function encodeJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? { $: item.toString() } : item))
}
