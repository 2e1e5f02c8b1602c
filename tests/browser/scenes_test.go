package browser

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"curfew/internal/contract"
	"curfew/messages"
	"curfew/tests/internal/world"
)

// A scene is a state of a runtime in which its pages are looked at.
type scene struct {
	name string
	site func(t *testing.T) *site
}

var (
	firstDay = scene{"first-day", func(t *testing.T) *site {
		return newSite(t, file(ordinary[7:8], world.NewBackend(t).URL, true))
	}}
	quietDay = scene{"quiet-day", func(t *testing.T) *site { return ordinaryDay(t, true) }}
	outage   = scene{"outage", func(t *testing.T) *site { return ordinaryDay(t, false) }}
	longDay  = scene{"long-names", func(t *testing.T) *site {
		return daySite(t, wordy, true)
	}}
	crowded = scene{"10000-jobs", func(t *testing.T) *site {
		return newSite(t, file(crowd(10000), world.NewBackend(t).URL, true))
	}}
)

// scenes are those in which every page is looked at.
var scenes = []scene{firstDay, quietDay, outage, longDay, crowded}

// daySite starts the program on the past of a day. Somebody is signed in, with a token that is good or not any more.
func daySite(t *testing.T, jobs []job, isGood bool) *site {
	t.Helper()
	needsBrowser(t)
	s := &site{Daemon: world.NewDaemon(t), t: t, backend: world.NewBackend(t)}
	aDay.lived(t, s.Data, jobs, s.backend.URL)
	s.Listen = "127.0.0.1:0"
	s.starts(file(jobs, s.backend.URL, true))
	s.backend.Accept("token-1")
	s.Run([]byte("token-1"), "session", "login", "default")
	if !isGood {
		s.backend.Accept("")
	}
	return s
}

// ordinaryDay is a day on which a job runs that talks; on a bad one the session has ended, and runs are held.
func ordinaryDay(t *testing.T, isGood bool) *site {
	t.Helper()
	s := daySite(t, ordinary, isGood)
	for _, name := range []string{talks, "check_certificates", "inbox_triage", "news_digest"} {
		if _, err := s.Client.RunNow(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	want := messages.StateOpen
	if !isGood {
		want = messages.StateClosed
	}
	world.Eventually(t, "the gate to be "+string(want), func() bool { return s.Session().State == want })
	world.Eventually(t, "the runs", func() bool {
		news, photos := s.Job("news_digest"), s.Job(talks)
		return photos.State == contract.JobRunning && (isGood && news.State == contract.JobIdle || !isGood && news.State == contract.JobHeld)
	})
	return s
}

// A place is a page of the dashboard as it is in a scene.
type place struct{ name, path string }

// places are all pages of the dashboard.
func (s *site) places() []place {
	s.t.Helper()
	jobs, err := s.Client.Jobs(s.t.Context(), contract.JobQuery{Page: contract.Page{Limit: 1}})
	if err != nil {
		s.t.Fatal(err)
	}
	name := jobs.Body.Items[0].Name
	all := []place{
		{"overview", "/"},
		{"jobs", "/jobs"},
		{"jobs-none", "/jobs?q=there-is-no-such-job"},
		{"runs", "/runs"},
		{"tree", "/tree"},
		{"job", "/jobs/" + name},
		{"explain", "/jobs/" + name + "/explain"},
		{"job-new", "/jobs/new"},
		{"sessions", "/sessions"},
		{"bus", "/bus"},
		{"record", fmt.Sprintf("/bus/%d", s.telling())},
	}
	runs, err := s.Client.Runs(s.t.Context(), contract.RunQuery{Page: contract.Page{Limit: contract.MaxLimit}})
	if err != nil {
		s.t.Fatal(err)
	}
	seen := map[messages.Status]bool{}
	for _, r := range runs.Body.Items {
		if !seen[r.Status] {
			seen[r.Status] = true
			all = append(all, place{"run-" + string(r.Status), "/runs/" + string(r.ID)})
		}
	}
	return all
}

// telling is the number of the last decision: a record that has a cause.
func (s *site) telling() (seq uint64) {
	s.t.Helper()
	lines := bufio.NewScanner(bytes.NewReader(s.Run(nil, "journal", "export")))
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var r struct {
			Seq  uint64
			Kind string
		}
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			s.t.Fatal(err)
		}
		if r.Kind == "decision" {
			seq = r.Seq
		}
	}
	return seq
}
