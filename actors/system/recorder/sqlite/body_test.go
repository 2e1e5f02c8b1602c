package sqlite

import (
	"errors"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"curfew/actors/system/recorder"
	"curfew/messages"
)

// anyRun draws what the log can say of a run.
func anyRun(t *rapid.T) recorder.Run {
	at := func(name string) messages.Instant {
		return messages.Instant(rapid.OneOf(rapid.Just(int64(0)), rapid.Int64Range(1, 1<<45)).Draw(t, name))
	}
	text := func(name string) string { return rapid.StringN(0, 20, 60).Draw(t, name) }
	r := recorder.Run{
		Seq: 7, ID: messages.RunID(text("id")), Job: "j", Status: messages.StatusHeld, Reason: messages.FinishReason(text("reason")),
		Trigger: messages.Trigger(text("trigger")), Missed: rapid.IntRange(0, 1<<30).Draw(t, "missed"), QueuedAt: at("queued"),
		Slot: at("slot"), FirstSlot: at("first"), StartedAt: at("started"),
	}
	if rapid.Bool().Draw(t, "follows") {
		r.After = &messages.Followed{Job: "k", Run: "q", Status: messages.StatusFailed, Depth: 3}
	}
	if rapid.Bool().Draw(t, "holds") {
		r.Holds = []messages.Hold{messages.HoldSession, messages.HoldPaused}
	}
	for range rapid.IntRange(0, 5).Draw(t, "attempts") {
		a := recorder.Attempt{
			Number: rapid.IntRange(0, 1<<30).Draw(t, "number"), Incarnation: rapid.Uint64().Draw(t, "incarnation"),
			Generation: rapid.Uint64().Draw(t, "generation"), Called: rapid.Bool().Draw(t, "called"), StartedAt: at("began"), FinishedAt: at("ended"),
		}
		if rapid.Bool().Draw(t, "more") {
			a.Class, a.Error, a.Usage = messages.ClassTimeout, text("error"), &messages.Usage{Calls: 1}
		}
		if rapid.Bool().Draw(t, "on a node") {
			a.Node = text("node")
		}
		r.Attempts = append(r.Attempts, a)
	}
	return r
}

// TestBody: a body says what was written, and nothing that is cut off passes for one.
func TestBody(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := anyRun(t)
		body, err := appendBody(nil, &want, 9)
		if err != nil {
			t.Fatal(err)
		}
		read := func(b []byte) (recorder.Run, error) {
			got := recorder.Run{Seq: want.Seq, Job: want.Job, QueuedAt: want.QueuedAt}
			upto, err := readBody(b, &got)
			if err == nil && upto != 9 {
				t.Fatalf("it is folded up to %d", upto)
			}
			return got, err
		}
		if got, err := read(body); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("the body says %+v, %v; want %+v", got, err, want)
		}
		cut := body[:rapid.IntRange(0, len(body)-1).Draw(t, "cut")]
		if got, err := read(cut); !errors.Is(err, recorder.ErrDamaged) {
			t.Fatalf("%d bytes of %d say %+v, %v", len(cut), len(body), got, err)
		}
	})
}
