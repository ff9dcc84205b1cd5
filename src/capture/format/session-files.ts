/** The files of a session folder besides the numbered exchanges and sockets. */
export const MANIFEST_FILE = 'manifest.json'
/** One line per operation of the engine, in the order in which they ended. */
export const OPERATIONS_FILE = 'operations.jsonl'
/**
 * While a session is open: one line when an exchange or a socket begins, one when its file stands. It tells what a killed
 * process had in flight, and holds the checksums that the manifest takes over at the end, when this file goes away.
 */
export const PROGRESS_FILE = 'exchanges.jsonl'
/** While a session is open: exchanges whose own files are about to be made, a line each. */
export const PENDING_FILE = 'pending.jsonl'

/** The recording format this version writes. Older ones get a converter in `formats.ts`; newer ones are refused by name. */
export const RECORDING_FORMAT = 2
