/** Stands in for `node:os` in the simulated program. */
export function hostname(): string {
  return 'simulated'
}

export function tmpdir(): string {
  return '/tmp'
}
