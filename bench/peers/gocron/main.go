// Command gocron puts the loads on github.com/go-co-op/gocron/v2.
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/go-co-op/gocron/v2"

	"curfew/bench/peers/herd"
)

type scheduler struct{ gocron.Scheduler }

func (s scheduler) Add(spec string, do func()) error {
	_, err := s.NewJob(gocron.CronJob(spec, true), gocron.NewTask(do))
	return err
}

func (s scheduler) Stop() { _ = s.Shutdown() } // the process ends anyway

func main() {
	herd.Main(func() herd.Scheduler {
		s, err := gocron.NewScheduler(gocron.WithLocation(time.UTC))
		if err != nil {
			fmt.Fprintln(os.Stderr, "gocron:", err)
			os.Exit(1)
		}
		return scheduler{s}
	})
}
