package stories

import (
	"slices"
	"strings"

	"pgregory.net/rapid"

	"curfew/supervisor/policy"
)

// photo is an image of the state that is taken while the machine goes on.
type photo struct {
	of    *policy.Machine
	image *policy.Image
	want  []string // the lines of the state when it was begun
}

// photograph begins an image, or ends the one that was begun some steps ago: it must be that of the beginning.
func (h *history) photograph() {
	if rapid.IntRange(0, 4).Draw(h.t, "photograph") > 0 {
		return
	}
	m, was := h.machine(), h.photo
	h.photo = photo{}
	if was.of != m { // there is none, or the machine is another one since a restart
		want := sortedLines(snapshot(h.t, m))
		h.photo = photo{of: m, image: m.Image(), want: want}
		return
	}
	var got []string
	for line, err := range was.image.Lines(func(f func(*policy.Machine)) error { f(m); return nil }) {
		h.must(err)
		got = append(got, string(line))
	}
	slices.Sort(got)
	for i, want := range was.want {
		if i >= len(got) || got[i] != want {
			h.t.Fatalf("step %d: an image has moved with the machine, in line %d of %d:\n%s\nwas\n%s\n%s",
				h.n, i, len(got), got[min(i, len(got)-1)], want, transcript(h.All()))
		}
	}
}

func sortedLines(b []byte) []string {
	return slices.Sorted(strings.SplitSeq(strings.TrimSpace(string(b)), "\n"))
}
