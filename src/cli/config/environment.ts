/** Where orders go. `sandbox` is the default; the others must be named. */
export const environments = ['sandbox', 'demo', 'live'] as const
export type Environment = (typeof environments)[number]
