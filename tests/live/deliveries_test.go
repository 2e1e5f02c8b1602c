package live

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"curfew/actors/system/notifier/targets"
	"curfew/messages"
	"curfew/tests/internal/world"
)

// urlKey is a secret that a URL can have without an escape.
const urlKey = keyHead + keyTail

// ingest is an error tracker on loopback that keeps its events.
type ingest struct {
	url string

	mu     sync.Mutex
	bodies []string // of all requests
	events []ingested
}

// ingested is the part of an event that the tests check.
type ingested struct {
	EventID     string            `json:"event_id"`
	Fingerprint []string          `json:"fingerprint"`
	Tags        map[string]string `json:"tags"`
	ServerName  string            `json:"server_name"`
	Release     string            `json:"release"`
	Environment string            `json:"environment"`
	Exception   []struct{ Type, Value string }
	Contexts    map[string]map[string]any `json:"contexts"`
	Modules     map[string]string         `json:"modules"`
}

func newIngest(t *testing.T) *ingest {
	i := &ingest{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.URL.Path != "/api/42/envelope/" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		i.mu.Lock()
		defer i.mu.Unlock()
		i.bodies = append(i.bodies, string(body))
		// An envelope is lines: a header, then for each item a header and a payload.
		for line := range strings.Lines(string(body)) {
			var e ingested
			if json.Unmarshal([]byte(line), &e) == nil && len(e.Fingerprint) > 0 {
				i.events = append(i.events, e)
			}
		}
	}))
	t.Cleanup(server.Close)
	i.url = server.URL
	return i
}

// dsn returns the address of the ingest, with a key in it.
func (i *ingest) dsn(key string) string {
	return strings.Replace(i.url, "http://", "http://"+key+"@", 1) + "/42"
}

func (i *ingest) got() ([]ingested, string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Clone(i.events), strings.Join(i.bodies, "\n")
}

// desk is a webhook on loopback. It refuses its first calls with these statuses, then takes everything.
type desk struct {
	url string

	mu     sync.Mutex
	refuse []int
	keys   []string // of every call, refused or not
	taken  []targets.Body
	paths  []string
}

func newDesk(t *testing.T, refuse ...int) *desk {
	d := &desk{refuse: refuse}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.keys, d.paths = append(d.keys, r.Header.Get("Idempotency-Key")), append(d.paths, r.URL.Path)
		if len(d.refuse) > 0 {
			w.WriteHeader(d.refuse[0])
			d.refuse = d.refuse[1:]
			return
		}
		var b targets.Body
		if json.NewDecoder(r.Body).Decode(&b) == nil {
			d.taken = append(d.taken, b)
		}
	}))
	t.Cleanup(server.Close)
	d.url = server.URL
	return d
}

func (d *desk) got() []targets.Body {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.taken)
}

func (d *desk) kinds() string {
	var kinds []string
	for _, b := range d.got() {
		kinds = append(kinds, string(b.Kind))
	}
	return strings.Join(kinds, " ")
}

func (d *desk) asked() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.paths)
}

