package cliagent_test

import (
	"fmt"

	"curfew/actors"
	"curfew/actors/cliagent"
)

// The blocks of jobs as they are checked: one that is valid, and one without a command.
func ExampleNew() {
	var kinds actors.Registry
	actors.Register(&kinds, cliagent.New)
	kind, err := kinds.Get("cli-agent")
	if err != nil {
		panic(err)
	}
	fmt.Println("gated:", kind.Traits.Gated)
	for _, with := range []string{
		`{"command": "claude -p", "prompt": "Prepare my day."}`,
		`{"prompt": "Prepare my day."}`,
	} {
		fmt.Println(kind.Check([]byte(with)))
	}
	// Output:
	// gated: true
	// <nil>
	// command, argv or a preset is required
}
