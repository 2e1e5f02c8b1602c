package messages_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"curfew/messages"
)

// TestVocabulary pins every message: its name is a promise to whoever reads a journal.
func TestVocabulary(t *testing.T) {
	want := []string{
		"config  fact     runtime.configured.v1",
		"config  fact     runtime.stopped.v1",
		"config  fact     job.defined.v1",
		"config  fact     job.removed.v1",
		"config  fact     node.joined.v1",
		"config  fact     node.lost.v1",
		"config  decision jobs.assigned.v1",
		"command fact     job.paused.v1",
		"command fact     job.resumed.v1",
		"command fact     run.requested.v1",
		"command fact     cancel.requested.v1",
		"due     fact     slots.due.v1",
		"due     fact     slots.missed.v1",
		"due     fact     clock.set_back.v1",
		"due     decision slot.skipped.v1",
		"attempt fact     attempt.succeeded.v1",
		"attempt fact     attempt.failed.v1",
		"attempt fact     attempt.interrupted.v1",
		"attempt fact     attempt.abandoned.v1",
		"attempt fact     side_effect.began.v1",
		"attempt fact     woke.v1",
		"attempt decision attempt.started.v1",
		"attempt decision wake.scheduled.v1",
		"session fact     session.expired.v1",
		"session fact     session.restored.v1",
		"session fact     session.confirmed.v1",
		"session fact     session.refresh_failed.v1",
		"session decision gate.closed.v1",
		"session decision gate.probing.v1",
		"session decision gate.opened.v1",
		"run     decision run.queued.v1",
		"run     decision run.held.v1",
		"run     decision run.finished.v1",
		"outbox  fact     delivery.finished.v1",
		"outbox  decision delivery.requested.v1",
		"outbox  decision notification.requested.v1",
		"outbox  decision error.reported.v1",
	}
	var got []string
	form := regexp.MustCompile(`^[a-z_]+(\.[a-z_]+)*\.v[1-9][0-9]*$`)
	for _, b := range messages.All() {
		if !form.MatchString(b.Name()) || !b.Topic().Known() {
			t.Errorf("%T has the name %q on the topic %q", b, b.Name(), b.Topic())
		}
		got = append(got, pad(string(b.Topic()), 7)+" "+pad(string(messages.KindOf(b)), 8)+" "+b.Name())
	}
	if !slices.Equal(got, want) {
		t.Errorf("the vocabulary is\n%s", strings.Join(got, "\n"))
	}
	if k := messages.KindOf(messages.Opaque{On: "elsewhere"}); k != messages.KindOpaque {
		t.Errorf("a foreign message is a %s", k)
	}
}

func pad(s string, n int) string { return s + strings.Repeat(" ", max(0, n-len(s))) }

// TestRoundTrip encodes and decodes generated values of every message.
func TestRoundTrip(t *testing.T) {
	for _, b := range messages.All() {
		t.Run(b.Name(), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				want := draw(t, b)
				raw, err := messages.Encode(want)
				if err != nil {
					t.Fatal(err)
				}
				got, err := messages.Decode(want.Name(), raw)
				if err != nil {
					t.Fatalf("%s: %v", raw, err)
				}
				if !reflect.DeepEqual(got, want) {
					t.Fatalf("%s became %#v, was %#v", raw, got, want)
				}
			})
		})
	}
}

// TestRecordRoundTrip does the same with whole lines of a journal.
func TestRecordRoundTrip(t *testing.T) {
	all := append(messages.All(), messages.Opaque{})
	rapid.Check(t, func(t *rapid.T) {
		want := messages.Record{
			Seq: rapid.Uint64().Draw(t, "seq"), At: instants.Draw(t, "at"), ID: rapid.String().Draw(t, "id"),
			Cause: rapid.Uint64().Draw(t, "cause"), PolicyVersion: rapid.Int().Draw(t, "version"),
			Body: draw(t, rapid.SampledFrom(all).Draw(t, "message")),
		}
		raw, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got messages.Record
		if err := json.Unmarshal(raw, &got); err != nil {
			t.Fatalf("%s: %v", raw, err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%s became %#v", raw, got)
		}
	})
}

// TestDecodeRefuses: nothing that the message does not have is ignored.
func TestDecodeRefuses(t *testing.T) {
	for _, b := range messages.All() {
		if _, err := messages.Decode(b.Name(), []byte(`{"colour":"red"}`)); err == nil || !strings.Contains(err.Error(), `"colour"`) {
			t.Errorf("%s with an unknown member: %v", b.Name(), err)
		}
	}
	cases := []struct{ name, payload, want string }{
		{"job.removed.v1", ``, "not a JSON object"},
		{"job.removed.v1", `[]`, "not a JSON object"},
		{"job.removed.v1", `null`, "not a JSON object"},
		{"job.removed.v1", `{"job":7}`, "cannot unmarshal number"},
		{"job.removed.v1", `{"job":"a"} {"job":"b"}`, "unexpected data after"},
		{"job.removed.v1", `{"job":"a"}]garbage`, "unexpected data after"},
		{"woke.v1", `{"due":"tomorrow"}`, "RFC 3339"},
		{"session.expired.v1", `{"generation":-1}`, "cannot unmarshal number"},
	}
	for _, c := range cases {
		if _, err := messages.Decode(c.name, []byte(c.payload)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: error %v, want one with %q", c.name, c.payload, err, c.want)
		}
	}
	if _, err := messages.Decode("job.removed.v2", []byte(`{}`)); !errors.Is(err, messages.ErrUnknownName) {
		t.Errorf("an unknown version: %v", err)
	}
}

// TestRecordRefuses: the columns of a line are those of its message.
func TestRecordRefuses(t *testing.T) {
	const good = `{"seq":7,"at":"2027-01-01T00:00:00.000Z","id":"x","cause":null,"policy_version":1,` +
		`"topic":"config","name":"job.removed.v1","key":"backup","kind":"fact","body":{"job":"backup"}}`
	cases := []struct{ from, to, want string }{
		{`"seq":7`, `"seq":7`, ""},
		{`"topic":"config"`, `"topic":"due"`, "topic, kind or key"},
		{`"key":"backup"`, `"key":"other"`, "topic, kind or key"},
		{`"key":"backup"`, `"key":null`, "topic, kind or key"},
		{`"kind":"fact"`, `"kind":"decision"`, "topic, kind or key"},
		{`"kind":"fact"`, `"kind":"opaque"`, "foreign topic"},
		{`job.removed.v1`, `job.removed.v9`, "record 7: messages: unknown name"},
		{`{"job":"backup"}`, `{"job":"backup","x":1}`, `"x"`},
		{`"seq":7`, `"seq":"7"`, "decode record"},
	}
	for _, c := range cases {
		var r messages.Record
		err := json.Unmarshal([]byte(strings.Replace(good, c.from, c.to, 1)), &r)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s for %s: %v", c.to, c.from, err)
		}
	}
}
