package signin_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"curfew/actors/env/secrets"
	"curfew/actors/system/follow"
	"curfew/actors/system/signin"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// desk is a session, its sign-in and its log, by hand.
type desk struct {
	t            *testing.T
	path, memory string
	logs         *observer.ObservedLogs
	logger       *zap.Logger
	reader       *signin.Reader
	wake         func()

	mu     sync.Mutex
	state  policy.SessionView
	signed []string    // by
	at     []time.Time // when
	refuse bool        // a sign-in closes the gate again at once
	answer bool        // of the question
	err    error
	asked  int
	busy   bool // an attempt works
}

func newDesk(t *testing.T) *desk {
	dir := t.TempDir()
	d := &desk{t: t, path: filepath.Join(dir, "home", "auth.json"), memory: filepath.Join(dir, "signins.json")}
	d.must(os.Mkdir(filepath.Join(dir, "home"), 0o700))
	d.state = policy.SessionView{State: messages.StateOpen, Generation: 1}
	d.state.Name = "claude"
	var core zapcore.Core
	core, d.logs = observer.New(zap.WarnLevel)
	d.logger = zap.New(core)
	return d
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) warned() int { return d.logs.Len() }

func (d *desk) file(every time.Duration) signin.Watch {
	return signin.Watch{Name: d.path, Every: every}
}

func (d *desk) question(every time.Duration) signin.Watch {
	return signin.Watch{Name: "ask", Every: every, Ask: func(context.Context) (bool, error) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.asked++
		return d.answer, d.err
	}}
}

func (d *desk) start(watches ...signin.Watch) {
	d.t.Helper()
	var err error
	d.reader, err = signin.Start(signin.Config{
		Sessions: []signin.Session{{Name: "claude", Watches: watches}},
		State: func(context.Context, string) (policy.SessionView, error) {
			d.mu.Lock()
			defer d.mu.Unlock()
			return d.state, nil
		},
		Reader: func(wake func()) follow.Reader {
			log := &oneRecord{}
			d.wake = func() { log.news.Add(1); wake() }
			return log
		},
		Fatal:  func(err error) { d.t.Error(err) },
		SignIn: func(_ context.Context, _, by string) error { d.sign(by); return nil },
		Turn: func(context.Context, string) (func(), error) {
			d.mu.Lock()
			defer d.mu.Unlock()
			if d.busy {
				return nil, nil
			}
			return func() {}, nil
		},
		Memory: d.memory, Secrets: &secrets.Set{}, Logger: d.logger,
	})
	d.must(err)
	d.t.Cleanup(d.reader.Stop)
	synctest.Wait()
}

func (d *desk) sign(by string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.signed, d.at = append(d.signed, by), append(d.at, time.Now())
	d.state.Generation++
	d.state.State, d.state.Since = messages.StateProbing, messages.At(time.Now())
	if d.refuse {
		d.state.State = messages.StateClosed
	}
}

func (d *desk) set(f func()) {
	d.mu.Lock()
	f()
	d.mu.Unlock()
	d.wake()
	synctest.Wait()
}

func (d *desk) close(generation uint64) {
	d.set(func() {
		d.state.State, d.state.Generation, d.state.Reason = messages.StateClosed, generation, "refused"
		d.state.Since = messages.At(time.Now())
	})
}

func (d *desk) open(generation uint64) {
	d.set(func() { d.state.State, d.state.Generation = messages.StateOpen, generation })
}

func (d *desk) wait(span time.Duration) {
	time.Sleep(span)
	synctest.Wait()
}

func (d *desk) want(by []string) {
	d.t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if !slices.Equal(d.signed, by) {
		d.t.Errorf("the sign-ins were %v, want %v", d.signed, by)
	}
}

func write(text string) func(*desk, string) {
	return func(d *desk, path string) { d.must(os.WriteFile(path, []byte(text), 0o600)) }
}

func remove(d *desk, path string) { d.must(os.RemoveAll(filepath.Dir(path))) }

// oneRecord is a log with a record for each wake-up.
type oneRecord struct{ news atomic.Int64 }

func (o *oneRecord) Next() ([]messages.Record, error) {
	if o.news.Swap(0) == 0 {
		return nil, nil
	}
	return make([]messages.Record, 1), nil
}

func (*oneRecord) After() uint64 { return 0 }
func (*oneRecord) Close()        {}
