// Command target is Curfew with a kind of notification target of its own: pager.
package main

import (
	"os"

	"example.com/target/pager"

	"curfew"
	"curfew/actors"
	"curfew/actors/shell"
)

func register(kinds *actors.Registry) {
	actors.Register(kinds, shell.New)
	actors.RegisterTarget(kinds, pager.New)
}

func main() { os.Exit(curfew.Main(register)) }
