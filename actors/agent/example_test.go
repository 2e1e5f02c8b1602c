package agent_test

import (
	"fmt"

	"curfew/actors"
	"curfew/actors/agent"
)

// The blocks of jobs as they are checked: one that is valid, and one whose tool is that of no server.
func ExampleNew() {
	var kinds actors.Registry
	actors.Register(&kinds, agent.New)
	kind, err := kinds.Get("agent")
	if err != nil {
		panic(err)
	}
	fmt.Println("gated:", kind.Traits.Gated)
	for _, with := range []string{
		`{"prompt": "Prepare my day.", "budgets": {"tokens": 20000}}`,
		`{"prompt": "Prepare my day.", "tools": ["mail.send"]}`,
	} {
		fmt.Println(kind.Check([]byte(with)))
	}
	// Output:
	// gated: true
	// <nil>
	// tools: "mail.send" names a server that is not under mcp
}
