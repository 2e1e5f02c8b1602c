package config_test

import (
	"reflect"
	"slices"
	"testing"

	"curfew/actors"
	"curfew/actors/shell"
	"curfew/internal/config"
	"curfew/messages"
)

// TestTimetableIsRead: every field of a timetable is read from a job file. Three jobs, for a one-shot has no
// active hours, and a job that follows another has no limits.
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
  - name: c
    actor: shell
    schedule: {after: {job: b}}
    with: {command: x}
`), t.TempDir(), kinds)
	if err != nil {
		t.Fatal(err)
	}
	fields := reflect.TypeFor[messages.Timetable]()
	for i := range fields.NumField() {
		read := slices.ContainsFunc(c.Jobs, func(d messages.Definition) bool { return !reflect.ValueOf(d.Timetable).Field(i).IsZero() })
		if name := fields.Field(i).Name; name != notWritten && !read {
			t.Errorf("%s is not read from the job file, or not written in this test", name)
		}
	}
}
