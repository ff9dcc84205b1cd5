#!/usr/bin/env node
import {execute} from '../dist/entry.js'

await execute({dir: import.meta.url})
