package story

import (
	"fmt"
	"strings"
	"time"

	"github.com/cockroachdb/datadriven"
)

func hasArg(d *datadriven.TestData, key string) bool {
	for _, a := range d.CmdArgs {
		if a.Key == key {
			return true
		}
	}
	return false
}

func arg(d *datadriven.TestData, key, fallback string) string {
	if v := list(d, key); len(v) > 0 {
		return strings.Join(v, ",")
	}
	return fallback
}

func list(d *datadriven.TestData, key string) []string {
	for _, a := range d.CmdArgs {
		if a.Key == key {
			return a.Vals
		}
	}
	return nil
}

func duration(d *datadriven.TestData, key string, fallback time.Duration) (time.Duration, error) {
	v := arg(d, key, "")
	if v == "" {
		return fallback, nil
	}
	dur, err := time.ParseDuration(v)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", key, err)
	}
	return dur, nil
}
