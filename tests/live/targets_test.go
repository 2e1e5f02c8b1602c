package live

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"curfew/actors/system/notifier/targets"
	"curfew/internal/contract"
	"curfew/internal/explain"
	"curfew/messages"
	"curfew/tests/internal/world"
)

// hook is a webhook on loopback. It answers with the status that is set, and keeps what it has taken.
type hook struct {
	url    string
	status atomic.Int64
	late   atomic.Pointer[sync.WaitGroup] // no answer is given before it is done; nil: at once

	mu    sync.Mutex
	taken []targets.Body
}

func newHook(t *testing.T, status int) *hook {
	h := &hook{}
	h.status.Store(int64(status))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status := int(h.status.Load())
		var b targets.Body
		if err := json.NewDecoder(r.Body).Decode(&b); err == nil && status < 300 {
			h.mu.Lock()
			h.taken = append(h.taken, b)
			h.mu.Unlock()
		}
		if late := h.late.Load(); late != nil {
			late.Wait()
		}
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	h.url = server.URL + "/" + urlKey
	return h
}

// texts returns the texts of a kind that it has taken.
func (h *hook) texts(kind string) (out []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, b := range h.taken {
		if string(b.Kind) == kind {
			out = append(out, b.Text)
		}
	}
	return out
}

// lines is a log that is read while it is written.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) Sync() error { return nil }

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (l *lines) logger() *zap.Logger {
	return zap.New(zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), l, zap.InfoLevel))
}

// targeted is a job file with one target for all notifications and outputs.
func targeted(h *hook) string {
	return fmt.Sprintf(`
targets: {hook: {webhook: %q}}
notify: [hook]
sessions: {cli: {}}
jobs:
  - {name: a, actor: cli-agent, session: cli, schedule: "0 0 1 1 *", with: {command: "exit 9", expired_when: {exit_code: [9]}}}
  - {name: d, actor: shell, schedule: "0 0 1 1 *", with: {command: echo hi}, deliver: {to: [hook]}}
`, h.url)
}

