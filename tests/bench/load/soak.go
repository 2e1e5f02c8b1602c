package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"curfew/internal/config"
)

// Bounds of the soak's journal and history. They are reached within minutes, so that what follows shows whether they hold.
const (
	soakJournal = 64 << 20 // bytes of records
	soakRuns    = 5        // that the history keeps of each job
)

// state is what must stay flat while runs come and go.
type state struct {
	Minute     int     `json:"minute"`
	Runs       int64   `json:"runs"` // so far
	RSS        float64 `json:"rss_mib"`
	Heap       float64 `json:"heap_mib"` // that lives or waits for the collector
	Goroutines int     `json:"goroutines"`
	Files      int     `json:"files"` // that are open
	Data       float64 `json:"data_mib"`
	CPU        float64 `json:"cpu_us_a_run"` // of the last minute
}

// soak runs each of n jobs once a minute, for a long time. A line a minute goes to stderr. The figures compare the medians
// of the third fifth with those of the last: the bounds are reached by then.
func soak() measured {
	all := jobs("free", func(i int) string { return fmt.Sprintf("%d * * * * *", i%60) })
	for i := range all {
		all[i].History.Runs = soakRuns
	}
	conf := roomy(all)
	conf.Journal = config.Journal{Max: soakJournal}
	w := world{start(conf)}
	var states []state
	spent, ran := cpu(), calls.Load()
	began := time.Now()
	end := func() {}
	for minute := 1; time.Since(began) < *lasting; minute++ {
		time.Sleep(time.Until(began.Add(time.Duration(minute) * time.Minute)))
		s := observe(minute)
		if s.Runs > ran {
			s.CPU = us(cpu()-spent) / float64(s.Runs-ran)
		}
		spent, ran = cpu(), s.Runs
		states = append(states, s)
		must(json.NewEncoder(os.Stderr).Encode(s))
		if minute == 1 { // the jobs are loaded, and every one of them has run
			end = profiled()
		}
	}
	end()
	w.stop()
	fifth := max(1, len(states)/5)
	m := measured{"runs_a_second": float64(ran) / time.Since(began).Seconds()}
	for name, of := range map[string]func(state) float64{
		"rss_mib": func(s state) float64 { return s.RSS }, "goroutines": func(s state) float64 { return float64(s.Goroutines) },
		"files": func(s state) float64 { return float64(s.Files) }, "data_mib": func(s state) float64 { return s.Data },
		"cpu_us_a_run": func(s state) float64 { return s.CPU },
	} {
		m[name+"_early"] = middle(states[2*fifth:min(3*fifth, len(states))], of)
		m[name+"_late"] = middle(states[len(states)-fifth:], of)
	}
	return m
}

// middle is the median of a figure.
func middle(states []state, of func(state) float64) float64 {
	var all []float64
	for _, s := range states {
		all = append(all, of(s))
	}
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// observe looks at the process and its data folder.
func observe(minute int) state {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	now, _ := rss()
	open, _ := os.ReadDir("/proc/self/fd")
	size := int64(0)
	must(filepath.WalkDir(*data, func(_ string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if info, err := d.Info(); err == nil { // else it is gone already
			size += info.Size()
		}
		return nil
	}))
	return state{
		Minute: minute, Runs: calls.Load(), RSS: now, Heap: float64(m.HeapAlloc) / (1 << 20), Goroutines: runtime.NumGoroutine(),
		Files: len(open), Data: float64(size) / (1 << 20),
	}
}
