package pinger_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"curfew/actors/system/follow"
	"curfew/actors/system/notifier/targets"
	"curfew/actors/system/pinger"
	"curfew/bus/bustest"
	"curfew/messages"
)

const secret = "Hb3Yc8Kd"

// monitor answers requests in the bubble: a dead host never does.
type monitor struct {
	mu    sync.Mutex
	paths map[string][]string // by host
}

func (m *monitor) RoundTrip(r *http.Request) (*http.Response, error) {
	m.mu.Lock()
	m.paths[r.URL.Host] = append(m.paths[r.URL.Host], strings.TrimPrefix(r.URL.Path, "/"+secret))
	m.mu.Unlock()
	if r.URL.Host == "dead" {
		<-r.Context().Done()
		return nil, errors.New("no answer from " + r.URL.String())
	}
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader("OK")), Request: r}, nil
}

func (m *monitor) asked(host string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return strings.Join(m.paths[host], " ")
}

func TestPings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, m := &bustest.Log{}, &monitor{paths: map[string][]string{}}
		core, lines := observer.New(zap.WarnLevel)
		jobs := map[string]targets.Address{}
		for _, job := range []string{"a", "dead"} {
			jobs[job] = targets.Plain("http://" + job + "/" + secret)
		}
		p, err := pinger.Start(pinger.Config{
			Jobs: jobs, Client: &http.Client{Transport: m}, Fatal: func(err error) { t.Error(err) }, Logger: zap.New(core),
			Reader: func(wake func()) follow.Reader { return log.Reader(0, wake, pinger.Topics...) },
		})
		if err != nil {
			t.Fatal(err)
		}
		run := func(job string, attempts int, status messages.Status) {
			for n := range attempts {
				log.Append(messages.AttemptStarted{Job: job, Attempt: n + 1})
			}
			log.Append(messages.RunFinished{Job: job, Status: status})
		}
		run("dead", 1, messages.StatusSucceeded)
		run("a", 1, messages.StatusSucceeded)
		run("a", 3, messages.StatusFailed)
		run("a", 1, messages.StatusCancelled)
		run("b", 1, messages.StatusFailed)
		synctest.Wait()
		if got, want := m.asked("a"), "/start  /start /fail /start"; got != want {
			t.Errorf("pings %q, want %q", got, want)
		}
		time.Sleep(10 * time.Minute)
		if got, want := m.asked("dead"), "/start /start /start   "; got != want {
			t.Errorf("pings to a dead monitor %q, want %q", got, want)
		}
		if n := lines.Len(); n != 2 {
			t.Errorf("%d lines about two pings that failed", n)
		}
		for _, l := range lines.All() {
			if text := fmt.Sprint(l.Message, l.ContextMap()); strings.Contains(text, secret) {
				t.Error("the log shows the address of a monitor")
			}
		}
		for range 2 * pinger.MaxQueued {
			run("dead", 1, messages.StatusSucceeded)
		}
		synctest.Wait()
		began := time.Now()
		p.Stop()
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("the stop took %v", took)
		}
	})
}
