package config_test

import (
	"reflect"
	"testing"

	"curfew/actors"
	"curfew/actors/shell"
	"curfew/internal/config"
)

// TestTimetableIsRead: every field of a timetable is read from a job file. Two jobs, for a one-shot has no active hours.
func TestTimetableIsRead(t *testing.T) {
	const notWritten = "Anchor" // it is when the job was defined first
	kinds := &actors.Registry{}
	actors.Register(kinds, shell.New)
	c, err := config.Parse("jobs.yaml", []byte(`
jobs:
  - name: a
    actor: shell
    schedule: "0 7 * * *"
    timezone: Europe/Berlin
    days: and
    dst: first_pass
    start: 2027-01-01
    end: 2028-01-01
    exclude: [2027-12-25]
    splay: 30s
    active_hours: {start: "06:00", end: "08:00"}
    with: {command: x}
  - name: b
    actor: shell
    schedule: at 2027-01-15T12:00:00Z
    delete_after_run: true
    with: {command: x}
`), t.TempDir(), kinds)
	if err != nil {
		t.Fatal(err)
	}
	a, b := reflect.ValueOf(c.Jobs[0].Timetable), reflect.ValueOf(c.Jobs[1].Timetable)
	for i := range a.NumField() {
		if name := a.Type().Field(i).Name; name != notWritten && a.Field(i).IsZero() && b.Field(i).IsZero() {
			t.Errorf("%s is not read from the job file, or not written in this test", name)
		}
	}
}
