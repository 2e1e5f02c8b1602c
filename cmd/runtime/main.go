// Command runtime is Curfew: cron jobs as supervised actors. It is the list of actor types of this build.
package main

import (
	"os"

	"curfew"
	"curfew/actors"
	"curfew/actors/agent"
	"curfew/actors/cliagent"
	"curfew/actors/httpreq"
	"curfew/actors/shell"
)

func main() {
	os.Exit(curfew.Main(func(kinds *actors.Registry) {
		actors.Register(kinds, shell.New)
		actors.Register(kinds, agent.New)
		actors.Register(kinds, cliagent.New)
		actors.Register(kinds, httpreq.New)
	}))
}
