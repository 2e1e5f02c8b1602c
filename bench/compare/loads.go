package main

import "time"

// load is one load, who bears it, and what is compared.
type load struct {
	name  string // for -only
	title string
	work  string // -work of the programs
	size  int    // -n of the programs
	lead  time.Duration
	who   []string
	limit time.Duration // of one run; what takes longer is "not within" it
	// rounds bounds the rounds of a long load; 0: as many as are asked for.
	rounds  int
	figures []figure
}

// figure is a number that a load measures.
type figure struct {
	name   string // of the measured value
	title  string
	goal   string // of issue and design, in words
	rising bool   // more is better
}

const (
	curfew   = "Curfew"
	november = "28 November"
	robfig   = "robfig/cron v3"
	gocron   = "gocron v2"
	netres   = "netresearch/go-cron"
	channel  = "watermill gochannel"
)

var (
	builds     = []string{curfew, november}
	schedulers = []string{curfew, november, robfig, netres, gocron}
)

// herdFigures are those of a herd, with the goals of this size.
func herdFigures(last string) []figure {
	return []figure{
		{name: "last_ms", title: "last start, ms after the second", goal: last},
		{name: "p50_ms", title: "median start, ms"},
		{name: "durable_ms", title: "all finished and durable, ms"},
		{name: "cpu_us_a_run", title: "CPU of a run, µs", goal: "≤ 1/10 of 28 November"},
		{name: "peak_mib", title: "peak memory, MiB"},
	}
}

var growFigures = []figure{
	{name: "settled_ms", title: "loaded, every actor live, timers armed, history written, ms", goal: "1,000,000: ≤ 60 s"},
	{name: "cpu_us_a_job", title: "CPU of a job, µs"},
	{name: "heap_b_a_job", title: "heap of a job, bytes", goal: "≤ 1.3 KB"},
	{name: "rss_mib", title: "memory after a collection, MiB", goal: "1,000,000: ≤ 1.6 GiB"},
	{name: "peak_mib", title: "peak memory, MiB", goal: "1,000,000: ≤ 2.2 GiB"},
	{name: "idle_percent", title: "idle, % of a core", goal: "100,000: 0.07"},
}

var stormFigures = []figure{
	{name: "held_ms", title: "all held, ms after the second", goal: "100,000: ≤ 1 s; 1,000,000: ≤ 10 s"},
	{name: "restarted_ms", title: "all restarted, ms after the sign-in", goal: "100,000: ≤ 1 s; 1,000,000: ≤ 10 s"},
	{name: "refused_calls", title: "calls that reached the dead session"},
}

var rates = []figure{{name: "facts_a_second", title: "facts a second", goal: "≥ 8 × 28 November", rising: true}}

// loads are all there are. The size of a load is -n of its programs.
var loads = []load{
	{name: "machine", title: "The machine alone", work: "machine", size: 1_000_000, who: builds, figures: []figure{{name: "facts_a_second", title: "facts a second", goal: "≥ 4 × 28 November", rising: true}}},
	{name: "replay", title: "Replay of an export", work: "replay", size: 200_000, who: builds, figures: []figure{{name: "records_a_second", title: "records a second", goal: "≥ 25 × 28 November", rising: true}}},
	{name: "bus", title: "The bus, durable, five readers, typed", work: "bus", size: 500_000, who: builds, figures: rates},
	{name: "watermill", title: "The bus by watermill's interfaces, durable, five subscribers", work: "watermill", size: 50_000, who: []string{curfew, november, channel}, figures: []figure{{name: "facts_a_second", title: "messages a second", goal: "≥ 100,000", rising: true}}},
	{name: "herd", title: "100,000 due in the same second", work: "herd", size: 100_000, lead: 40 * time.Second, who: schedulers, figures: herdFigures("≤ 1.0 × robfig; 0.5 wished")},
	{name: "herd-restart", title: "The same after a restart", work: "herd-restart", size: 100_000, lead: 60 * time.Second, who: builds, figures: herdFigures("as before the restart, within 10 %")},
	{name: "herd-1m", title: "1,000,000 due in the same second", work: "herd", size: 1_000_000, lead: 2 * time.Minute, who: []string{curfew, robfig, netres}, rounds: 3, limit: 30 * time.Minute, figures: herdFigures("≤ 1.0 × robfig; 0.6 wished")},
	{name: "grow", title: "100,000 jobs that are not due", work: "grow", size: 100_000, who: schedulers, figures: growFigures},
	{name: "grow-1m", title: "1,000,000 jobs that are not due", work: "grow", size: 1_000_000, who: []string{curfew, robfig, netres}, rounds: 3, limit: 30 * time.Minute, figures: growFigures},
	{name: "start", title: "A start with 100,000 jobs in the journal", work: "start", size: 100_000, who: builds, figures: []figure{
		{name: "start_ms", title: "Start returns, ms", goal: "≥ 4 × faster"}, {name: "settled_ms", title: "all settled, ms"}, {name: "cpu_ms", title: "CPU, ms"},
	}},
	{name: "storm", title: "100,000 agents lose their session, and get it back", work: "storm", size: 100_000, lead: 40 * time.Second, who: builds, figures: stormFigures},
	{name: "storm-1m", title: "1,000,000 agents lose their session, and get it back", work: "storm", size: 1_000_000, lead: 4 * time.Minute, who: []string{curfew}, rounds: 3, limit: 30 * time.Minute, figures: stormFigures},
	{name: "list", title: "Pages of 50 at 100,000 jobs", work: "list", size: 100_000, who: builds, figures: []figure{
		{name: "jobs_ms", title: "jobs, ms", goal: "≤ 2 ms"},
		{name: "jobs_writer_ms", title: "the log's writer waits, ms", goal: "≤ 0.2 ms"},
		{name: "sessions_ms", title: "sessions, ms", goal: "≤ 2 ms"},
		{name: "sessions_writer_ms", title: "the log's writer waits, ms", goal: "≤ 0.2 ms"},
	}},
	{name: "order", title: "An order while the history is behind", work: "order", size: 100_000, who: builds, figures: []figure{{name: "order_ms", title: "job run, ms", goal: "≤ 10 ms"}}},
	{name: "soak", title: "Thirty minutes of 500 runs a second", work: "soak", size: 30_000, who: []string{curfew}, rounds: 1, limit: 40 * time.Minute, figures: soakFigures},
}

// soakFigures are medians of the third fifth of a soak, and of its last: what is flat is alike.
var soakFigures = []figure{
	{name: "runs_a_second", title: "runs a second"},
	{name: "cpu_us_a_run_early", title: "CPU of a run, µs: third fifth"},
	{name: "cpu_us_a_run_late", title: "… last fifth"},
	{name: "rss_mib_early", title: "resident memory, MiB: third fifth"},
	{name: "rss_mib_late", title: "… last fifth", goal: "flat"},
	{name: "goroutines_early", title: "goroutines: third fifth"},
	{name: "goroutines_late", title: "… last fifth", goal: "flat"},
	{name: "files_early", title: "open files: third fifth"},
	{name: "files_late", title: "… last fifth", goal: "flat"},
	{name: "data_mib_early", title: "journal and history, MiB: third fifth"},
	{name: "data_mib_late", title: "… last fifth", goal: "within their bounds"},
}

func loadNames() (all []string) {
	for _, l := range loads {
		all = append(all, l.name)
	}
	return all
}
