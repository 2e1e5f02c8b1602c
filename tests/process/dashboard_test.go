package process

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"curfew/internal/contract"
	"curfew/tests/internal/world"
)

const dashboardJobs = `
jobs:
  - {name: brief, actor: shell, schedule: "0 7 * * *", with: {command: "echo hello"}}
`

// browser is a browser that keeps its cookies and names its pages.
type browser struct {
	t    *testing.T
	http *http.Client
	base string
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, http: &http.Client{Jar: jar}}
}

// ask sends a request as a page of the dashboard does, and is the status and the text of what it ends at.
func (b *browser) ask(method, path string, form url.Values) (int, string) {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	resp, err := b.http.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return resp.StatusCode, string(raw)
}

// opened is the link of `curfew open`, apart.
func opened(d *world.Daemon, flags ...string) (base, path string) {
	var n contract.Ticket
	out := d.Run(nil, append([]string{"open", "--print", "-o", "json"}, flags...)...)
	if err := json.Unmarshal(out, &n); err != nil || !strings.HasSuffix(n.URL, n.Path) {
		panic(string(out))
	}
	return strings.TrimSuffix(n.URL, n.Path), n.Path
}

// TestDashboard: the link of `curfew open` signs a browser in, once, also over a restart; a new token ends that. Neither
// the link nor the cookie is in the log.
func TestDashboard(t *testing.T) {
	d := world.NewDaemon(t)
	d.Listen = "127.0.0.1:0"
	d.Start(dashboardJobs)
	owner, reader, stranger := newBrowser(t), newBrowser(t), newBrowser(t)
	var ticket, readTicket string
	owner.base, ticket = opened(d)
	reader.base, readTicket = opened(d, "--read-only")
	stranger.base = owner.base
	is := func(b *browser, method, path string, want int, says string) {
		t.Helper()
		if got, body := b.ask(method, path, nil); got != want || !strings.Contains(body, says) {
			t.Errorf("%s %s: %d %s, want %d with %q", method, path, got, body, want, says)
		}
	}
	is(stranger, "GET", "/", 401, "curfew open")
	is(owner, "GET", ticket, 200, "Sign out")
	is(owner, "GET", "/sessions", 200, "Owner")
	is(owner, "GET", ticket, 200, "Sign out") // opened again by the one who is in
	is(stranger, "GET", ticket, 401, "used already")
	is(reader, "GET", readTicket, 200, "Reader")
	is(owner, "POST", "/v1/jobs/brief/run", 202, "run")
	is(reader, "GET", "/v1/jobs/brief", 200, "brief")
	is(reader, "POST", "/v1/jobs/brief/run", 403, "may only read")
	is(owner, "POST", "/v1/tickets", 403, "curfew open")
	is(owner, "GET", "/nothing", 404, "Not found")
	is(stranger, "GET", "/assets/0/style.css", 200, "--accent")
	is(stranger, "GET", "/v1/jobs", 401, `"title":"Unauthorized"`)

	// A token that is typed in does the same.
	token, err := os.ReadFile(filepath.Join(d.Data, "api.token"))
	if err != nil {
		t.Fatal(err)
	}
	if got, body := stranger.ask("POST", "/sign-in", url.Values{"token": {string(token)}, "back": {"/sessions"}}); got != 200 || !strings.Contains(body, "<h1>Sessions") {
		t.Errorf("a token: %d %s", got, body)
	}
	is(stranger, "POST", "/sign-out", 401, "curfew open")

	// A restart keeps who is in; another token ends that of its role alone.
	logs := ""
	restart := func() {
		t.Helper()
		logs += d.Log.String()
		if err := d.End(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		d.Start(dashboardJobs)
		base, _ := opened(d)
		for _, b := range []*browser{owner, reader} {
			b.base = base // on another port: cookies do not ask for ports
		}
	}
	restart()
	is(owner, "GET", "/sessions", 200, "Owner")
	if err := os.Remove(filepath.Join(d.Data, "api.read.token")); err != nil {
		t.Fatal(err)
	}
	restart()
	is(owner, "GET", "/sessions", 200, "Owner")
	is(reader, "GET", "/sessions", 401, "curfew open")
	if err := os.Remove(filepath.Join(d.Data, "api.token")); err != nil {
		t.Fatal(err)
	}
	restart()
	is(owner, "GET", "/sessions", 401, "curfew open")

	for _, secret := range []string{strings.TrimPrefix(ticket, "/open?ticket="), strings.TrimSpace(string(token)), "1.2."} {
		if strings.Contains(logs+d.Log.String(), secret) {
			t.Errorf("the log has %q", secret)
		}
	}
}
