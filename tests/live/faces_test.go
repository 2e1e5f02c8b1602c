package live

import (
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"curfew/internal/api"
	"curfew/tests/internal/world"
)

var promtool = flag.String("promtool", "", "the program promtool, to look at what /metrics answers")

// overTCP starts a daemon that listens on TCP, and returns its address; ask sends a request with the token of a file.
func overTCP(t *testing.T, args ...string) (d *world.Daemon, at string, as func(token string) *http.Client) {
	t.Helper()
	d = world.NewDaemon(t)
	d.Args = append([]string{"--listen", "127.0.0.1:0"}, args...)
	d.Start(eventJobs)
	raw, err := os.ReadFile(filepath.Join(d.Data, "daemon.json"))
	var found api.Daemon
	if err == nil {
		err = json.Unmarshal(raw, &found)
	}
	if err != nil || found.TCP == nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return d, "http://" + *found.TCP, func(token string) *http.Client {
		text, err := os.ReadFile(filepath.Join(d.Data, token))
		if err != nil {
			t.Fatal(err)
		}
		return &http.Client{Transport: bearer(strings.TrimSpace(string(text)))}
	}
}

// bearer is a transport that shows a token.
type bearer string

func (b bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+string(b))
	return http.DefaultTransport.RoundTrip(r)
}

// TestMetricsAreWellFormed: the read-only token may scrape, what it gets counts the runs, and with -promtool it is as
// Prometheus wants it.
func TestMetricsAreWellFormed(t *testing.T) {
	d, at, as := overTCP(t)
	runOf(t, d, "hello")
	scrape := func() string {
		t.Helper()
		r, err := as("api.read.token").Get(at + "/metrics")
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		text, err := io.ReadAll(r.Body)
		if err != nil || r.StatusCode != http.StatusOK {
			t.Fatalf("%s %s, %v", r.Status, text, err)
		}
		return string(text)
	}
	world.Eventually(t, "the run to be counted", func() bool {
		return strings.Contains(scrape(), `curfew_runs_finished_total{actor="shell",class="",status="succeeded"} 1`)
	})
	text := scrape()
	for _, want := range []string{
		`curfew_attempts_total{actor="shell",outcome="succeeded"} 1`, `curfew_session_gate{session="default",state="open"} 1`, "curfew_jobs 2",
		"curfew_state_known 1", "curfew_journal_append_seconds_count", `curfew_bus_lag_records{reader="history"}`, "go_goroutines", "process_cpu_seconds_total",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is missing in\n%s", want, text)
		}
	}
	if regexp.MustCompile(`"(hello|other)"`).MatchString(text) {
		t.Error("a job is a label")
	}
	if *promtool != "" {
		c := exec.Command(*promtool, "check", "metrics")
		c.Stdin = strings.NewReader(text)
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("promtool: %v\n%s", err, out)
		}
	}
}

// TestMCPOverHTTP: the official client works over TCP, too. Who has the read-only token is offered nothing that changes
// something, and neither is anybody with --mcp read-only.
func TestMCPOverHTTP(t *testing.T) {
	tools := func(at string, c *http.Client) (names []string) {
		t.Helper()
		s, err := mcp.NewClient(&mcp.Implementation{Name: "test"}, nil).Connect(t.Context(),
			&mcp.StreamableClientTransport{Endpoint: at + "/mcp", HTTPClient: c}, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		list, err := s.ListTools(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, tool := range list.Tools {
			names = append(names, tool.Name)
		}
		_, err = s.CallTool(t.Context(), &mcp.CallToolParams{Name: "job_pause", Arguments: map[string]any{"name": "hello"}})
		if (err == nil) != slices.Contains(names, "job_pause") {
			t.Errorf("job_pause of %q: %v", names, err)
		}
		return names
	}
	_, at, as := overTCP(t)
	all, look := tools(at, as("api.token")), tools(at, as("api.read.token"))
	if !slices.Contains(all, "job_run") || slices.Contains(look, "job_run") || !slices.Contains(look, "explain") {
		t.Errorf("%q and %q", all, look)
	}
	_, at, as = overTCP(t, "--mcp", "read-only")
	if got := tools(at, as("api.token")); !slices.Equal(got, look) {
		t.Errorf("--mcp read-only offers %q", got)
	}
	_, at, as = overTCP(t, "--mcp", "off")
	r, err := as("api.token").Post(at+"/mcp", "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusNotFound {
		t.Errorf("--mcp off answers %s", r.Status)
	}
}
