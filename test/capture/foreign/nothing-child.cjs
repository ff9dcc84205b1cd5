// Loaded in place of the tape.
