package compare

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"curfew/bus/jsonl"
	"curfew/messages"
)

// exported is the lines of an export of many pieces, with a line of a snapshot now and then, and some lines that are
// longer than a piece.
func exported(t *testing.T) (lines []string) {
	t.Helper()
	for i := range 3000 {
		r := messages.Record{
			Seq: uint64(i + 1), ID: fmt.Sprint("id-", i), PolicyVersion: 5,
			Body: messages.AttemptSucceeded{Output: strings.Repeat("x", i%700)},
		}
		if i == 1000 {
			r.Body = messages.AttemptSucceeded{Output: strings.Repeat("y", 3*pieceBytes)}
		}
		line, err := jsonl.Encode(r)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, string(line)+"\n")
		if i%500 == 0 {
			const state = `{"seq":%d,"at":"2026-11-29T08:00:00.000Z","id":"","cause":null,"policy_version":5,"topic":"",` +
				`"name":"snapshot.v1","key":null,"kind":"snapshot","body":{"n":%d}}`
			sealed, err := jsonl.Seal(fmt.Appendf(nil, state, i+1, i))
			if err != nil {
				t.Fatal(err)
			}
			lines = append(lines, string(sealed)+"\n", "\n")
		}
	}
	return lines
}

// told is what of an export is handed on, as text.
func told(pages []page) (all []string) {
	for _, p := range pages {
		for _, s := range p.snapshot {
			all = append(all, "snapshot "+string(s))
		}
		for _, r := range p.records {
			all = append(all, fmt.Sprintf("record %+v", r))
		}
		if p.err != nil {
			all = append(all, "error "+p.err.Error())
		}
	}
	return all
}

// What is decided in pieces, side by side, is what a single reader says, with the same numbers of lines and records:
// whatever is damaged, and however the text arrives or ends.
func TestPiecesAreReadAlike(t *testing.T) {
	whole, snapshots := exported(t), 0
	random := rand.New(rand.NewPCG(1, 2))
	fails := errors.New("the disk fails")
	for n := range 24 {
		lines := slices.Clone(whole[:random.IntN(len(whole))+1])
		for range random.IntN(4) { // damage, which leaves the line its seq or takes it
			i := random.IntN(len(lines))
			at := random.IntN(min(len(lines[i]), 300))
			lines[i] = lines[i][:at] + []string{"#", "", "\n", "7"}[random.IntN(4)] + lines[i][min(at+1, len(lines[i])):]
		}
		if n == 3 || n == 7 {
			lines = append(lines, strings.Repeat("z", jsonl.MaxLine+random.IntN(3*pieceBytes))+"\n")
			lines = append(lines, whole[:5]...)
		}
		text := strings.Join(lines, "")
		text = text[:len(text)-random.IntN(2)*random.IntN(min(len(text), 50))] // perhaps without its end
		open := func() (r io.Reader) {
			r = strings.NewReader(text)
			if n%4 == 1 {
				r = io.MultiReader(r, iotest.ErrReader(fails))
			}
			if n%8 >= 4 {
				r = iotest.HalfReader(r)
			}
			return r
		}
		var want, got []page
		readPages(jsonl.NewReader(open()), true, func(p page) bool { want = append(want, p); return true })
		if err := readAhead(open(), true, func(p page) error { got = append(got, p); return nil }); err != nil {
			t.Fatal(err)
		}
		for _, p := range want {
			snapshots += len(p.snapshot)
		}
		if w, g := told(want), told(got); !slices.Equal(w, g) {
			at := 0
			for at < min(len(w), len(g)) && w[at] == g[at] {
				at++
			}
			t.Fatalf("export %d, of %d bytes: after %d alike of %d, %d are handed on: %.200q and not %.200q",
				n, len(text), at, len(w), len(g), fmt.Sprint(g[min(at, len(g)):]), fmt.Sprint(w[min(at, len(w)):]))
		}
	}
	if snapshots == 0 {
		t.Error("no export had a snapshot")
	}
}

// The first error of take is the answer, and nothing is handed on after it.
func TestReadAheadEndsWithTheFirstError(t *testing.T) {
	text := strings.Join(exported(t), "")
	enough, taken := errors.New("enough"), 0
	err := readAhead(bytes.NewReader([]byte(text)), false, func(page) error {
		if taken++; taken == 3 {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) || taken != 3 {
		t.Errorf("%v after %d pages", err, taken)
	}
}
