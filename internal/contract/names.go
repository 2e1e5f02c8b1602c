package contract

import "curfew/messages"

// Names are what a data folder knows by name.
type Names struct {
	Jobs     []string
	Sessions []string
	Runs     []NamedRun // newest first
}

// NamedRun is a run in short.
type NamedRun struct {
	ID     messages.RunID
	Job    string
	Status messages.Status // empty: not known
	At     messages.Instant
}
