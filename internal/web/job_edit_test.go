package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// form are the fields of the form of an edit, as a browser sends them.
func (p sent) form(t *testing.T) url.Values {
	t.Helper()
	out := url.Values{}
	for _, n := range elements(p.doc, "input", "textarea") {
		name, named := attribute(n, "name")
		value, _ := attribute(n, "value")
		if n.Data == "textarea" && n.FirstChild != nil {
			value = strings.ReplaceAll(n.FirstChild.Data, "\n", "\r\n")
		}
		if named {
			out.Set(name, value)
		}
	}
	return out
}

// TestEditJob walks an edit: what is wrong is said at its place, what would change is shown, a change in between is a
// conflict, and what was typed is never lost.
func TestEditJob(t *testing.T) {
	f := newJobs(1)
	s := newSite(t, f)
	form := s.get("/jobs/made/edit").form(t)
	if form.Get("version") != "v1" || form.Get("text") != strings.ReplaceAll(f.text, "\n", "\r\n") {
		t.Fatalf("the form is %q", form)
	}
	typed := "actor: shell\r\nschedule: '61 * * * *' # " + evil + "</textarea>\r\n"
	form.Set("text", typed)
	for _, do := range []string{"check", "save"} {
		form.Set("do", do)
		p := s.post("/jobs/made/edit", form)
		s.lint("an edit that is not valid", p)
		got := text(p.byID(t, "problems"))
		if p.Code != http.StatusUnprocessableEntity || !strings.Contains(got, "2:11 minute 61 "+evil) || !strings.Contains(got, "schedule: '61 * * * *'") || p.form(t).Get("text") != typed {
			t.Errorf("%s: %d %s\n%q", do, p.Code, got, p.form(t).Get("text"))
		}
	}

	typed = "actor: shell\r\nschedule: '@hourly'\r\n"
	form.Set("text", typed)
	form.Set("do", "check")
	p := s.post("/jobs/made/edit", form)
	s.lint("a look at an edit", p)
	got := text(p.byID(t, "would"))
	for _, want := range []string{"every day", "schedule", `"@daily"`, evil, "made up for"} {
		if !strings.Contains(got, want) {
			t.Errorf("the look lacks %q: %s", want, got)
		}
	}
	if len(f.orders) != 0 {
		t.Errorf("a look has done %q", f.orders)
	}

	f.version, f.text = "v2", "theirs: "+evil+"\n"
	form = p.form(t)
	form.Set("do", "save")
	p = s.post("/jobs/made/edit", form)
	s.lint("a conflict", p)
	if p.Code != http.StatusConflict || !strings.Contains(text(p.byID(t, "theirs")), "theirs: "+evil) || p.form(t).Get("text") != typed || p.form(t).Get("version") != "v2" || len(f.orders) != 0 {
		t.Errorf("a conflict: %d %s %q %q", p.Code, text(p.doc), p.form(t), f.orders)
	}

	form = p.form(t)
	form.Set("do", "save")
	if p = s.post("/jobs/made/edit", form); p.Code != http.StatusSeeOther || p.Header().Get("Location") != "/jobs/made" || !slices.Equal(f.orders, []string{"set made"}) {
		t.Errorf("saved: %d %q", p.Code, f.orders)
	}

	f.gone = true
	form.Set("version", "v2")
	p = s.post("/jobs/made/edit", form)
	if p.Code != http.StatusConflict || !strings.Contains(text(p.doc), "Somebody has removed the job") || p.form(t).Get("text") != typed || p.form(t).Get("version") != "" {
		t.Errorf("removed meanwhile: %d %s", p.Code, text(p.doc))
	}
	form = p.form(t)
	form.Set("do", "save")
	if p = s.post("/jobs/made/edit", form); p.Code != http.StatusSeeOther {
		t.Errorf("made anew: %d %s", p.Code, text(p.doc))
	}
}

// TestNewJob: a job is made under a name that is valid and free; one that is there is not overwritten.
func TestNewJob(t *testing.T) {
	f := newJobs(1)
	s := newSite(t, f)
	form := s.get("/jobs/new").form(t)
	if !strings.Contains(form.Get("text"), "actor: shell") {
		t.Errorf("the form is %q", form)
	}
	form.Set("do", "save")
	for name, want := range map[string]string{"": "a name has", "Über": "a name has", evil: "a name has", "new": "the path of this form", "made": "there is a job of that name already"} {
		form.Set("name", name)
		p := s.post("/jobs/new", form)
		s.lint("a new job", p)
		if p.Code != http.StatusUnprocessableEntity || !strings.Contains(text(p.doc), want) || p.form(t).Get("name") != name || len(f.orders) > 0 {
			t.Errorf("%q: %d %s", name, p.Code, text(p.doc))
		}
	}
	form.Set("name", "fresh")
	if p := s.post("/jobs/new", form); p.Code != http.StatusSeeOther || p.Header().Get("Location") != "/jobs/fresh" || !slices.Equal(f.orders, []string{"set fresh"}) {
		t.Errorf("%d %q", p.Code, f.orders)
	}
	if p := s.get("/jobs/a/edit"); p.Code != http.StatusConflict || !strings.Contains(text(p.doc), "jobs.yaml:12") {
		t.Errorf("a job of the file is edited: %d", p.Code)
	}
}
