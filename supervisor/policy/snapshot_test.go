package policy_test

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"curfew/messages"
	"curfew/supervisor/policy"
)

// machine has two jobs with a run each, one of which failed for good.
func machine(t *testing.T) *policy.Machine {
	t.Helper()
	m := policy.New()
	seq := uint64(0)
	step := func(f messages.Fact) []messages.Decision {
		seq += 10
		return m.Step(messages.Instant(1_800_000_000_000+seq), seq, f)
	}
	step(messages.RuntimeConfigured{Sessions: []messages.SessionConfig{{Name: "default"}}, Release: messages.ReleaseConfig{Rate: 10}})
	for _, name := range []string{"b", "a"} {
		step(messages.Defined(messages.Definition{Job: name, Actor: "shell", Timetable: messages.Timetable{Schedule: "@daily"}, Retry: messages.Retry{Attempts: 1}}))
	}
	var run messages.RunID
	for _, d := range step(messages.RunRequested{Job: "a", Request: "r"}) {
		if s, ok := d.(messages.AttemptStarted); ok {
			run = s.Run
		}
	}
	step(messages.AttemptFailed{AttemptRef: messages.AttemptRef{Run: run, Job: "a", Attempt: 1}, Class: messages.ClassPermanent, Called: true})
	step(messages.RunRequested{Job: "b", Request: "r"})
	return m
}

func text(t *testing.T, m *policy.Machine) []byte {
	t.Helper()
	b, err := m.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestAnImageStaysAsItIs: the machine goes on between any two of its portions, and the image is that of the beginning.
func TestAnImageStaysAsItIs(t *testing.T) {
	m := machine(t)
	before, image := text(t, m), m.Image()
	seq := uint64(1000)
	step := func(f messages.Fact) {
		m.Step(1_800_000_001_000, seq, f)
		seq += 10
	}
	step(messages.RunRequested{Job: "a", Request: "other"})
	var b []byte
	for line, err := range image.Lines(func(f func(*policy.Machine)) error { f(m); return nil }) {
		if err != nil {
			t.Fatal(err)
		}
		b = append(append(b, line...), '\n')
		step(messages.JobRemoved{Job: "b"})
		step(messages.Defined(messages.Definition{Job: "c", Actor: "shell", Retry: messages.Retry{Attempts: 1, Factor: 1}}))
	}
	if bytes.Equal(before, text(t, m)) {
		t.Fatal("the machine has not moved")
	}
	if want, got := lines(before), lines(b); !slices.Equal(want, got) {
		t.Errorf("the image moved with the machine:\n%q\nwas\n%q", got, want)
	}
	if _, err := policy.Restore(b); err != nil {
		t.Error(err)
	}
}

// TestAnImageEndsAnother: an image that another one has ended says so, and the newer one is whole.
func TestAnImageEndsAnother(t *testing.T) {
	m := machine(t)
	itself := func(f func(*policy.Machine)) error { f(m); return nil }
	old := m.Image()
	m.Image()
	var last error
	for _, last = range old.Lines(itself) {
	}
	if last == nil || !strings.Contains(last.Error(), "ended by another") {
		t.Errorf("the older image: %v", last)
	}
	broken := errors.New("the log is closed")
	for _, last = range m.Image().Lines(func(func(*policy.Machine)) error { return broken }) {
	}
	if !errors.Is(last, broken) {
		t.Errorf("no view: %v", last)
	}
}

// lines are the lines of a snapshot, sorted: an image has its jobs in no order.
func lines(b []byte) []string {
	all := strings.Split(string(b), "\n")
	slices.Sort(all)
	return all
}

func TestUndeliveredIsState(t *testing.T) {
	m := machine(t)
	left := m.Undelivered()
	if len(left) != 1 || left[0].Record.ID == "" || left[0].Record.Body.Name() != "error.reported.v1" {
		t.Fatalf("undelivered: %v", left)
	}
	again, err := policy.Restore(text(t, m))
	if err != nil {
		t.Fatal(err)
	}
	if got := again.Undelivered(); len(got) != 1 || !reflect.DeepEqual(got[0], left[0]) {
		t.Errorf("restored: %v, want %v", got, left)
	}
	again.Step(1_800_000_001_000, 1000, messages.DeliveryFinished{Of: left[0].Record.ID, About: "a", To: "log", OK: true, Attempt: 1})
	if got := again.Undelivered(); len(got) != 0 {
		t.Errorf("after the delivery: %v", got)
	}
}

func TestRestoreRefuses(t *testing.T) {
	whole := string(text(t, machine(t)))
	first, rest, _ := strings.Cut(whole, "\n")
	for name, c := range map[string]struct{ in, want string }{
		"nothing":                {"", "lines are missing"},
		"a line is missing":      {whole[:strings.LastIndexByte(strings.TrimSpace(whole), '\n')+1], "lines are missing"},
		"no head":                {rest, "the first line"},
		"two heads":              {first + "\n" + whole, "the first line"},
		"a newer format":         {strings.Replace(whole, `"format":1`, `"format":2`, 1), "format 2, this build reads 1"},
		"an unknown member":      {strings.Replace(whole, `"paused":`, `"dozing":true,"paused":`, 1), `unknown field "dozing"`},
		"a line without members": {whole + "{}\n", "a line has none of the members"},
		"half a line":            {whole[:len(whole)-20], "unexpected EOF"},
	} {
		if _, err := policy.Restore([]byte(c.in)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	broken := errors.New("disk on fire")
	if _, err := policy.RestoreLines(func(yield func([]byte, error) bool) { yield(nil, broken) }); !errors.Is(err, broken) {
		t.Errorf("a line that cannot be read: %v", err)
	}
}
