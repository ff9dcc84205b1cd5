import { register } from '../../../src/cli/foreign/register.ts'

// What the built `crosstape/register` is, from its sources.
register()
