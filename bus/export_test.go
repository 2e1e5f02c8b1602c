package bus

// LockTries is how often an append is tried.
const LockTries = lockTries
