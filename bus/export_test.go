package bus

// LockTries is how often an append is tried.
const LockTries = lockTries

// TroubleAfter is how long an append may take before the log says so.
const TroubleAfter = troubleAfter
