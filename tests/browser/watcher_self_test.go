package browser

import (
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"slices"
	"testing"
)

// TestWatcher: the watcher hears each thing that it is for. Without this, its silence would say nothing.
func TestWatcher(t *testing.T) {
	needsBrowser(t)
	for _, tt := range []struct{ name, html, want string }{
		{"an inline style", `<p style="color:red">x</p>`, `the policy stops style-src`},
		{"an inline script", `<script>1</script>`, `securitypolicyviolation: script-src`},
		{"another origin", `<img src="http://127.0.0.2:9/x.png" alt="">`, `request to another origin`},
		{"a file that is missing", `<script src="/gone.js"></script>`, `gone\.js is answered 404`},
		{"a script that throws", `<script src="/throws.js"></script>`, `exception: .*out of order`},
		{"a script that complains", `<script src="/complains.js"></script>`, `console: out of order`},
		{"a connection that breaks", `<script src="/breaks.js"></script>`, `breaks\.js fails`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			v := visits(t, odd(t, tt.html))
			v.goes("/")
			heard := func(complaint string) bool { return regexp.MustCompile(tt.want).MatchString(complaint) }
			if got := v.heard(); !slices.ContainsFunc(got, heard) {
				t.Errorf("heard %q, want %s", got, tt.want)
			}
			v.allows(``)
		})
	}
}

// odd serves a page with that content, and scripts that misbehave.
func odd(t *testing.T, content string) (base string) {
	scripts := map[string]string{"throws.js": `throw new Error("out of order")`, "complains.js": `console.error("out of order")`}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; img-src 'self'")
		script, ok := scripts[path.Base(r.URL.Path)]
		switch {
		case r.URL.Path == "/":
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte("<!doctype html><title>Odd</title>" + content)) // a browser that has gone is not the subject
		case ok:
			w.Header().Set("Content-Type", "text/javascript")
			_, _ = w.Write([]byte(script))
		case r.URL.Path == "/breaks.js":
			panic(http.ErrAbortHandler)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}
