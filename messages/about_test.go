package messages_test

import (
	"reflect"
	"testing"

	"curfew/messages"
)

// TestRunOf: every message that has a run says so.
func TestRunOf(t *testing.T) {
	named := 0
	for _, b := range messages.All() {
		v := reflect.New(reflect.TypeOf(b)).Elem()
		want := messages.RunID("")
		if f := v.FieldByName("Run"); f.IsValid() {
			f.SetString("r")
			want = "r"
			named++
		}
		if got := messages.RunOf(v.Interface().(messages.Body)); got != want {
			t.Errorf("%s is about run %q, want %q", b.Name(), got, want)
		}
	}
	if named == 0 {
		t.Error("no message has a run")
	}
}

func TestRefOf(t *testing.T) {
	want := messages.AttemptRef{Run: "r", Job: "j", Attempt: 2, Incarnation: 7}
	if got, ok := messages.RefOf(messages.AttemptFailed{AttemptRef: want}); !ok || got != want {
		t.Errorf("got %v, %v", got, ok)
	}
	if got, ok := messages.RefOf(messages.RunQueued{Run: "r"}); ok {
		t.Errorf("RunQueued is about attempt %v", got)
	}
}
