#!/usr/bin/env node
import { createRequire } from 'node:module'

await createRequire(import.meta.url)('../dist/boot.cjs').execute({ dir: import.meta.url })