func (s *site) undelivered() []contract.Undelivered {
	s.t.Helper()
	out, err := s.api.Undelivered(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

func (s *site) target(name string) contract.Target {
	s.t.Helper()
	list, _, err := s.api.Targets(s.t.Context(), contract.Page{Limit: contract.MaxLimit})
	i := slices.IndexFunc(list, func(t contract.Target) bool { return t.Name == name })
	if err != nil || i < 0 {
		s.t.Fatalf("target %s: %v, %+v", name, err, list)
	}
	return list[i]
}

func (s *site) testTarget(name string, ok bool) {
	s.t.Helper()
	got, err := s.api.TestTarget(s.t.Context(), name)
	if err != nil || got.OK != ok || ok != (got.Error == nil) {
		s.t.Fatalf("the test of target %s: %+v, %v; want ok=%v", name, got, err, ok)
	}
}

// explained returns the newest explanation of a job as text, and its deliveries.
func (s *site) explained(job string) (string, []explain.Delivery) {
	s.t.Helper()
	x, err := s.api.Explain(s.t.Context(), contract.ExplainQuery{Job: job})
	if err != nil {
		s.t.Fatal(err)
	}
	text := x.Verdict
	for _, l := range x.Chain {
		text += "\n" + l.Text
	}
	return text, x.Deliveries
}

// TestNobodyIsTold lets the only target refuse a notification. Commands and the log show that, and the notification
// arrives after a start with a target that works.
func TestNobodyIsTold(t *testing.T) {
	h, log := newHook(t, http.StatusNotFound), &lines{}
	s, kinds, conf := parsed(t, targeted(h))
	s.start(kinds, conf, log.logger())
	s.runNow("a")
	world.Eventually(t, "somebody to say so", func() bool { return len(s.undelivered()) > 0 })
	u := s.undelivered()[0]
	if *u.Session != "cli" || u.Notice != messages.NoticeSessionClosed || len(u.Targets) != 1 ||
		u.Targets[0].Target != "hook" || !strings.Contains(*u.Targets[0].Error, "404") {
		t.Errorf("undelivered: %+v", u)
	}
	session, err := s.api.Session(t.Context(), "cli")
	if err != nil || session.Undelivered == nil {
		t.Errorf("the session says %+v, %v", session, err)
	}
	notes, err := s.api.Notes(t.Context())
	if err != nil || len(notes) != 1 || !strings.Contains(notes[0], "session cli is undelivered") {
		t.Errorf("/readyz has the notes %q, %v", notes, err)
	}
	if text, _ := s.explained("a"); !strings.Contains(text, "people are to be told") ||
		!strings.Contains(text, "hook refused the notification: webhook: the server answers 404 Not Found; it is undelivered") {
		t.Errorf("explained as:\n%s", text)
	}
	const told = "session cli expired"
	if n := strings.Count(log.String(), told); n != 1 {
		t.Errorf("the log has the text %d times:\n%s", n, log)
	}
	s.testTarget("hook", false)
	s.stop()
	var late sync.WaitGroup
	late.Add(1)
	h.late.Store(&late)
	h.status.Store(http.StatusOK)
	s.start(kinds, conf, log.logger())
	world.Eventually(t, "the notification", func() bool { return len(h.texts("notification")) > 0 })
	if got := s.undelivered(); len(got) != 1 || len(got[0].Targets) != 1 || got[0].Targets[0].Target != "hook" {
		t.Errorf("while it is sent again, undelivered are %+v", got)
	}
	late.Done()
	world.Eventually(t, "that to be known", func() bool { return len(s.undelivered()) == 0 })
	if got := h.texts("notification"); len(got) != 1 || !strings.Contains(got[0], told) ||
		!strings.Contains(got[0], "no target has taken it so far") {
		t.Errorf("the target got %q", got)
	}
	if text, _ := s.explained("a"); !strings.HasSuffix(text, "hook has the notification") {
		t.Errorf("explained as:\n%s", text)
	}
	if n := strings.Count(log.String(), told); n != 1 {
		t.Errorf("the log has the text %d times at last:\n%s", n, log)
	}
	hidden(t, "the journal", s.stop())
	hidden(t, "the log", []byte(log.String()))
}

// TestATargetThatIsDown: the log reports a target that is down once, commands show it, and it is over when a test
// message arrives.
func TestATargetThatIsDown(t *testing.T) {
	h, log := newHook(t, http.StatusServiceUnavailable), &lines{}
	s, kinds, conf := parsed(t, targeted(h))
	s.start(kinds, conf, log.logger())
	if got := s.target("hook"); got.State != "untried" || got.Kind != "webhook" || got.Waiting != 0 {
		t.Errorf("before anything: %+v", got)
	}
	id := s.runNow("d")
	first := func() explain.Delivery {
		if ds := s.run(id).Deliveries; len(ds) == 1 {
			return ds[0]
		}
		return explain.Delivery{}
	}
	world.Eventually(t, "the delivery to wait", func() bool { d := first(); return d.Tries > 0 && !d.NextTry.IsZero() })
	if d := first(); d.State != explain.DeliveryWaiting || d.To != "hook" || d.Kind != "output" || d.Error == nil ||
		!strings.Contains(*d.Error, "503") {
		t.Errorf("while the target is down: %+v", d)
	}
	text, ds := s.explained("d")
	if !strings.HasSuffix(text, "the output is to be delivered to hook") || len(ds) != 1 ||
		ds[0].State != explain.DeliveryWaiting || ds[0].Tries == 0 {
		t.Errorf("explained as:\n%s\n%+v", text, ds)
	}
	for range 3 {
		s.testTarget("hook", false)
	}
	if got := s.target("hook"); got.State != "failing" || got.Waiting != 1 || got.Failures < 4 || got.Error == nil {
		t.Errorf("while it is down: %+v", got)
	}
	h.status.Store(http.StatusOK)
	s.testTarget("hook", true)
	world.Eventually(t, "what has waited", func() bool { return first().State == explain.DeliveryTaken })
	if d := first(); d.Tries < 2 || d.AnsweredAt.IsZero() || d.Error != nil {
		t.Errorf("when it has arrived: %+v", d)
	}
	if text, _ := s.explained("d"); !strings.Contains(text, "hook has the output after ") {
		t.Errorf("explained as:\n%s", text)
	}
	if got := s.target("hook"); got.State != "ok" || got.Waiting != 0 || got.Failures != 0 {
		t.Errorf("when it is back: %+v", got)
	}
	for text, want := range map[string]int{"a target does not take messages": 1, "a target takes messages again": 1} {
		if n := strings.Count(log.String(), text); n != want {
			t.Errorf("the log says %d times %q:\n%s", n, text, log)
		}
	}
	if texts := h.texts("test"); len(texts) != 1 {
		t.Errorf("tests that arrived: %q", texts)
	}
	if _, err := s.api.TestTarget(t.Context(), "hock"); err == nil || !strings.Contains(err.Error(), "hook, log") {
		t.Errorf("a target that there is not: %v", err)
	}
	h.status.Store(http.StatusForbidden)
	id = s.runNow("d")
	world.Eventually(t, "the refusal", func() bool { return first().State == explain.DeliveryRefused })
	if text, _ := s.explained("d"); !strings.Contains(text, "hook refused the output: webhook: the server answers 403 Forbidden") {
		t.Errorf("explained as:\n%s", text)
	}
	hidden(t, "the answers", append(asJSON(t, s.run(id)), asJSON(t, s.target("hook"))...))
	hidden(t, "the journal", s.stop())
	hidden(t, "the log", []byte(log.String()))
}
