// Package herd puts the loads on schedulers of others, and prints what it measured as a line of JSON, with the names and
// units of tests/bench/load.
package herd

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// A Scheduler is a peer.
type Scheduler interface {
	Add(spec string, do func()) error // spec has six fields, with seconds, in UTC
	Start()
	Stop()
}

var (
	n    = flag.Int("n", 10_000, "how many jobs")
	work = flag.String("work", "herd", "the load: herd, grow")
	lead = flag.Duration("lead", 10*time.Second, "how far ahead the herd is due")
	_    = flag.String("data", "", "not used: these schedulers keep nothing")
)

const patience = 10 * time.Minute // for the last start

// Main measures a scheduler.
func Main(fresh func() Scheduler) {
	flag.Parse()
	var m map[string]float64
	switch *work {
	case "herd":
		m = herd(fresh())
	case "grow":
		m = grow(fresh())
	default:
		fmt.Fprintln(os.Stderr, "peers: -work is herd or grow")
		os.Exit(2)
	}
	must(json.NewEncoder(os.Stdout).Encode(m))
}

// herd has all jobs due in the same second.
func herd(s Scheduler) map[string]float64 {
	due := time.Now().UTC().Add(*lead).Truncate(time.Second)
	late := make([]float64, *n)
	var calls atomic.Int64
	spec := fmt.Sprintf("%d %d %d %d %d *", due.Second(), due.Minute(), due.Hour(), due.Day(), int(due.Month()))
	for i := range *n {
		must(s.Add(spec, func() { late[i] = float64(time.Since(due).Microseconds()) / 1e3; calls.Add(1) }))
	}
	s.Start()
	time.Sleep(time.Second)
	heap()
	if time.Until(due) < time.Second {
		return map[string]float64{"unready": 1}
	}
	time.Sleep(time.Until(due) - 50*time.Millisecond)
	before := cpu()
	for end := time.Now().Add(patience); calls.Load() < int64(*n) && time.Now().Before(end); {
		time.Sleep(2 * time.Millisecond)
	}
	time.Sleep(time.Second) // the scheduler looks for the next slots
	spent := cpu() - before
	_, peak := rss()
	slices.Sort(late)
	at := func(share float64) float64 { return late[int(share*float64(*n-1))] }
	defer s.Stop()
	return map[string]float64{
		"runs": float64(calls.Load()), "p50_ms": at(0.5), "p99_ms": at(0.99), "last_ms": at(1),
		"cpu_us_a_run": float64(spent.Nanoseconds()) / 1e3 / float64(*n), "peak_mib": peak,
	}
}

// grow adds jobs that are not due.
func grow(s Scheduler) map[string]float64 {
	empty := heap()
	began, before := time.Now(), cpu()
	hour := time.Now().UTC().Hour()
	for i := range *n {
		must(s.Add(fmt.Sprintf("%d %d %d * * *", i%60, i/60%60, (hour+2+i/3600%20)%24), func() {}))
	}
	s.Start()
	took, spent := time.Since(began), cpu()-before
	time.Sleep(time.Second)
	_, peak := rss()
	full := heap()
	now, _ := rss()
	defer s.Stop()
	return map[string]float64{
		"settled_ms": float64(took.Microseconds()) / 1e3, "cpu_us_a_job": float64(spent.Nanoseconds()) / 1e3 / float64(*n),
		"heap_b_a_job": (full - empty) / float64(*n), "rss_mib": now, "peak_mib": peak,
	}
}

func cpu() time.Duration {
	var u syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func heap() float64 {
	runtime.GC()
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc + m.StackInuse)
}

// rss is the memory of the process in MiB: now, and at most so far.
func rss() (now, peak float64) {
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		f := strings.Fields(line)
		if len(f) < 2 {
			continue
		}
		kib, _ := strconv.ParseFloat(f[1], 64)
		switch f[0] {
		case "VmRSS:":
			now = kib / 1024
		case "VmHWM:":
			peak = kib / 1024
		}
	}
	return now, peak
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}