// TestErrorReports lets the runtime report errors to an ingest: one event for a run that is exhausted, none for a
// session that expires, and no secret in any.
func TestErrorReports(t *testing.T) {
	i := newIngest(t)
	t.Setenv("TRACKER_DSN", i.dsn(urlKey))
	t.Setenv(plantedEnv, plantedKey)
	s := newSite(t, nil, fmt.Sprintf(`
sessions: {default: {backend: %q}}
sentry: {dsn_env: TRACKER_DSN, environment: test}
jobs:
  - {name: briefing, actor: agent, schedule: "0 0 1 1 *", with: {prompt: refusal}}
  - name: backup
    actor: shell
    schedule: "0 0 1 1 *"
    retry: {attempts: 3, initial: 1ms}
    with: {command: "echo no space left on device >&2; exit 7"}
`, newEchoServer(t)), plantedToken)
	run := s.runNow("briefing")
	world.Eventually(t, "briefing to be held", func() bool { return s.run(run).Status == messages.StatusHeld })
	if state := s.session().State; state != "closed" {
		t.Fatalf("the session is %s; want the 401 to have closed it", state)
	}
	failed := s.runNow("backup")
	world.Eventually(t, "backup to fail", func() bool { return s.run(failed).Status == messages.StatusFailed })
	world.Eventually(t, "the event", func() bool { events, _ := i.got(); return len(events) > 0 })
	s.stop()
	events, bodies := i.got()
	if len(events) != 1 {
		t.Fatalf("%d events for one exhausted run and one expired session; want 1:\n%s", len(events), bodies)
	}
	e := events[0]
	if got := strings.Join(e.Fingerprint, " "); got != "cron shell transient" {
		t.Errorf("the fingerprint is %q", got)
	}
	for tag, want := range map[string]string{
		"domain": "cron", "operation": "shell_job", "job_id": "backup", "failure": "retries_exhausted", "class": "transient",
		"agent_id": "", "session_target": "",
	} {
		if e.Tags[tag] != want {
			t.Errorf("tag %s is %q, want %q", tag, e.Tags[tag], want)
		}
	}
	if len(e.Exception) != 1 || !strings.Contains(e.Exception[0].Value, "exit status 7") {
		t.Errorf("the event says %v", e.Exception)
	}
	if e.ServerName != "curfew" || len(e.Modules) != 0 || len(e.Contexts) != 1 || e.Environment != "test" ||
		len(e.EventID) != 32 {
		t.Errorf("the event tells too much or too little of where it was made: %+v", e)
	}
	if got := e.Contexts["curfew"]["run"]; got != string(failed) {
		t.Errorf("the event is of run %v, want %s", got, failed)
	}
	// The envelope's header names the key of its project, which is no secret of the event; the rest is looked at.
	for line := range strings.Lines(bodies) {
		if !strings.Contains(line, `"dsn"`) {
			hidden(t, "an envelope", []byte(line))
		}
	}
}

