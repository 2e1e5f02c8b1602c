package web_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"curfew/internal/contract"
	"curfew/messages"
)

// journal is a few records: a fact, its decisions, and the fact that answers one of them.
func journal() []messages.Record {
	at := messages.At(now)
	return []messages.Record{
		{Seq: 1, At: at, ID: "a", PolicyVersion: 5, Body: messages.RunRequested{Job: "brief", By: "<b>ann</b>"}},
		{Seq: 2, At: at, ID: "b", Cause: 1, PolicyVersion: 5, Body: messages.RunQueued{Job: "brief", Run: "r1"}},
		{Seq: 3, At: at, ID: "c", Cause: 1, PolicyVersion: 5, Body: messages.AttemptStarted{Job: "brief", Run: "r1", Attempt: 1}},
		{Seq: 4, At: at, ID: "d", PolicyVersion: 5, Body: messages.SessionExpired{Session: "default", Source: "test", Reason: "401"}},
	}
}

// Records picks by job, and by place.
func (f *fake) Records(_ context.Context, q contract.RecordQuery) (contract.Records, error) {
	out := contract.Records{First: 1, Last: 4}
	for _, r := range slices.Backward(journal()) {
		switch {
		case q.Job != "" && !messages.Concerns(r.Body, q.Job), q.Before > 0 && r.Seq >= q.Before, r.Seq <= q.After:
			continue
		case q.Session == "few" && len(out.Items) > 0:
			out.Older = r.Seq + 1
			return out, nil
		}
		out.Items = append(out.Items, r)
	}
	return out, nil
}

func (f *fake) Chain(_ context.Context, seq uint64) (contract.Chain, error) {
	all := journal()
	if seq > 4 {
		return contract.Chain{}, contract.NotFound("the journal has no record %d, or no longer", seq)
	}
	return contract.Chain{
		Record: all[seq-1], Before: all[3:], Fact: all[0], Decisions: all[1:3], Cut: true, More: true, Answers: map[uint64]messages.Record{3: all[3]},
	}, nil
}

func (f *fake) Span(_ context.Context, from, to contract.Place) (contract.Span, error) {
	if from.Seq == 9 {
		return contract.Span{}, contract.Refused("the journal has no record in this span")
	}
	return contract.Span{From: 1, To: 4, Write: func(w io.Writer) error {
		if to.At != 0 {
			_, _ = io.WriteString(w, "half")
			return errors.New("the journal is damaged")
		}
		_, err := io.WriteString(w, "{}\n")
		return err
	}}, nil
}

// TestBusPage: the newest records come first, and lead to their pages and on to older ones.
func TestBusPage(t *testing.T) {
	s := newSite(t, everything())
	p := s.get("/bus")
	if got := text(p.byID(t, "records")); !strings.HasPrefix(got, "4 2027-01-15 07:00:00 UTC fact session.expired.v1 default expired, says test (401)") ||
		!strings.Contains(got, "a run is asked for by <b>ann</b>") {
		t.Errorf("%s", got)
	}
	rows := p.byID(t, "records")
	if rest, _ := attribute(rows, "data-rest"); rest != "/bus" {
		t.Errorf("the script asks %q", rest)
	}
	p = s.get("/bus?job=brief&type=&before=3")
	if got := text(p.byID(t, "records")); strings.Contains(got, "session.expired") || strings.Contains(got, "attempt.started") || !strings.Contains(got, "run.queued") {
		t.Errorf("%s", got)
	}
	if got := text(elements(p.doc, "main")[0]); !strings.Contains(got, "Newest records") || strings.Contains(got, "Pause") {
		t.Errorf("%s", got)
	}
	if !strings.Contains(s.get("/bus?session=few").Body.String(), `href="/bus?before=4&amp;session=few"`) {
		t.Errorf("no link to what is older: %s", s.get("/bus?session=few").Body)
	}
	if got := text(s.get("/bus?session=few&since=1").byID(t, "records")); !strings.HasSuffix(got, "More records are in between") {
		t.Errorf("%s", got)
	}
	for path, want := range map[string]int{"/bus?before=x": 400, "/bus?since=0": 400, "/bus?job=" + strings.Repeat("x", 300): 400, "/bus/0": 404, "/bus/5": 404, "/bus/x": 404} {
		if p := s.get(path); p.Code != want {
			t.Errorf("%s: %d", path, p.Code)
		} else {
			s.lint(path, p)
		}
	}
}

// TestRecordPage: a record is shown whole, with what led to it and what followed.
func TestRecordPage(t *testing.T) {
	p := newSite(t, everything()).get("/bus/3")
	got := text(elements(p.doc, "main")[0])
	for _, want := range []string{"brief: attempt 1 starts", "There is more before this", "run.requested.v1", "The fact has more decisions", `"run": "r1"`, "The record before"} {
		if !strings.Contains(got, want) {
			t.Errorf("there is no %q in %s", want, got)
		}
	}
	marked := 0
	for _, row := range elements(p.doc, "tr") {
		if class, _ := attribute(row, "class"); strings.Contains(class, "marked") {
			marked++
		}
	}
	if marked != 1 {
		t.Errorf("%d rows are marked", marked)
	}
}

// TestExport: a span is a file with a name; one that cannot be written whole is no file.
func TestExport(t *testing.T) {
	s := newSite(t, everything())
	p := s.get("/bus/export?from=1&to=")
	if p.Code != 200 || p.Header().Get("Content-Disposition") != `attachment; filename="curfew-journal-1-4.jsonl"` || !bytes.Equal(p.Body.Bytes(), []byte("{}\n")) {
		t.Errorf("%d %v %s", p.Code, p.Header(), p.Body)
	}
	for path, want := range map[string]int{"/bus/export?from=9": 422, "/bus/export?from=soon": 400} {
		if p := s.get(path); p.Code != want || p.doc == nil || p.Header().Get("Content-Disposition") != "" {
			t.Errorf("%s: %d %v", path, p.Code, p.Header())
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("half of a file ends like a whole one")
		}
	}()
	s.get("/bus/export?to=07:00")
}
