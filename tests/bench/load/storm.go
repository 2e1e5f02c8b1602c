package main

import (
	"time"

	"curfew/messages"
)

// storm has gated jobs due in the same second while their session is over, and lets them go on after a sign-in, at no
// bounded pace.
func storm() measured {
	due = time.Now().UTC().Add(*lead).Truncate(time.Second)
	w := open(jobs("gated", func(int) string { return onceAt(due) }))
	w.quiet()
	if time.Until(due) < time.Second {
		return measured{"unready": 1}
	}
	held, finished := w.count("run.held.v1"), w.count("run.finished.v1")
	time.Sleep(time.Until(due))
	end := profiled()
	before := cpu()
	until(func() bool { return held() >= *n })
	allHeld, toHold := time.Since(due), cpu()-before
	w.quiet()
	signedIn.Store(true)
	began, before := time.Now(), cpu()
	w.commit(messages.SessionRestored{Session: messages.DefaultSession, By: "load"})
	until(func() bool { return calls.Load() >= int64(*n) })
	restarted, toRestart := time.Since(began), cpu()-before
	until(func() bool { return finished() >= *n })
	end()
	m := measured{
		"held_ms": ms(allHeld), "restarted_ms": ms(restarted), "done_ms": ms(time.Since(began)), "refused_calls": float64(refused.Load()),
		"held_cpu_us": us(toHold) / float64(*n), "restarted_cpu_us": us(toRestart) / float64(*n),
	}
	w.stop()
	return m
}
