package browser

import (
	"strings"
	"testing"
)

// TestExplainByClick: a click on a slot of the history says why what happened did, by the records of the journal.
func TestExplainByClick(t *testing.T) {
	t.Parallel()
	s := quietDay.site(t)
	v := s.visitor()
	v.goes("/jobs/check_certificates")
	slot := css(`#runs tbody a[href*="/explain?at="]`)
	v.until("a slot", slot)
	when := value[string](v, slot+`.querySelector("time").dateTime`)
	v.clicks("the slot", slot)
	v.until("the explanation", `location.pathname === "/jobs/check_certificates/explain" && `+shows("#verdict", "failed"))
	if got := value[[]string](v, `[...document.querySelectorAll("main > p time")].map(e => e.dateTime)`); !strings.Contains(strings.Join(got, " "), when) {
		t.Errorf("the slot %s was clicked, and %q is explained", when, got)
	}
	kinds := value[[]string](v, `[...document.querySelectorAll("#chain tbody tr")].map(e => e.cells[2].innerText.trim())`)
	if text := strings.Join(kinds, " "); !strings.Contains(text, "fact") || !strings.Contains(text, "decision") {
		t.Errorf("the explanation has %q", kinds)
	}
}

const (
	wrong = "actor: shell\nschedule: \"0 99 * * *\"\nwith: {command: \"echo hi\"}\n"
	right = "actor: shell\nschedule: \"0 9 * * *\"\nwith: {command: \"echo hi\"}\n"
)

// TestEditInPlace: a job is made in the browser. A mistake is shown where it was made, and nothing that was typed is lost;
// then the page says what would change, and saves it.
func TestEditInPlace(t *testing.T) {
	t.Parallel()
	s := newSite(t, file(ordinary[7:8], "http://127.0.0.1:9", true))
	v := s.visitor()
	v.allows("is answered 4(00|22)|status of 4(00|22)")
	v.goes("/jobs/new")
	v.types("#name", "hello")
	v.types("#text", wrong)
	v.clicks("save", css(`button[name=do][value=save]`))
	v.until("the mistake", shows("#problems", "99"))
	if got := value[string](v, `document.querySelector("#text").value`); got != wrong {
		t.Errorf("what was typed has become %q", got)
	}
	if got := value[string](v, `document.querySelector("#name").value`); got != "hello" {
		t.Errorf("the name has become %q", got)
	}
	v.types("#text", right)
	v.clicks("look at it", css(`button[name=do][value=check]`))
	v.until("what would change", shows("#would", "Next slots"))
	if jobs := string(s.Run(nil, "job", "list")); strings.Contains(jobs, "hello") {
		t.Errorf("a look has made a job: %s", jobs)
	}
	v.clicks("save", css(`button[name=do][value=save]`))
	v.until("the job", `location.pathname === "/jobs/hello" && `+shows("h1", "hello"))

	v.clicks("edit", named("document.querySelector('main')", "Edit"))
	v.types("#text", strings.Replace(right, "0 9", "30 9", 1))
	v.clicks("save", css(`button[name=do][value=save]`))
	v.until("the new schedule", `location.pathname === "/jobs/hello" && `+shows("#definition", "30 9 * * *"))
}
