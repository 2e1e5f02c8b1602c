// Command netresearch puts the loads on github.com/netresearch/go-cron.
package main

import (
	"time"

	"github.com/netresearch/go-cron"

	"curfew/bench/peers/herd"
)

type scheduler struct{ *cron.Cron }

func (s scheduler) Add(spec string, do func()) error {
	_, err := s.AddFunc(spec, do)
	return err
}

func (s scheduler) Stop() { s.Cron.Stop() }

func main() {
	herd.Main(func() herd.Scheduler { return scheduler{cron.New(cron.WithSeconds(), cron.WithLocation(time.UTC))} })
}
