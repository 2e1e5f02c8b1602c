package web

import (
	"strings"

	"curfew/internal/contract"
	"curfew/messages/screen"
	"curfew/messages/text"
)

// Bounds of the output on the page. The whole that is kept is behind the link beside it.
const (
	maxLogShown = 16 << 10 // bytes, the newest
	maxLogLines = 300      // lines, the newest
)

// logPart is the output of a run, as it is now.
type logPart struct {
	Note   string // what people should know about it; empty: nothing
	Text   string // the newest part, safe to be shown
	Cut    bool   // there is more before it
	Whole  string // where all of it is that is kept
	Follow string // what the script reads while the run goes on
}

// logOf is the end of the output of a run.
func (v *visit) logOf(run contract.Run) (logPart, error) {
	l, err := v.Backend.Logs(v.ctx, run.ID, false)
	if err != nil {
		return logPart{}, err
	}
	var all []byte
	for piece, err := range l.Pieces {
		if err != nil {
			return logPart{}, err
		}
		all = append(all, piece...)
		all = all[max(0, len(all)-maxLogShown-1):] // one more, to know that there is more
	}
	whole := "/v1/runs/" + string(run.ID) + "/logs?screen=true"
	part := logPart{Note: l.Note, Whole: whole, Follow: whole + "&follow=true"}
	part.Text, part.Cut = tailOf(string(all))
	return part, nil
}

// tailOf is the end of a text, safe to be shown, and whether something is before it.
func tailOf(all string) (tail string, cut bool) {
	tail = all
	if len(tail) > maxLogShown {
		tail, cut = text.Tail(all, maxLogShown), true
		if _, rest, found := strings.Cut(tail, "\n"); found { // begin with a whole line
			tail = rest
		}
	}
	tail = screen.Text(tail)
	for n, i := 0, len(tail)-1; i >= 0; i-- {
		if tail[i] != '\n' || i == len(tail)-1 {
			continue
		}
		if n++; n == maxLogLines {
			return tail[i+1:], true
		}
	}
	return tail, cut
}

// causesPart is the chain of records that led to what became of the run.
type causesPart struct {
	Asked   bool // false: the page is asked for by its script, which leaves this part as it is
	Problem string
	Verdict []piece
	Chain   []recordRow
	Omitted int
}

// causesOf explains a run by its records.
func (v *visit) causesOf(run contract.Run, job *contract.Job) causesPart {
	x, err := v.Backend.Explain(v.ctx, contract.ExplainQuery{Job: run.Job, Run: run.ID})
	if err != nil { // the journal may keep less than the run history; the rest of the page is still worth having
		_, problem := v.Problem(err)
		return causesPart{Asked: true, Problem: problem}
	}
	c := causesPart{Asked: true, Verdict: pieces(v.verdict(x)), Omitted: x.Omitted}
	for _, l := range x.Chain {
		c.Chain = append(c.Chain, v.linkRow(l, zoneOf(job)))
	}
	return c
}
