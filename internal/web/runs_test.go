package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"curfew/internal/contract"
)

func (f *fake) Runs(_ context.Context, q contract.RunQuery) (contract.RunList, error) {
	f.run.runQuery = q
	var items []contract.Run
	next := ""
	for _, r := range f.run.runs {
		if (q.Job == "" || r.Job == q.Job) && (q.Status == "" || r.Status == q.Status) && len(items) < q.Limit {
			items = append(items, r)
		}
	}
	if len(items) == q.Limit {
		next = "cursor"
	}
	return contract.RunList{List: contract.ListOf(items, next), HistoryBehind: contract.OrNull(f.run.behind)}, nil
}

func TestRunsPage(t *testing.T) {
	f := everything()
	s := newSite(t, f)
	p := s.get("/runs?job=brief&status=failed&since=2027-01-15T08:00&until=2027-01-16T00:00:00Z")
	q := f.run.runQuery
	if q.Job != "brief" || q.Status != "failed" || q.Since.String() != "2027-01-15T07:00:00.000Z" || q.Until.String() != "2027-01-16T00:00:00.000Z" {
		t.Errorf("asked for %+v", q)
	}
	if got, _ := attribute(p.byID(t, "since"), "value"); got != "2027-01-15T08:00" {
		t.Errorf("the field says %s", got)
	}
	if got, _ := attribute(p.byID(t, "until"), "value"); got != "2027-01-16T01:00" { // the job is in Berlin
		t.Errorf("the field says %s", got)
	}
	if !strings.Contains(p.Body.String(), `<a href="/runs" aria-current="page">Runs</a>`) {
		t.Error("the navigation does not lead to the runs")
	}
	p.says(t, "runs", `failed brief failed 08:00 CET and 2 before now 4 32s \x1b[2J`)
	if got := text(p.byID(t, "runs")); strings.Contains(got, "held") {
		t.Errorf("the list: %s", got)
	}
	if got := text(s.get("/runs?limit=2").byID(t, "runs")); !strings.HasSuffix(got, "Next page") {
		t.Errorf("a part of the list: %s", got)
	}
	for path, want := range map[string]string{
		"/runs?status=done":      `"done" is not a status of a run`,
		"/runs?since=yesterday":  `since is not a valid time: "yesterday"`,
		"/runs?until=2027-13-01": `until is not a valid time`,
	} {
		if p := s.get(path); p.Code != http.StatusBadRequest || !strings.Contains(text(p.doc), want) {
			t.Errorf("%s: %d %s", path, p.Code, text(p.doc))
		}
	}
	f.run.behind = 5000
	if got := text(s.get("/runs").byID(t, "runs")); !strings.HasPrefix(got, "The run history is 5000 records behind: ") {
		t.Errorf("a list that lacks the newest runs: %s", got)
	}
	f.run.behind = 0
	f.run.runs = nil
	if got := text(s.get("/runs").byID(t, "runs")); !strings.Contains(got, "Nothing has run yet.") {
		t.Errorf("without runs: %s", got)
	}
	if got := text(s.get("/runs?job=none").byID(t, "runs")); !strings.Contains(got, "No run is like that.") {
		t.Errorf("without such runs: %s", got)
	}
}
