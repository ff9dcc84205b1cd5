/** Where `capture exec` wants to be told of the sessions that its program began: a file, a folder a line. */
export const SESSIONS_FILE_VARIABLE = 'CROSSTAPE_SESSIONS_FILE'
/** Names the session of a taped program, as `--session` does for ours. */
export const SESSION_VARIABLE = 'CAPTURE_SESSION'
