// Command load puts one load on the whole runtime, and prints what it measured as a line of JSON. It is built against
// this build and against the build of 28 November alike: what differs between them is in world.go and in
// old/world.go.txt. ../compare runs both, beside their peers.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime"
	"time"
)

// measured is what a load found: figures by name. A name ends with its unit.
type measured map[string]float64

var (
	n       = flag.Int("n", 10_000, "how many jobs, facts or records")
	work    = flag.String("work", "herd", "the load: "+names())
	data    = flag.String("data", "", "an empty folder for the journal, the history and the tokens")
	prof    = flag.String("profile", "", "a file for a CPU profile of what is measured")
	mem     = flag.String("heap", "", "a file for a profile of the heap, once the jobs of the load grow are there")
	peak    = flag.String("peak", "", "a file for a profile of the heap when it was largest while the jobs were loaded")
	lasting = flag.Duration("for", 30*time.Minute, "how long a soak takes")
	lead    = flag.Duration("lead", 10*time.Second, "how far ahead the herd is due; the jobs are loaded meanwhile")
)

// works are the loads by name.
var works = map[string]func() measured{
	"herd": func() measured { return herd(false) }, "herd-restart": func() measured { return herd(true) },
	"grow": grow, "storm": storm, "start": restart, "list": list, "order": order, "soak": soak,
	"bus": five, "watermill": fiveWatermill, "machine": steps, "replay": replayed,
}

func names() (all string) {
	for name := range works {
		all += " " + name
	}
	return all
}

func main() {
	flag.Parse()
	do, ok := works[*work]
	if !ok || *data == "" {
		fmt.Fprintf(os.Stderr, "load: -data is needed, and -work is one of%s\n", names())
		os.Exit(2)
	}
	m := do()
	m["gomaxprocs"] = float64(runtime.GOMAXPROCS(0))
	must(json.NewEncoder(os.Stdout).Encode(m))
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}
