// Command actortype is Curfew with an actor type of its own, besides shell: feed-check.
package main

import (
	"os"

	"example.com/actortype/feed"

	"curfew"
	"curfew/actors"
	"curfew/actors/shell"
)

func register(kinds *actors.Registry) {
	actors.Register(kinds, shell.New)
	actors.Register(kinds, feed.New)
}

func main() { os.Exit(curfew.Main(register)) }
