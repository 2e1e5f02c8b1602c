package conn

// The result codes of SQLite that something is done about. They are SQLite's own (sqlite.org/rescode.html), and stand here
// so that builds without SQLite have them, too.
const (
	Busy       = 5
	ReadOnlyFS = 8
	IOError    = 10
	Corrupt    = 11
	Full       = 13
	CantOpen   = 14
	Constraint = 19
	Mismatch   = 20
	NotADB     = 26
)

// primary has the bits of a result code that say what is wrong; the others only say more about the same error.
const primary = 0xff
