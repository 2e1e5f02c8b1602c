package bus_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"curfew/bus"
)

// TestMessageOfAnotherBuild: a message that this build does not know, as nodes of a newer one send it in the middle of a
// roll-out, is refused, and costs no other message of its parcel.
func TestMessageOfAnotherBuild(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 1)
		answer, err := f.logs[0].TakeIn(t.Context(), 1, []byte(`{"id":"before","name":"job.paused.v1","body":{"job":"a","by":""}}
{"id":"newer","name":"job.moved.v1","body":{"job":"a"},"asks":true}
{"id":"field","name":"job.paused.v1","body":{"job":"a","by":"","until":"tomorrow"}}
{"id":"after","name":"job.resumed.v1","body":{"job":"a","by":""}}
`))
		if err != nil {
			t.Fatal(err)
		}
		if ids, _ := f.facts(); strings.Join(ids, " ") != "before after" {
			t.Errorf("the journal has %q", ids)
		}
		if len(answer.Messages) != 1 || answer.Messages[0].ID != "newer" || !strings.Contains(answer.Messages[0].Refused, "job.moved.v1") {
			t.Errorf("the answer is %+v", answer)
		}
		answer, err = f.logs[0].TakeIn(t.Context(), 2, []byte(`{"id":"alone","name":"job.moved.v1","body":{},"asks":true}`))
		if err != nil || len(answer.Messages) != 1 {
			t.Errorf("a parcel with nothing else: %+v, %v", answer, err)
		}
	})
}

// TestNoParcel: what no node can have sent is said to be none, and nothing of it is taken in.
func TestNoParcel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 1)
		const good = `{"id":"good","name":"job.paused.v1","body":{"job":"a","by":""}}` + "\n"
		for name, content := range map[string]string{
			"nothing":           "",
			"no JSON":           good + "{",
			"no id":             good + `{"name":"job.paused.v1","body":{"job":"a","by":""}}`,
			"no name":           good + `{"id":"x","topic":"command","payload":"e30="}`,
			"no topic":          good + `{"id":"x","payload":"e30="}`,
			"a decision":        good + `{"id":"x","name":"gate.closed.v1","body":{"session":"s","generation":1,"reason":"r","source":"s"}}`,
			"too many messages": strings.Repeat(good, 1025),
		} {
			if _, err := f.logs[0].TakeIn(t.Context(), 1, []byte(content)); !errors.Is(err, bus.ErrBadParcel) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if ids, _ := f.facts(); len(ids) > 0 {
			t.Errorf("the journal has %q", ids)
		}
	})
}
