package live

import (
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"syscall"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"

	"curfew/actors/system/tracer"
	"curfew/internal/contract"
	"curfew/tests/internal/world"
)

// spans are the names of the spans that a collector was sent, by trace; keys are the headers that came with them.
type spans struct {
	mu    sync.Mutex
	names map[string][]string
	keys  []string
}

func (s *spans) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(r.Body)
	var sent collector.ExportTraceServiceRequest
	if err != nil || proto.Unmarshal(raw, &sent) != nil || r.URL.Path != "/v1/traces" {
		http.Error(w, "no spans", http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys = append(s.keys, r.Header.Get("Api-Key"))
	for _, rs := range sent.ResourceSpans {
		for _, ss := range rs.ScopeSpans {
			for _, p := range ss.Spans {
				id := hex.EncodeToString(p.TraceId)
				s.names[id] = append(s.names[id], p.Name)
			}
		}
	}
}

// TestTraces: the real program sends the spans of a run to the collector that the environment names, at the latest
// when it stops, and `run show` has the id of their trace.
func TestTraces(t *testing.T) {
	got := &spans{names: make(map[string][]string)}
	s := httptest.NewServer(got)
	defer s.Close()
	d := world.NewDaemon(t)
	d.Env = []string{tracer.Endpoint + "=" + s.URL, "OTEL_EXPORTER_OTLP_HEADERS=api-key=c0llector"}
	d.Start(`jobs: [{name: hello, actor: shell, schedule: "0 0 1 1 *", with: {command: echo hi}}]`)
	var run contract.Run
	if err := json.Unmarshal(d.Run(nil, "job", "run", "hello", "--wait", "-o", "json"), &run); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(d.Run(nil, "run", "show", string(run.ID), "-o", "json"), &run); err != nil {
		t.Fatal(err)
	}
	if run.TraceID == nil || *run.TraceID != tracer.TraceID(run.ID).String() {
		t.Fatalf("run show has the trace %v", run.TraceID)
	}
	if err := d.End(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	got.mu.Lock()
	defer got.mu.Unlock()
	if names := got.names[*run.TraceID]; !slices.Equal(names, []string{"attempt hello", "run hello"}) {
		t.Errorf("the collector has %v", got.names)
	}
	if !slices.Contains(got.keys, "c0llector") {
		t.Errorf("the keys of the collector were %q", got.keys)
	}
}