// TestDeliveries lets the runtime deliver an output to two targets, failures once per incident, and pings to a monitor.
// One target takes nothing, and one address is a secret.
func TestDeliveries(t *testing.T) {
	d, monitor, deaf := newDesk(t, http.StatusServiceUnavailable), newDesk(t), newDesk(t, slices.Repeat([]int{http.StatusForbidden}, 100)...)
	t.Setenv("DESK_URL", d.url+"/"+urlKey)
	t.Setenv("DEAF_URL", deaf.url+"/?token="+urlKey)
	t.Setenv("MONITOR_URL", monitor.url+"/ping/"+urlKey)
	var log bytes.Buffer
	core := zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), zapcore.Lock(zapcore.AddSync(&log)), zap.DebugLevel)
	s, kinds, conf := parsed(t, `
targets:
  desk: {webhook_env: DESK_URL}
  deaf: {webhook_env: DEAF_URL}
  notes: {file: notes.jsonl}
notify: [desk, log]
jobs:
  - name: digest
    actor: shell
    schedule: "0 0 1 1 *"
    retry: {attempts: 1}
    with: {command: "test ! -e broken || exit 3; cat words"}
    deliver: {to: [desk, notes]}
    healthcheck: {url_env: MONITOR_URL}
  - name: lost
    actor: shell
    schedule: "0 0 1 1 *"
    with: {command: "echo nobody hears this"}
    deliver: {to: deaf}
  - name: shrug
    actor: shell
    schedule: "0 0 1 1 *"
    with: {command: "echo nobody hears this"}
    deliver: {to: deaf, best_effort: true}
`)
	s.start(kinds, conf, zap.New(core))
	ends := func(job string, want messages.Status) messages.RunID {
		t.Helper()
		id := s.runNow(job)
		world.Eventually(t, job+" to end", func() bool { return s.run(id).Status == want })
		return id
	}
	s.write("words", "Nothing new today.\n")
	first := ends("digest", messages.StatusSucceeded)
	s.write("words", " \n\n")
	ends("digest", messages.StatusSucceeded)
	s.write("broken", "")
	ends("digest", messages.StatusFailed)
	ends("digest", messages.StatusFailed)
	s.remove("broken")
	ends("digest", messages.StatusSucceeded)
	const want = "output failure recovery"
	world.Eventually(t, want, func() bool { return d.kinds() == want })
	got := d.got()
	if b := got[0]; b.Text != "Nothing new today.\n" || b.Run == nil || *b.Run != first || b.Job == nil ||
		*b.Job != "digest" || b.Session != nil {
		t.Errorf("the output arrived as %+v", b)
	}
	if !strings.Contains(got[1].Text, "exit status 3") || !strings.Contains(got[2].Text, "after 2 runs failed") {
		t.Errorf("the incident was told as %q and %q", got[1].Text, got[2].Text)
	}
	if d.keys[0] != d.keys[1] || d.keys[1] != got[0].ID || d.keys[1] == d.keys[2] {
		t.Errorf("the keys of the calls were %v; want that of the first try again, then others", d.keys)
	}
	ping := "/ping/" + urlKey
	start, fail := ping+"/start", ping+"/fail"
	wantPings := []string{start, ping, start, ping, start, fail, start, fail, start, ping}
	world.Eventually(t, "the pings", func() bool { return len(monitor.asked()) == len(wantPings) })
	if pings := monitor.asked(); !slices.Equal(pings, wantPings) {
		t.Errorf("the monitor was asked for %d paths, not in the right order", len(pings))
	}
	lost, shrug := ends("lost", messages.StatusSucceeded), ends("shrug", messages.StatusSucceeded)
	world.Eventually(t, "the delivery to be given up", func() bool { return len(s.run(lost).DeliveryFailed) > 0 })
	if r := s.run(lost); r.Status != messages.StatusSucceeded || !slices.Equal(r.DeliveryFailed, []string{"deaf"}) {
		t.Errorf("the run whose delivery failed is %s, delivery_failed %v", r.Status, r.DeliveryFailed)
	}
	if r := s.run(shrug); r.DeliveryFailed != nil {
		t.Errorf("a best effort shows as %v", r.DeliveryFailed)
	}
	notes := s.read("notes.jsonl")
	if n := strings.Count(notes, "\n"); n != 3 || !strings.Contains(notes, "Nothing new today.") {
		t.Errorf("the file has %d lines:\n%s", n, notes)
	}
	hidden(t, "a run", asJSON(t, s.run(lost)))
	hidden(t, "the journal", s.stop())
	hidden(t, "the log", log.Bytes())
	hideFiles(t, "the stopped runtime", s.data)
	if files, err := filepath.Glob(filepath.Join(s.data, "tokens.json")); err == nil && len(files) > 0 {
		t.Error("nobody signed in, and yet there is a file of tokens")
	}
}

// TestDeliveriesOutliveTheRuntime has a target that is down when the runtime stops, and up after the next start.
func TestDeliveriesOutliveTheRuntime(t *testing.T) {
	d := newDesk(t, slices.Repeat([]int{http.StatusBadGateway}, 2)...)
	file := fmt.Sprintf(`
targets: {desk: {webhook: %q}}
jobs:
  - name: digest
    actor: shell
    schedule: "0 0 1 1 *"
    with: {command: "echo Worth the wait."}
    deliver: {to: desk}
`, d.url)
	s, kinds, conf := parsed(t, file)
	s.start(kinds, conf, nil)
	id := s.runNow("digest")
	world.Eventually(t, "the target to refuse", func() bool { return s.run(id).Status == messages.StatusSucceeded && len(d.asked()) > 0 })
	s.stop()
	if d.kinds() != "" {
		t.Fatal("the target has it already")
	}
	s.start(kinds, conf, nil)
	world.Eventually(t, "the delivery", func() bool { return d.kinds() == "output" })
	s.stop()
	s.start(kinds, conf, nil)
	s.stop()
	got := d.got()
	if len(got) != 1 || got[0].Text != "Worth the wait.\n" || *got[0].Run != id {
		t.Errorf("it arrived as %+v", got)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if keys := slices.Compact(slices.Clone(d.keys)); len(keys) != 1 {
		t.Errorf("one delivery has the keys %v", keys)
	}
}
