package backend

import (
	"strings"
	"testing"

	"curfew/actors/system/follow"
	"curfew/messages"
)

// pages is a reader that hands out pages, each once.
type pages struct {
	all   [][]messages.Record
	after uint64
}

func (p *pages) Next() ([]messages.Record, error) {
	page := p.all[0]
	p.all, p.after = p.all[1:], page[len(page)-1].Seq
	return page, nil
}
func (p *pages) After() uint64 { return p.after }
func (p *pages) Close()        {}

// TestEventsWithoutGap: a stream that comes later than the removal of records ends, and never leaves some out silently.
// A place in the numbers at which nothing was removed is none.
func TestEventsWithoutGap(t *testing.T) {
	page := func(seqs ...uint64) (out []messages.Record) {
		for _, seq := range seqs {
			out = append(out, messages.Record{Seq: seq, Body: messages.JobPaused{Job: "brief"}})
		}
		return out
	}
	for _, tt := range []struct {
		name   string
		second []messages.Record
		first  uint64 // of the journal, after the first page was read
		want   string
	}{
		{"goes on", page(12, 13), 1, ""},
		{"the next one is the first that is kept", page(12, 13), 12, ""},
		{"one was not understood", page(13), 1, ""},
		{"two were removed", page(14), 14, "the records from 12 to 13 were removed"},
	} {
		p := &pages{all: [][]messages.Record{page(10, 11), tt.second}, after: 9}
		e := &events{
			feed:  follow.New("events", func(func()) follow.Reader { return p }),
			first: func() (uint64, error) { return tt.first, nil },
		}
		if got, looked, err := e.Next(t.Context()); err != nil || len(got) != 2 || looked != 11 {
			t.Errorf("%s: the first page is %v, %d, %v", tt.name, got, looked, err)
		}
		got, _, err := e.Next(t.Context())
		switch {
		case tt.want == "" && (err != nil || len(got) != len(tt.second)):
			t.Errorf("%s: %v, %v", tt.name, got, err)
		case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%s: %v, %v; want %q", tt.name, got, err, tt.want)
		}
	}
}
