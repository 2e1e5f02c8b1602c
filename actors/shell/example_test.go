package shell_test

import (
	"fmt"

	"curfew/actors"
	"curfew/actors/shell"
)

// The blocks of jobs as they are checked: one that is valid, and one that is not.
func ExampleNew() {
	var kinds actors.Registry
	actors.Register(&kinds, shell.New)
	kind, err := kinds.Get("shell")
	if err != nil {
		panic(err)
	}
	fmt.Println("gated:", kind.Traits.Gated)
	for _, with := range []string{
		`{"command": "make report", "success_exit_codes": [0, 24]}`,
		`{"command": "make report", "success_exit_codes": [256]}`,
	} {
		fmt.Println(kind.Check([]byte(with)))
	}
	// Output:
	// gated: false
	// <nil>
	// success_exit_codes: 256 is not an exit status; they are 0 to 255
}
