package curfew_test

import (
	"context"
	"errors"
	"fmt"
	"os"

	"curfew"
	"curfew/actors"
	"curfew/actors/shell"
	"curfew/messages"
)

// A program that runs a job, and hears how it went.
func ExampleNew() {
	folder, err := os.MkdirTemp("", "curfew-example-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder) //nolint:errcheck // what is left is in the machine's folder for such things
	rt, err := curfew.New(curfew.Config{
		Folder: folder,
		Actors: func(kinds *actors.Registry) { actors.Register(kinds, shell.New) },
		Jobs: []curfew.Job{{
			Name: "greeting", Schedule: "@yearly", With: shell.Spec{Command: "echo hello"},
			Keys: map[string]any{"timezone": "Europe/Berlin", "overlap": "skip"},
		}},
	})
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
	if err := rt.Start(ctx); err != nil {
		panic(err)
	}
	heard, err := rt.Subscribe(ctx, messages.TopicAttempt)
	if err != nil {
		panic(err)
	}
	if _, err := rt.RunJob(ctx, "greeting"); err != nil {
		panic(err)
	}
	for rec := range heard {
		if done, ok := rec.Body.(messages.AttemptSucceeded); ok {
			fmt.Printf("%s: %s", done.Job, done.Output)
			break
		}
	}
	if err := rt.Stop(ctx); err != nil {
		panic(err)
	}
	// Output:
	// greeting: hello
}

// What is not valid is said before anything starts, by job and key.
func ExampleNew_notValid() {
	_, err := curfew.New(curfew.Config{
		Folder: "/var/lib/example",
		Actors: func(kinds *actors.Registry) { actors.Register(kinds, shell.New) },
		Jobs: []curfew.Job{
			{Name: "backup", Actor: "shel", Schedule: "@daily"},
			{Name: "report", Actor: "shell", Schedule: "0 25 * * *", With: map[string]any{"command": "make report", "dri": "/srv"}},
		},
	})
	fmt.Println(err)
	// Output:
	// job backup, actor: unknown actor "shel"; this build knows shell; did you mean "shell"?
	// job report, schedule: schedule "0 25 * * *": hour field "25": 25 is over 23 (allowed: 0-23, names none, *, ?, a-b, a,b, */n, H, H(a-b))
	// job report, with.dri: unknown key "dri" in with; known are command, dir, user, stdin, background, shell, success_exit_codes
}

// The program's users change what is to run: the runtime goes on by the new jobs, without a restart.
func ExampleRuntime_Reload() {
	folder, err := os.MkdirTemp("", "curfew-example-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder) //nolint:errcheck // what is left is in the machine's folder for such things
	config := curfew.Config{
		Folder: folder,
		Actors: func(kinds *actors.Registry) { actors.Register(kinds, shell.New) },
	}
	rt, err := curfew.New(config) // nobody has a job yet
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
	if err := rt.Start(ctx); err != nil {
		panic(err)
	}
	heard, err := rt.Subscribe(ctx, messages.TopicConfig)
	if err != nil {
		panic(err)
	}
	reload := func(jobs ...curfew.Job) {
		config.Jobs = jobs
		if err := rt.Reload(ctx, config); err != nil {
			fmt.Println(err)
		}
	}
	backup := curfew.Job{Name: "backup", Schedule: "@daily", With: shell.Spec{Command: "make backup"}}
	report := curfew.Job{Name: "report", Schedule: "@weekly", With: shell.Spec{Command: "make report"}}
	reload(backup)
	reload(backup, report)
	reload(curfew.Job{Name: "wrong", Actor: "shell"}, report) // nothing of it is taken in
	reload(report)
	for range 3 {
		switch b := (<-heard).Body.(type) {
		case messages.JobDefined:
			fmt.Println("defined:", b.Job)
		case messages.JobRemoved:
			fmt.Println("removed:", b.Job)
		}
	}
	if err := rt.Stop(ctx); err != nil {
		panic(err)
	}
	// Output:
	// job wrong: a job has no schedule
	// job wrong: with: command is required
	// defined: backup
	// defined: report
	// removed: backup
}

// report is an actor type that depends on a session.
type reportSpec struct{}

func (reportSpec) Kind() string    { return "report" }
func (reportSpec) Validate() error { return nil }

type report struct{ actors.Gated[reportSpec] }

func (report) Run(context.Context, actors.Run[reportSpec]) (actors.Output, error) {
	return actors.Output{Text: "all is well"}, nil
}

// reporting is a runtime with a job of it, in a folder of its own.
func reporting(with ...curfew.Option) (rt *curfew.Runtime, end func()) {
	folder, err := os.MkdirTemp("", "curfew-example-")
	if err != nil {
		panic(err)
	}
	rt, err = curfew.New(curfew.Config{
		Folder: folder,
		Actors: func(kinds *actors.Registry) {
			actors.Register(kinds, func(actors.Env) actors.Actor[reportSpec] { return report{} })
		},
		Jobs: []curfew.Job{{Name: "report", Schedule: "@yearly", With: reportSpec{}}},
	}, with...)
	if err != nil {
		panic(err)
	}
	if err := rt.Start(context.Background()); err != nil {
		panic(err)
	}
	return rt, func() {
		if err := errors.Join(rt.Stop(context.Background()), os.RemoveAll(folder)); err != nil {
			panic(err)
		}
	}
}

// The program finds out that its session has expired, and later somebody signs in: meanwhile runs are held.
func ExampleRuntime_Submit() {
	rt, end := reporting()
	defer end()
	ctx := context.Background()
	heard, err := rt.Subscribe(ctx, messages.TopicSession, messages.TopicRun)
	if err != nil {
		panic(err)
	}
	tell := func(fact messages.Fact) {
		if _, err := rt.Submit(ctx, fact); err != nil {
			panic(err)
		}
	}
	tell(messages.SessionExpired{Session: "default", Source: "my program", Reason: "401 from the backend"})
	if _, err := rt.RunJob(ctx, "report"); err != nil {
		panic(err)
	}
	for rec := range heard {
		fmt.Println(rec.Body.Name())
		switch rec.Body.(type) {
		case messages.RunHeld:
			tell(messages.SessionRestored{Session: "default", By: "ada"})
		case messages.RunFinished:
			return
		}
	}
	// Output:
	// session.expired.v1
	// gate.closed.v1
	// run.queued.v1
	// run.held.v1
	// session.restored.v1
	// gate.probing.v1
	// gate.opened.v1
	// run.finished.v1
}

// A reader counts how runs end, over all starts.
func ExampleWithReader() {
	ends := map[messages.Status]int{}
	rt, end := reporting(curfew.WithReader(curfew.Reader{
		Name: "ends", Topics: []messages.Topic{messages.TopicRun},
		Read: func(_ context.Context, batch []messages.Record) error {
			for _, rec := range batch {
				if f, ok := rec.Body.(messages.RunFinished); ok {
					ends[f.Status]++
				}
			}
			return nil
		},
	}))
	heard, err := rt.Subscribe(context.Background(), messages.TopicRun)
	if err != nil {
		panic(err)
	}
	if _, err := rt.RunJob(context.Background(), "report"); err != nil {
		panic(err)
	}
	for rec := range heard {
		if _, ok := rec.Body.(messages.RunFinished); ok {
			break
		}
	}
	end() // the reader reads to the end
	fmt.Println(ends)
	// Output:
	// map[succeeded:1]
}
