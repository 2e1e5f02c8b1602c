package stories

import (
	"bytes"
	"flag"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/cockroachdb/datadriven"

	"curfew/bus"
	"curfew/bus/jsonl"
	"curfew/bus/nats/natstest"
	"curfew/bus/replay/story"
	"curfew/messages"
	"curfew/tests/internal/world"
)

var allOnAStream = flag.Bool("stream", false, "TestStoriesInARealm tells all stories, not every eighth one")

// TestStoriesInARealm tells stories to a whole runtime three times: on its own, on a journal in a stream of JetStream, and
// as the one node of a realm, which follows, leads and decides. The journal in the stream is byte for byte that of the
// runtime on its own. So are the decisions of the node, but that a start names it.
func TestStoriesInARealm(t *testing.T) {
	nc, n := natstest.Connect(t, natstest.Server(t)), 0
	datadriven.Walk(t, "../testdata/stories", func(t *testing.T, path string) {
		if n++; n%8 != 0 && !*allOnAStream {
			return
		}
		alone := live(t, path, nil)
		stream := world.NewRealm(t, nc, fmt.Sprint("stream-", n))
		got := live(t, path, func(t *testing.T, w *world.Story) { w.Open = func() bus.Journal { return stream.Open(t) } })
		sameText(t, export(t, got), export(t, alone))
		if hasNodesOrEnds(t, path) {
			return
		}
		realm := world.NewRealm(t, nc, fmt.Sprint("realm-", n))
		got = live(t, path, func(t *testing.T, w *world.Story) {
			w.Node, w.Open = "solo", func() bus.Journal { return realm.Join(t) }
		})
		sameText(t, decisions(t, got), decisions(t, alone))
	})
}

// hasNodesOrEnds reports whether a story says itself which nodes there are, or ends its process: a node that ends is lost
// to its realm (docs/decisions/0145), and a runtime on its own is not.
func hasNodesOrEnds(t *testing.T, path string) (found bool) {
	t.Helper()
	datadriven.RunTest(t, path, func(_ *testing.T, d *datadriven.TestData) string {
		found = found || slices.Contains([]string{"join", "restart", "crash"}, d.Cmd)
		return d.Expected
	})
	return found
}

// live tells a story to a whole runtime in a world that set has changed, and returns its journal.
func live(t *testing.T, path string, set func(*testing.T, *world.Story)) (journal []messages.Record) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := world.NewStory(t)
		if set != nil {
			set(t, w)
		}
		s := story.New(w)
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			story.Tell(t, s, d)
			return d.Expected // TestStoriesLive compares the texts
		})
		err := bus.Scan(w.Open(), 1, func(r messages.Record) error { journal = append(journal, r); return nil })
		if err != nil {
			t.Error(err)
		}
		w.Stop()
	})
	return journal
}

// chance is the form of an id that was made by chance.
var chance = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// export is the export of a journal. A fact whose id was made by chance has that of its place.
func export(t *testing.T, journal []messages.Record) []byte {
	t.Helper()
	var b bytes.Buffer
	out := jsonl.NewWriter(&b)
	for _, r := range journal {
		if messages.KindOf(r.Body) == messages.KindFact && chance.MatchString(r.ID) {
			r.ID = fmt.Sprint("fact-", r.Seq)
		}
		if err := out.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Flush(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// decisions are the times and bodies of the decisions, without what is about nodes and without their place in the journal.
func decisions(t *testing.T, journal []messages.Record) []byte {
	t.Helper()
	var all []messages.Record
	for _, r := range journal {
		switch b := r.Body.(type) {
		case messages.JobsAssigned, messages.Fact:
			continue
		case messages.AttemptStarted:
			b.Node = ""
			r.Body = b
		case messages.NotificationRequested: // it may name an earlier one, by its place
			b.Again = ""
			r.Body = b
		}
		all = append(all, messages.Record{At: r.At, Body: r.Body})
	}
	return export(t, all)
}

// sameText compares two exports.
func sameText(t *testing.T, got, want []byte) {
	t.Helper()
	if bytes.Equal(got, want) {
		return
	}
	was, is := strings.Split(string(want), "\n"), strings.Split(string(got), "\n")
	for i := range min(len(was), len(is)) {
		if was[i] != is[i] {
			t.Fatalf("line %d is\n%s\nwant\n%s", i+1, is[i], was[i])
		}
	}
	t.Fatalf("it has %d lines, want %d", len(is), len(was))
}
