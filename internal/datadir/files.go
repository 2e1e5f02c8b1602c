package datadir

// The files of a data folder; the API adds its socket and daemon.json, the lock its own.
const (
	Journal = "curfew.db"   // the journal and the run history
	Tokens  = "tokens.json" // 0600, never in SQLite
	Procs   = "procs"       // 0700, a note for each process that runs
	Threads = "threads"     // 0700, what was said in jobs with session_target: main
)
