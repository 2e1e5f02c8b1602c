package openapi

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"curfew/internal/api"
	"curfew/tests/internal/world"
)

func TestMain(m *testing.M) { os.Exit(world.RunTests(m)) }

const jobs = `
sessions: {default: {backend: "http://127.0.0.1:1", sign_in: "https://app.example.com/login"}, bare: {}}
targets: {box: {file: %q}}
jobs:
  - {name: brief, actor: shell, schedule: "0 7 * * *", title: T, tags: [a], with: {command: "echo hello"}}
  - {name: failing, actor: shell, schedule: "@yearly", with: {command: "echo no >&2; exit 3"}, deliver: {to: box, on: [failure]}}
  - {name: think, actor: agent, schedule: "0 8 * * *", with: {prompt: think}}
`

// asked is a request, and the status of its answer.
type asked struct {
	method, path, body string
	status             int
}

// TestAnswers asks the real program over TCP for every operation, and for some errors. Each request and each answer is as the
// description says; an answer has no member that is not described. With -exchanges they are written down, so that
// .ci/openapi has a validator of others look at them, too.
func TestAnswers(t *testing.T) {
	d := world.NewDaemon(t)
	d.Listen = "127.0.0.1:0"
	d.Start(fmt.Sprintf(jobs, filepath.Join(filepath.Dir(d.Data), "box")))
	run := func(job string) string {
		r, err := d.Client.RunNow(t.Context(), job)
		if err != nil {
			t.Fatal(err)
		}
		world.Eventually(t, "the run to end", func() bool {
			got, err := d.Client.Run(t.Context(), r.Body.Run)
			return err == nil && !got.Body.FinishedAt.IsZero()
		})
		return string(r.Body.Run)
	}
	id, failed := run("brief"), run("failing")
	held, err := d.Client.RunNow(t.Context(), "think")
	if err != nil {
		t.Fatal(err)
	}
	schemas := newLooker(t, document(readComments(t), true))
	left := make(map[string]bool)
	for _, r := range api.Routes() {
		left[r.Method+" "+r.Path] = true
	}
	url, token := address(t, d.Data)
	for _, a := range []asked{
		{"GET", "/v1/status", "", 200},
		{"GET", "/v1/jobs?state=idle&failing=false&held=false&disabled=false&actor=shell&session=none&tag=none&managed_by=file&q=brief&limit=10", "", 200},
		{"GET", "/v1/jobs/brief", "", 200},
		{"GET", "/v1/jobs/failing", "", 200},
		{"GET", "/v1/jobs/none", "", 404},
		{"POST", "/v1/jobs/brief/run", "", 202},
		{"POST", "/v1/jobs/think/run", "", 202},
		{"POST", "/v1/jobs/brief/backfill", `{"from":"2026-11-01T00:00:00Z","to":"2026-11-03T00:00:00Z","fold":true}`, 202},
		{"POST", "/v1/jobs/brief/pause", "", 202},
		{"POST", "/v1/jobs/brief/backfill", `{"from":"2026-11-01T00:00:00Z","to":"2026-11-03T00:00:00Z"}`, 409},
		{"POST", "/v1/jobs/brief/resume", "", 202},
		{"POST", "/v1/runs/" + string(held.Body.Run) + "/cancel", "", 202},
		{"POST", "/v1/runs/" + id + "/cancel", "", 409},
		{"POST", "/v1/jobs/think/cancel", "", 202},
		{"GET", "/v1/runs?job=brief&status=succeeded&since=2026-01-01T00:00:00Z&until=2126-01-01T00:00:00Z&limit=1", "", 200},
		{"GET", "/v1/runs/" + id, "", 200},
		{"GET", "/v1/runs/" + failed, "", 200},
		{"GET", "/v1/runs/" + id + "/logs?follow=true&screen=true", "", 200},
		{"GET", "/v1/explain/brief?run=" + id, "", 200},
		{"GET", "/v1/explain/brief?at=07:00", "", 200},
		{"GET", "/v1/events?job=brief&type=run.finished&session=", "", 200},
		{"GET", "/v1/sessions?limit=1", "", 200},
		{"GET", "/v1/sessions/default", "", 200},
		{"POST", "/v1/sessions/default/login", `{"token":"a-token","force":true,"check":false}`, 200},
		{"POST", "/v1/sessions/default/expire", `{"source":"test","reason":"over","generation":0}`, 200},
		{"POST", "/v1/sessions/default/logout", "", 200},
		{"GET", "/v1/nodes", "", 200},
		{"POST", "/v1/nodes/none/drain", "", 404},
		{"POST", "/v1/nodes/none/resume", "", 404},
		{"GET", "/v1/targets", "", 200},
		{"POST", "/v1/targets/box/test", "", 200},
		{"PUT", "/v1/jobs/made?dry_run=true", `{"actor":"shell","schedule":"@daily","with":{"command":"true"}}`, 200},
		{"PUT", "/v1/jobs/made", `{"actor":"shell","schedule":"@daily","with":{"command":"true"}}`, 200},
		{"PUT", "/v1/jobs/made", `"actor: shell\nschedule: '@weekly'\nwith: {command: 'true'}"`, 200},
		{"PUT", "/v1/jobs/made", `{"actor":"shell","schedule":"61 * * * *"}`, 422},
		{"PUT", "/v1/jobs/brief", `{"actor":"shell","schedule":"@daily","with":{"command":"true"}}`, 409},
		{"POST", "/v1/jobs/brief/from-file", `{"dry_run":true}`, 200},
		{"DELETE", "/v1/jobs/made", "", 200},
		{"DELETE", "/v1/jobs/brief", "", 409},
		{"POST", "/v1/reload", "", 200},
		{"POST", "/v1/tickets", `{"read_only":true}`, 200},
		{"GET", "/healthz", "", 200},
		{"GET", "/readyz", "", 200},
	} {
		delete(left, a.method+" "+check(t, schemas, url, token, a))
	}
	for op := range left {
		t.Errorf("%s is not asked for", op)
	}
}

