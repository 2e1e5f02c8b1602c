package main

import (
	"time"
)

const asked = 20 // times; the median counts

// list asks for pages of jobs and of sessions, and how long the log's writer stands still meanwhile.
func list() measured {
	w := open(jobs("gated", spread))
	w.quiet()
	m := measured{}
	for name, ask := range map[string]func(){"jobs": w.pageOfJobs, "sessions": w.pageOfSessions} {
		var took, stood []float64
		for range asked {
			worst := w.beside(func() {
				began := time.Now()
				ask()
				took = append(took, ms(time.Since(began)))
			})
			stood = append(stood, ms(worst))
		}
		m[name+"_ms"], m[name+"_writer_ms"] = at(took, 0.5), at(stood, 0.5)
	}
	w.stop()
	return m
}

// order asks for a run while the history has yet to read the jobs.
func order() measured {
	w := open(jobs("free", spread))
	began := time.Now()
	w.runNow(jobName(0))
	m := measured{"order_ms": ms(time.Since(began))}
	w.stop()
	return m
}
