package importer

import (
	"strconv"
	"strings"
	"time"
)

// cronie takes in what cronie knows and Debian's cron does not, by its manual: nothing of it was run.
func (b *batch) cronie(e *Entry, l cronLine) {
	j := e.job
	if zone := valueOf(l.env, "CRON_TZ", ""); zone != "" {
		j.zone = zone
	}
	if minutes, err := strconv.Atoi(valueOf(l.env, "RANDOM_DELAY", "")); err == nil && minutes > 0 {
		b.randomDelay(e, "RANDOM_DELAY", time.Duration(minutes)*time.Minute)
	}
	for _, word := range l.spec.dropped {
		if strings.Contains(word, "~") {
			e.pause("cronie draws a value out of %q, and Debian's cron reads its beginning alone; write H(A-B) for a value of the job's own, and set enabled to true", word)
		}
	}
	b.remark("tables as cronie reads them: CRON_TZ is the zone and RANDOM_DELAY a delay, by its manual; all else is as in Debian's cron, and nothing of cronie was run")
}
