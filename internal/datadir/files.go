package datadir

// The files and folders in a data folder. The API adds its socket and daemon.json, and the lock its file.
const (
	Journal      = "curfew.db"      // the journal and the run history
	History      = "history.db"     // the run history of a node of a fleet, whose journal is elsewhere
	Realm        = "realm"          // the name of the fleet that the folder's node belongs to
	Tokens       = "tokens.json"    // 0600, never in SQLite
	NodeKey      = "node.key"       // 0600, of a node of a fleet: other nodes seal secrets for it
	SignIns      = "signins.json"   // 0600, hashes of what was seen of sign-ins to sessions without a backend
	APIToken     = "api.token"      // 0600, for callers over TCP that may do everything
	APIReadToken = "api.read.token" // 0600, for those that may only read
	Procs        = "procs"          // 0700, a note for each process that runs
	Threads      = "threads"        // 0700, the conversations of jobs with session_target: main
)
