// Package demo shows an outage with the real runtime, in a temporary folder, against a backend on loopback that counts
// every call. Nothing is mocked: what it prints is read from the log as it happens. At the end it counts, and fails if
// the counts are not as promised.
package demo

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"curfew/actors"
	"curfew/actors/agent"
	"curfew/actors/shell"
	"curfew/actors/system/follow"
	"curfew/bus/sleep"
	"curfew/internal/backend"
	"curfew/internal/config"
	"curfew/internal/contract"
	"curfew/internal/engine"
	"curfew/internal/journal"
	"curfew/messages"
)

// Options are what the demo is run with.
type Options struct {
	Auto   bool      // sign in without asking
	In     io.Reader // for Enter, which signs in
	Out    io.Writer
	Colour bool // Out is a terminal that shows colours
}

// heartbeat is the shell job of the demo.
const heartbeat = "heartbeat"

// jobFile is what the demo runs: one shell job, and three agent jobs on one session.
const jobFile = `
sessions:
  default:
    backend: %s
    sign_in: https://app.example.com/login
jobs:
  - {name: heartbeat, actor: shell, schedule: "*/2 * * * * *", with: {command: "echo alive"}}
  - {name: inbox, actor: agent, schedule: "*/2 * * * * *", with: {prompt: "Any mail that matters?"}}
  - {name: briefing, actor: agent, schedule: "*/4 * * * * *", with: {prompt: "Prepare my day."}}
  - name: digest
    actor: agent
    schedule: "*/4 * * * * *"
    with: {prompt: "Sum up the news."}
    retry: {initial: 6s, jitter: 0}
`

// The story's clock, in seconds after it has begun; slots are every two and four seconds.
const (
	align      = 4 * time.Second          // the story begins right after an instant at which all jobs are due
	stumble    = 3 * time.Second          // the backend answers the next digest with 503; the runtime retries it after 6 s …
	lapse      = 9 * time.Second          // … but the session lapses before that
	signIn     = 14500 * time.Millisecond // somebody signs in
	afterwards = 4 * time.Second          // how long the story goes on after the summary
	stumbles   = 3                        // calls that are answered 503: the attempt makes two of them again itself
	patience   = 20 * time.Second         // how long each thing that must follow may take
)

// Run shows the outage. The error says what was not as promised.
func Run(ctx context.Context, o Options) (err error) {
	if err := hasShell(actors.Shell); err != nil {
		return err
	}
	data, err := os.MkdirTemp("", "curfew-demo-")
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(data)) }()
	s := &show{out: o.Out, colour: o.Colour}
	b, err := newServer()
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer b.close()
	kinds := &actors.Registry{} // the demo's own: a build need not have them
	actors.Register(kinds, shell.New)
	actors.Register(kinds, agent.New)
	conf, err := config.Parse("demo.yaml", fmt.Appendf(nil, jobFile, b.url), data, kinds)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	s.say("One shell job and three agent jobs, every few seconds. Times are seconds since the start.")
	if err := sleep.For(ctx, time.Until(time.Now().Truncate(align).Add(align))); err != nil {
		return err
	}
	s.began = time.Now()
	rt, err := start(ctx, kinds, data, conf)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	stopFollowing := s.follow(func(wake func()) follow.Reader { return rt.Log().Reader(0, wake) })
	err = act(ctx, o, s, b, rt)
	err = errors.Join(err, rt.Stop(context.WithoutCancel(ctx)), stopFollowing())
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	var lines bytes.Buffer
	if err := journal.Export(ctx, data, &lines); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	return s.account(b, lines.Bytes())
}

// hasShell is an error if the demo's shell job could not run: its failures would look like those of the outage.
func hasShell(path string) error {
	if _, err := exec.LookPath(path); err != nil {
		return fmt.Errorf("demo: one of its jobs needs a shell, and this machine has none (%w)", err)
	}
	return nil
}

// act does what people and the backend do in the story.
func act(ctx context.Context, o Options, s *show, b *server, rt *engine.Runtime) error {
	if err := login(ctx, b, rt); err != nil {
		return err
	}
	if err := sleep.For(ctx, time.Until(s.began.Add(stumble))); err != nil {
		return err
	}
	b.stumble()
	if err := s.await(ctx, "a retry to be due", func(seen *seen) bool { return seen.waits > 0 }); err != nil {
		return err
	}
	if err := sleep.For(ctx, time.Until(s.began.Add(lapse))); err != nil {
		return err
	}
	b.lapse()
	if err := s.await(ctx, "the gate to close", func(seen *seen) bool { return seen.closed > 1 }); err != nil {
		return err
	}
	if err := sleep.For(ctx, time.Until(s.began.Add(signIn))); err != nil {
		return err
	}
	if err := ask(ctx, o, s); err != nil {
		return err
	}
	if err := login(ctx, b, rt); err != nil {
		return err
	}
	if err := s.await(ctx, "the summary of the outage", func(seen *seen) bool { return seen.summaries > 0 }); err != nil {
		return err
	}
	return sleep.For(ctx, afterwards)
}

// login signs in with a fresh token of the backend.
func login(ctx context.Context, b *server, rt *engine.Runtime) error {
	_, err := backend.New(rt).Login(ctx, messages.DefaultSession, contract.Login{Token: contract.Secret(b.issue())})
	return err
}

// ask waits for Enter, unless the demo signs in by itself.
func ask(ctx context.Context, o Options, s *show) error {
	if o.Auto {
		s.say("Somebody signs in.")
		return nil
	}
	s.say("Press Enter to sign in.")
	line := make(chan error, 1)
	go func() {
		_, err := bufio.NewReader(o.In).ReadString('\n')
		if errors.Is(err, io.EOF) {
			err = nil
		}
		line <- err
	}()
	select {
	case err := <-line:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}
