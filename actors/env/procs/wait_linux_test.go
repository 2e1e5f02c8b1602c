package procs

import (
	"os"
	"os/exec"
	"testing"
)

// TestRunDiesWithTheDaemon pins that a process does not go on when the daemon is killed.
func TestRunDiesWithTheDaemon(t *testing.T) {
	life := newLifeline(t)
	daemon := exec.Command(os.Args[0])
	daemon.Env = append(os.Environ(), daemonRuns+`=exec 3>"$LIFELINE"; echo ready >&3; exec sleep 1000`, "LIFELINE="+life.path)
	if err := daemon.Start(); err != nil {
		t.Fatal(err)
	}
	<-life.ready
	if err := daemon.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = daemon.Wait()
	life.mustEnd(t)
}
