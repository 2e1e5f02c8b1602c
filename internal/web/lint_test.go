package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// lint holds what every page has to be: HTML as it is written, without anything that the policy forbids, with what
// screen readers need, and with links that lead somewhere.
func (s *site) lint(path string, p sent) {
	t := s.t
	t.Helper()
	if p.doc == nil {
		t.Errorf("%s is no page: %s", path, p.Header().Get("Content-Type"))
		return
	}
	headers(t, path, p.Header())
	wellFormed(t, path, p)
	once(t, path, p.doc)
	unique(t, path, p.doc)
	forbidden(t, path, p.doc)
	labels(t, path, p.doc)
	for _, th := range elements(p.doc, "th") {
		if _, ok := attribute(th, "scope"); !ok {
			t.Errorf("%s: a th has no scope: %s", path, text(th))
		}
	}
	for _, a := range elements(p.doc, "a", "link", "script", "img", "form") {
		s.leads(path, p.doc, a)
	}
}

func headers(t *testing.T, path string, h http.Header) {
	t.Helper()
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cache-Control": "no-store",
		"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
			"form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
	} {
		if got := h.Get(name); got != want {
			t.Errorf("%s: the header %s is %q, want %q", path, name, got, want)
		}
	}
}

// wellFormed: a parser finds the very elements that are written, in the same order: it had to close, move and make up
// nothing.
func wellFormed(t *testing.T, path string, p sent) {
	t.Helper()
	var anew strings.Builder
	if err := html.Render(&anew, p.doc); err != nil {
		t.Fatal(err)
	}
	written, read := tags(p.Body.String()), tags(anew.String())
	for i := range max(len(written), len(read)) {
		w, r := "the end", "the end"
		if i < len(written) {
			w = written[i]
		}
		if i < len(read) {
			r = read[i]
		}
		if w != r {
			before := written[max(0, min(i, len(written))-5):min(i, len(written))]
			t.Errorf("%s is not well-formed: behind %v is %s, and it is read as %s", path, before, w, r)
			return
		}
	}
}

// tags are the tags of a text.
func tags(text string) (all []string) {
	z := html.NewTokenizer(strings.NewReader(text))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return all
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			all = append(all, "<"+string(name)+">")
		case html.EndTagToken:
			name, _ := z.TagName()
			if string(name) != "path" { // written as <path/>
				all = append(all, "</"+string(name)+">")
			}
		}
	}
}

// once: a page has one language, title, heading and main part.
func once(t *testing.T, path string, doc *html.Node) {
	t.Helper()
	for _, name := range []string{"title", "h1", "main"} {
		all := slices.DeleteFunc(elements(doc, name), func(n *html.Node) bool { return n.Namespace != "" }) // a picture has titles, too
		if len(all) != 1 || text(all[0]) == "" {
			t.Errorf("%s has %d elements %s, or an empty one", path, len(all), name)
		}
	}
	if lang, _ := attribute(elements(doc, "html")[0], "lang"); lang != "en" {
		t.Errorf("%s has the language %q", path, lang)
	}
}

// unique: an id is there once, and what refers to one finds it.
func unique(t *testing.T, path string, doc *html.Node) {
	t.Helper()
	ids := make(map[string]int)
	for n := range doc.Descendants() {
		if id, ok := attribute(n, "id"); ok {
			if ids[id]++; ids[id] > 1 || id == "" {
				t.Errorf("%s has the id %q more than once, or empty", path, id)
			}
		}
	}
	for n := range doc.Descendants() {
		for _, name := range []string{"for", "aria-labelledby", "aria-describedby", "aria-controls"} {
			if all, ok := attribute(n, name); ok {
				for _, id := range strings.Fields(all) {
					if ids[id] == 0 {
						t.Errorf("%s: %s of a %s names %q, which is not there", path, name, n.Data, id)
					}
				}
			}
		}
		if _, live := attribute(n, "data-live"); live {
			if _, ok := attribute(n, "id"); !ok {
				t.Errorf("%s: an element with data-live has no id", path)
			}
		}
	}
}

// forbidden: nothing of what the policy does not let through.
func forbidden(t *testing.T, path string, doc *html.Node) {
	t.Helper()
	for n := range doc.Descendants() {
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				t.Errorf("%s: a %s has the attribute %s", path, n.Data, a.Key)
			}
		}
		if n.Type == html.ElementNode && n.Data == "style" {
			t.Errorf("%s has an element style", path)
		}
		if n.Type == html.ElementNode && n.Data == "script" && text(n) != "" {
			t.Errorf("%s has a script in it", path)
		}
	}
}

// labels: whoever cannot see a field, an order or a link is told what it is.
func labels(t *testing.T, path string, doc *html.Node) {
	t.Helper()
	named := make(map[string]bool)
	for _, l := range elements(doc, "label") {
		id, _ := attribute(l, "for")
		named[id] = named[id] || text(l) != ""
	}
	for _, n := range elements(doc, "input", "select", "textarea", "button", "a", "nav") {
		kind, _ := attribute(n, "type")
		label, _ := attribute(n, "aria-label")
		_, by := attribute(n, "aria-labelledby")
		id, hasID := attribute(n, "id")
		said := label != "" || by || hasID && named[id]
		switch n.Data {
		case "a", "button":
			said = said || text(n) != ""
		case "input":
			said = said || kind == "hidden" || inLabel(n)
		case "select", "textarea":
			said = said || inLabel(n)
		}
		if !said {
			t.Errorf("%s: a %s has no label: %v", path, n.Data, n.Attr)
		}
	}
}

func inLabel(n *html.Node) bool {
	for p := range n.Ancestors() {
		if p.Data == "label" && text(p) != "" {
			return true
		}
	}
	return false
}

// leads: a link or a form leads to a handler, and only to this site; a link to another one (the backend's page to sign
// in at) tells it nothing.
func (s *site) leads(path string, doc, n *html.Node) {
	s.t.Helper()
	for _, name := range []string{"href", "src", "action"} {
		to, ok := attribute(n, name)
		if !ok {
			continue
		}
		if page, part, cut := strings.Cut(to, "#"); cut {
			s.hasPart(path, doc, page, part)
			if page == "" {
				continue
			}
		}
		if rel, _ := attribute(n, "rel"); strings.HasPrefix(to, "https://") && n.Data == "a" && slices.Contains(strings.Fields(rel), "noreferrer") {
			continue
		}
		method := http.MethodGet
		if m, _ := attribute(n, "method"); n.Data == "form" {
			method = strings.ToUpper(m)
		}
		r, err := http.NewRequest(method, to, nil)
		if err != nil || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") {
			s.t.Errorf("%s: a %s leads to %q", path, n.Data, to)
			continue
		}
		if _, pattern := s.mux.Handler(r); pattern == "" {
			s.t.Errorf("%s: a %s leads to %s %s, where nothing is", path, n.Data, method, to)
		}
	}
}

// hasPart: the part of a page that a link leads to is there; a page without an address is the one with the link.
func (s *site) hasPart(path string, doc *html.Node, page, part string) {
	s.t.Helper()
	if page != "" {
		doc = newSite(s.t, everything()).get(page).doc // s may know its own page alone
	}
	if doc != nil {
		for n := range doc.Descendants() {
			if id, _ := attribute(n, "id"); id == part {
				return
			}
		}
	}
	s.t.Errorf("%s: a link leads to %s#%s, where no such part is", path, page, part)
}
