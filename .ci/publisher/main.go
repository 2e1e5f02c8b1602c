// Command publisher reads a file of goreleaser as goreleaser does, by its own package, and fails at what it does not
// know: `go run . FILE`. goreleaser itself takes 264 s of computing to build.
package main

import (
	"fmt"
	"os"

	"github.com/goreleaser/goreleaser/v2/pkg/config"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "publisher: name the file, and nothing else")
		os.Exit(2)
	}
	if err := read(os.Args[1]); err != nil {
		fmt.Fprintf(os.Stderr, "publisher: %s: %v\n", os.Args[1], err)
		os.Exit(1)
	}
}

// read fails if goreleaser would not load the file, or not as it is meant: of another version it only warns.
func read(path string) error {
	project, err := config.Load(path)
	if err != nil {
		return err
	}
	if project.Version != 2 {
		return fmt.Errorf("version %d is not 2, which this goreleaser reads", project.Version)
	}
	return nil
}
