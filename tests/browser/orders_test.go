package browser

import (
	"fmt"
	"testing"

	"curfew/internal/contract"
	"curfew/tests/internal/world"
)

// row is the row of a job in the list of jobs.
func row(name string) string {
	return fmt.Sprintf(`[...document.querySelectorAll("#jobs tbody tr")].find(e => e.querySelector("th a")?.innerText === %s)`, quoted(name))
}

// tells is whether the row of a job shows a text.
func tells(name, text string) string {
	return fmt.Sprintf("%s?.innerText.includes(%s)", row(name), quoted(text))
}

// order is the button of an order to one job of the list.
func order(do, name string) string {
	return css(fmt.Sprintf(`button[name=one][value="%s %s"]`, do, name))
}

// TestRunAndPause: from the list of jobs one job is run, paused and resumed at once; an order to several first says what it
// will do.
func TestRunAndPause(t *testing.T) {
	t.Parallel()
	s := newSite(t, file(ordinary[5:8], "http://127.0.0.1:9", true))
	v := s.visitor()
	v.goes("/jobs")
	v.until("a job that has not run", tells(calm, "has not run yet"))
	v.clicks("run", order("run", calm))
	v.until("the run to succeed", tells(calm, "succeeded"))
	v.clicks("pause", order("pause", calm))
	v.until("the pause", tells(calm, "paused"))
	v.clicks("resume", order("resume", calm))
	v.until("the end of the pause", not(tells(calm, "paused")))

	for _, name := range []string{calm, "sync_calendar"} {
		v.clicks("the box of "+name, css(`input[name=job][value=`+name+`]`))
	}
	v.clicks("pause of both", css(`button[name=do][value=pause]`))
	v.until("what it will do", shows("h1", "2 jobs"))
	if s.Job(calm).State == contract.JobPaused {
		t.Error("the order was given before it was confirmed")
	}
	v.clicks("the confirmation", css(`button[name=confirmed]`))
	world.Eventually(t, "both to be paused", func() bool {
		return s.Job(calm).State == contract.JobPaused && s.Job("sync_calendar").State == contract.JobPaused
	})
	v.until("the list", row(calm))
	v.until("both pauses", tells(calm, "paused")+" && "+tells("sync_calendar", "paused"))
	if s.Job("check_certificates").State == contract.JobPaused {
		t.Error("a job that was not selected is paused")
	}
}

// TestFilterCrowd: 10,000 jobs are filtered by words, sorted and paged; the page shows a part of them only.
func TestFilterCrowd(t *testing.T) {
	t.Parallel()
	s := newSite(t, file(crowd(10000), "http://127.0.0.1:9", true))
	v := s.visitor()
	v.goes("/jobs")
	v.until("a part of the list", `document.querySelectorAll("#jobs tbody tr").length === 50`)
	v.until("how many there are", shows("#range", "10,000"))
	v.clicks("the next page", css(`#jobs a[rel=next]`))
	v.until("the next page", row("t00050"))
	v.types("#search", "t0042\r")
	v.until("ten jobs", `document.querySelectorAll("#jobs tbody tr").length === 10 && `+row("t00429"))
	if q := value[string](v, `new URL(location.href).searchParams.get("q")`); q != "t0042" {
		t.Errorf("the address says %q", q)
	}
	v.types("#search", "no such job\r")
	v.until("nothing", shows("#jobs", "No job matches"))
	v.clicks("all jobs", named("document.querySelector('#jobs')", "Show all jobs"))
	v.until("all jobs again", row("t00000"))
}
