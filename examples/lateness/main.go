// Command lateness is Curfew with a reader that writes how late each run began to a CSV file.
package main

import (
	"cmp"
	"fmt"
	"os"

	"curfew"
	"curfew/actors"
	"curfew/actors/shell"
	"curfew/messages"
)

func register(kinds *actors.Registry) { actors.Register(kinds, shell.New) }

// late is the reader of a file.
func late(file string) curfew.Option {
	return curfew.WithReader(curfew.Reader{
		Name: "lateness", Topics: []messages.Topic{messages.TopicAttempt}, Read: (&sheet{path: file}).read,
	})
}

func main() {
	file := cmp.Or(os.Getenv("LATENESS_CSV"), "lateness.csv")
	fmt.Fprintln(os.Stderr, "how late runs begin is written to", file)
	os.Exit(curfew.Main(register, late(file)))
}
