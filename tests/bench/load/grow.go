package main

import (
	"time"
)

// grow loads jobs that are not due, and looks at the idle system after that.
func grow() measured {
	empty := heap()
	end, atPeak := profiled(), profiledPeak()
	began, before := time.Now(), cpu()
	w := open(jobs("free", spread))
	started := time.Since(began)
	settled := w.quiet().Sub(began)
	spent := cpu() - before
	end()
	atPeak()
	_, peak := rss()
	full := heap()
	profiledHeap()
	now, _ := rss()
	const span = 20 * time.Second
	idle := cpu()
	time.Sleep(span)
	idle = cpu() - idle
	m := measured{
		"start_ms": ms(started), "settled_ms": ms(settled), "cpu_us_a_job": us(spent) / float64(*n),
		"heap_b_a_job": (full - empty) / float64(*n), "rss_mib": now, "peak_mib": peak,
		"idle_percent": 100 * idle.Seconds() / span.Seconds(),
	}
	w.stop()
	return m
}

// restart starts the runtime with a journal that has the jobs.
func restart() measured {
	w := open(jobs("free", spread))
	w.quiet()
	w.stop()
	all := jobs("free", spread)
	heap()
	end := profiled()
	began, before := time.Now(), cpu()
	w = open(all)
	started := time.Since(began)
	settled := w.quiet().Sub(began)
	end()
	m := measured{"start_ms": ms(started), "settled_ms": ms(settled), "cpu_ms": ms(cpu() - before)}
	w.stop()
	return m
}
