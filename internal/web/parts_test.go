package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"curfew/internal/contract"
	"curfew/messages"
)

// TestBadges: every state has a word of its own and an icon that is drawn; a colour never stands alone.
func TestBadges(t *testing.T) {
	icons, err := viewFiles.ReadFile("views/icons.html")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]badge{}
	for _, s := range contract.Statuses {
		all["statuses"] = append(all["statuses"], badgeOf(s))
	}
	for _, s := range contract.JobStates {
		all["jobs"] = append(all["jobs"], badgeOf(s))
	}
	for _, s := range []messages.GateState{messages.StateOpen, messages.StateProbing, messages.StateClosed} {
		all["gates"] = append(all["gates"], badgeOf(s))
	}
	for _, s := range contract.ActorStates {
		all["actors"] = append(all["actors"], badgeOf(s))
	}
	all["jobs"] = append(all["jobs"], failingBadge)
	for kind, badges := range all {
		words, looks := map[string]bool{}, map[string]bool{}
		for _, b := range badges {
			if words[b.Word] || looks[b.Icon] || strings.Contains(b.Word, "_") {
				t.Errorf("%s: %+v looks like another one", kind, b)
			}
			words[b.Word], looks[b.Icon] = true, true
			if b.Icon != "dot" && !strings.Contains(string(icons), `eq . "`+b.Icon+`"`) {
				t.Errorf("%s: the icon %s is not drawn", kind, b.Icon)
			}
		}
	}
}

// withTexts is a dashboard with two texts.
func withTexts() *Web {
	return &Web{said: map[string]string{"run": "A run of %s was asked for.", "ok": "Done."}}
}

// TestSaid: a text is said once, by its code; what a browser makes up is not said.
func TestSaid(t *testing.T) {
	w := withTexts()
	out := httptest.NewRecorder()
	say("run", "nightly-backup").remember(out, httptest.NewRequest(http.MethodPost, "/", nil))
	kept := out.Result().Cookies()[0]
	if !kept.HttpOnly || kept.SameSite != http.SameSiteStrictMode || kept.MaxAge != saidFor {
		t.Errorf("%+v", kept)
	}
	for value, want := range map[string]string{
		kept.Value: "A run of nightly-backup was asked for.", "ok": "Done.", "": "", "none": "", "run": "", "ok.more": "",
		"run.<b>": "", "run.a b": "", "run." + strings.Repeat("x", 300): "", "run.a.b": "",
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Cookie", saidCookie+"="+value)
		out := httptest.NewRecorder()
		if got := w.recall(out, r); got != want {
			t.Errorf("%q says %q, want %q", value, got, want)
		}
		if gone := out.Result().Cookies(); len(gone) != 1 || gone[0].MaxAge >= 0 {
			t.Errorf("%q is kept: %v", value, gone)
		}
	}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.AddCookie(kept)
	r.Header.Set(liveHeader, "1")
	if got := w.recall(httptest.NewRecorder(), r); got != "" {
		t.Errorf("a script takes away what is to be said: %q", got)
	}
}

// TestTextsAreSaid: a text of the dashboard has the number of names that a code can carry.
func TestTextsAreSaid(t *testing.T) {
	codes := map[string]bool{}
	for _, s := range sections() {
		for code, text := range s.said {
			if codes[code] || !aboutText().MatchString(code) || strings.Contains(strings.ReplaceAll(text, "%s", ""), "%") {
				t.Errorf("%s: %q is there twice, or is not valid", code, text)
			}
			codes[code] = true
		}
	}
}

// TestOrdering: a form may name its order and the version that it is for.
func TestOrdering(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(url.Values{"once": {"a1"}, "version": {"cafe"}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetPathValue("name", "backup")
	v := &visit{ctx: t.Context(), r: r}
	ctx := v.ordering()
	if contract.OrderName(ctx) != "a1" || !contract.Condition(ctx).Allows("cafe") || contract.Condition(ctx).Allows("other") || v.name("name") != "backup" {
		t.Errorf("%q, %q", contract.OrderName(ctx), contract.Condition(ctx))
	}
}
