package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Bounds of the waits.
const (
	patience = 20 * time.Minute // for a load; the build of 28 November does not load a million jobs in it
	look     = 2 * time.Millisecond
	calm     = 300 * time.Millisecond // two such spans with less than calmShare of a core are quiet
)

const calmShare = 0.05

// cpu is the time that the process has had of all cores.
func cpu() time.Duration {
	var u syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// rss is the memory of the process in MiB: now, and at most so far. It is zero where there is no /proc.
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

// heap is what lives after a collection, in bytes, with the stacks.
func heap() float64 {
	runtime.GC()
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc + m.StackInuse)
}

// quiet waits until the process has nothing left to do: every reader has read everything, every actor is there and every
// timer is armed. It says when that was.
func quiet() time.Time {
	since, end := time.Now(), time.Now().Add(patience)
	for still := 0; still < 2 && time.Now().Before(end); {
		from := cpu()
		time.Sleep(calm)
		if (cpu() - from).Seconds() < calmShare*calm.Seconds() {
			still++
			continue
		}
		still, since = 0, time.Now()
	}
	return since
}

// until waits until the condition holds, and says whether it did in time.
func until(holds func() bool) bool {
	for end := time.Now().Add(patience); !holds(); time.Sleep(look) {
		if time.Now().After(end) {
			return false
		}
	}
	return true
}

// at is the value below which a share of them lies. It sorts them.
func at(all []float64, share float64) float64 {
	slices.Sort(all)
	return all[int(share*float64(len(all)-1))]
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1e3 }

func us(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e3 }

// profiled begins the profile that was asked for.
func profiled() (end func()) {
	if *prof == "" {
		return func() {}
	}
	f, err := os.Create(*prof)
	must(err)
	must(pprof.StartCPUProfile(f))
	return func() { pprof.StopCPUProfile(); must(f.Close()) }
}

// profiledHeap writes the profile of the heap that was asked for.
func profiledHeap() {
	if *mem == "" {
		return
	}
	writeHeap(*mem)
}

// profiledPeak writes a profile of the heap whenever it has grown by a twentieth, so that the last one is of its peak.
func profiledPeak() (end func()) {
	if *peak == "" {
		return func() {}
	}
	stop := make(chan struct{})
	go func() {
		var most float64
		for {
			select {
			case <-stop:
				return
			case <-time.After(calm):
			}
			if now, _ := rss(); now > 1.05*most {
				most = now
				writeHeap(*peak)
			}
		}
	}()
	return func() { close(stop) }
}

func writeHeap(path string) {
	f, err := os.Create(path)
	must(err)
	must(pprof.WriteHeapProfile(f))
	must(f.Close())
}
