package sqlite

import (
	"maps"
	"slices"

	"curfew/actors/system/recorder"
	"curfew/messages"
)

// define writes the definitions of the transaction that wait.
func (t *taking) define() error {
	if len(t.defs) == 0 {
		return nil
	}
	names := slices.Sorted(maps.Keys(t.defs))
	defs := make([]*messages.Kept, 0, len(names))
	for _, name := range names {
		defs = append(defs, t.defs[name])
	}
	clear(t.defs)
	t.less = append(t.less, names...)
	return define(t.tx, defs, t.upto)
}

// define sets what the histories of jobs allow, as of a cursor.
func define(tx *transaction, defs []*messages.Kept, upto uint64) error {
	rows := make([][]any, 0, len(defs))
	for _, d := range defs {
		keep := d.History.OrDefault()
		rows = append(rows, []any{d.Job, keep.Runs, keep.Age.D().Milliseconds(), 0, 0, recorder.Payer(d), int64(upto)})
	}
	return insert(tx, "INSERT INTO history_job (name, runs, age, removed, finished, payer, noted)",
		`ON CONFLICT (name) DO UPDATE SET runs = excluded.runs, age = excluded.age, removed = 0, payer = excluded.payer,
			noted = max(noted, excluded.noted)`, rows)
}
