// Command pack does the parts of a release that are not a build. It is a module of its own, since what it needs is
// large and no part of the program. `deploy/package` calls it.
package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// command is a thing that the program can do.
type command struct {
	use string // its name, and its arguments
	run func(args []string) error
}

// commands has them. A MODULE is the folder of the program's module, a PACKAGE the program in it.
var commands = []command{
	{"notices MODULE PACKAGE FILE", notices},
	{"sbom PROGRAM FILE", sbom},
	{"text PAGE FILE", text},
	{"zip FILE FOLDER", zipped},
	{"linux FORMAT CONFIG FOLDER", linux},
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	known := []string{"use: pack COMMAND"}
	for _, c := range commands {
		words := strings.Fields(c.use)
		if len(args) > 0 && args[0] == words[0] {
			if len(args) != len(words) {
				return errors.New("use: pack " + c.use)
			}
			return c.run(args[1:])
		}
		known = append(known, "  "+c.use)
	}
	return errors.New(strings.Join(known, "\n"))
}
