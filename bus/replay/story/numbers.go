package story

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/cockroachdb/datadriven"

	"curfew/bus/replay/brief"
	"curfew/messages"
)

// numbers are the names of runs in a story: of each job the first is 1. They are shown where slots alone do not tell
// runs apart: of jobs with overlap: allow.
type numbers struct {
	of     map[messages.RunID]int
	runs   map[string][]messages.RunID // by job, in the order in which they came to be
	beside map[string]bool             // jobs whose runs are shown with their number
}

func newNumbers() numbers {
	return numbers{
		of: map[messages.RunID]int{}, runs: map[string][]messages.RunID{}, beside: map[string]bool{},
	}
}

// records returns the records after the last call, whose runs have numbers from now on.
func (s *Story) records() []messages.Record {
	recs := s.w.Records()
	for _, r := range recs {
		switch b := r.Body.(type) {
		case messages.JobDefined:
			s.runs.beside[b.Job] = s.runs.beside[b.Job] || b.Overlap == messages.OverlapAllow
		case messages.RunQueued:
			if s.runs.of[b.Run] == 0 {
				s.runs.runs[b.Job] = append(s.runs.runs[b.Job], b.Run)
				s.runs.of[b.Run] = len(s.runs.runs[b.Job])
			}
		}
	}
	return recs
}

// shown is the number of a run if it is to be shown, else 0.
func (n numbers) shown(job string, run messages.RunID) int {
	if !n.beside[job] {
		return 0
	}
	return n.of[run]
}

// in is a decision as one line, with the number of its run behind its job.
func (n numbers) in(d messages.Decision) string {
	text := brief.Of(d)
	number := n.shown(d.Key(), messages.RunOf(d))
	if number == 0 {
		return text
	}
	words := strings.SplitN(text, " ", 3)
	words[1] += " run=" + strconv.Itoa(number)
	return strings.Join(words, " ")
}

// named is the run of a job that a directive names by run=N; empty: it names none.
func (n numbers) named(job string, d *datadriven.TestData) (messages.RunID, error) {
	text := arg(d, "run", "")
	if text == "" {
		return "", nil
	}
	number, err := strconv.Atoi(text)
	if err != nil || number < 1 || number > len(n.runs[job]) {
		return "", fmt.Errorf("run=%s is none of the %d runs of %s", text, len(n.runs[job]), job)
	}
	return n.runs[job][number-1], nil
}