// check sends a request, looks at it and at its answer, and returns the path of the operation.
func check(t *testing.T, l looker, url, token string, a asked) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), a.method, url+a.path, strings.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	if strings.HasPrefix(a.path, "/v1/events") {
		r.Header.Set("Last-Event-ID", "0")
	}
	if a.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := readAnswer(resp)
	if err != nil || resp.StatusCode != a.status {
		t.Errorf("%s %s: %s %s %v, want %d", a.method, a.path, resp.Status, body, err, a.status)
	}
	write(t, a, r, resp, body)
	path := pattern(t, a)
	o := l.operation(t, path, a.method)
	if a.body != "" {
		l.look(t, o["requestBody"], "application/json", []byte(a.body))
	}
	responses, _ := o["responses"].(object)
	answer, ok := responses[strconv.Itoa(a.status)]
	if !ok {
		answer = responses["default"]
	}
	if described, _ := answer.(object); described["headers"] != nil && resp.Header.Get("ETag") == "" {
		t.Errorf("the answer to %s %s has no ETag", a.method, a.path)
	}
	media, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	l.look(t, answer, media, body)
	return path
}

// readAnswer reads a body; of a stream that has no end, the first event.
func readAnswer(resp *http.Response) ([]byte, error) {
	if resp.Header.Get("Content-Type") != "text/event-stream" {
		return io.ReadAll(resp.Body)
	}
	var body []byte
	for lines := bufio.NewReader(resp.Body); ; {
		line, err := lines.ReadBytes('\n')
		if body = append(body, line...); err != nil || bytes.HasPrefix(line, []byte("data: ")) {
			return body, err
		}
	}
}

// pattern is the path of the operation that a request is for.
func pattern(t *testing.T, a asked) string {
	mux, found := http.NewServeMux(), ""
	for _, r := range api.Routes() {
		mux.HandleFunc(r.Method+" "+r.Path, func(http.ResponseWriter, *http.Request) { found = r.Path })
	}
	r, err := http.NewRequestWithContext(t.Context(), a.method, a.path, nil)
	if err != nil {
		t.Fatal(err)
	}
	mux.ServeHTTP(nil, r)
	return found
}

// address is the URL of the daemon on TCP, and the token of its owner.
func address(t *testing.T, data string) (url, token string) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(data, "daemon.json"))
	var at api.Daemon
	if err == nil {
		err = json.Unmarshal(raw, &at)
	}
	if err != nil || at.TCP == nil {
		t.Fatalf("daemon.json is %s, %v", raw, err)
	}
	key, err := os.ReadFile(filepath.Join(data, "api.token"))
	if err != nil {
		t.Fatal(err)
	}
	return "http://" + *at.TCP, strings.TrimSpace(string(key))
}
