import packageJson from '../../package.json' with { type: 'json' }

/** Of this program, as journals and recordings keep it. */
export const toolVersion: string = packageJson.version
