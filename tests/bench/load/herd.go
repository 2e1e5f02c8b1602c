package main

import "time"

// herd has all jobs due in the same second. What counts is when the last of them has begun, and what a run costs until it
// is durable and in the history.
func herd(afterRestart bool) measured {
	due = time.Now().UTC().Add(*lead).Truncate(time.Second)
	late = make([]float64, *n)
	w := open(jobs("free", func(int) string { return onceAt(due) }))
	if afterRestart {
		w.quiet()
		w.stop()
		w = open(jobs("free", func(int) string { return onceAt(due) }))
	}
	w.quiet()
	heap()
	left := time.Until(due)
	if left < time.Second {
		return measured{"unready": 1} // the jobs were not loaded in time: ask again with more lead
	}
	finished := w.count("run.finished.v1")
	time.Sleep(time.Until(due) - 50*time.Millisecond)
	end := profiled()
	before := cpu()
	until(func() bool { return calls.Load() >= int64(*n) })
	toStart := cpu() - before
	until(func() bool { return finished() >= *n })
	durable := time.Since(due)
	remembered := w.quiet()
	spent := cpu() - before
	end()
	_, peak := rss()
	m := measured{
		"runs": float64(calls.Load()), "p50_ms": at(late, 0.5), "p99_ms": at(late, 0.99), "last_ms": at(late, 1),
		"durable_ms": ms(durable), "remembered_ms": ms(remembered.Sub(due)), "cpu_us_a_run": us(spent) / float64(*n), "cpu_us_a_start": us(toStart) / float64(*n),
		"peak_mib": peak,
	}
	w.stop()
	return m
}
