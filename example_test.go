package curfew_test

import (
	"context"
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
