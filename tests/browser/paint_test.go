package browser

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"

	"curfew/tests/internal/world"
)

// firstPaint is how long the page took from the click to the first thing that can be read, in milliseconds.
const firstPaint = `new Promise(found => new PerformanceObserver(list => {
	const paint = list.getEntriesByName("first-contentful-paint");
	if (paint.length) found(paint[0].startTime);
}).observe({type: "paint", buffered: true}))`

// filters are what people ask the list of 10,000 jobs for.
var filters = []string{"", "q=t0042", "tag=g3", "q=t09&sort=next", "sort=name&dir=down", "failing=true", "state=paused"}

// BenchmarkFirstPaint is how long a browser needs until something of 10,000 jobs can be read, with and without filters.
func BenchmarkFirstPaint(b *testing.B) {
	s := newSite(b, file(crowd(10000), world.NewBackend(b).URL, true))
	v := s.visitor()
	var all []time.Duration
	for b.Loop() {
		v.goes("/jobs?" + filters[len(all)%len(filters)])
		all = append(all, time.Duration(value[float64](v, firstPaint)*float64(time.Millisecond)))
	}
	report(b, all)
}

// BenchmarkFilter is how long the daemon needs for a page of 10,000 jobs, as the client sees it.
func BenchmarkFilter(b *testing.B) {
	s := newSite(b, file(crowd(10000), world.NewBackend(b).URL, true))
	for _, filter := range filters {
		b.Run(fmt.Sprintf("filter=%s", filter), func(b *testing.B) {
			var all []time.Duration
			for b.Loop() {
				began := time.Now()
				s.gets(b, "/jobs?"+filter)
				all = append(all, time.Since(began))
			}
			report(b, all)
		})
	}
}

// gets asks for a page as a program does.
func (s *site) gets(b *testing.B, path string) {
	r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, s.base+path, nil)
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+s.token())
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil || answer.StatusCode != http.StatusOK {
		b.Fatalf("%s: %s, %v", path, answer.Status, err)
	}
}

// report reports the middle and the slowest hundredth of what was measured.
func report(b *testing.B, all []time.Duration) {
	slices.Sort(all)
	ms := func(share int) float64 { return float64(all[len(all)*share/100].Microseconds()) / 1000 }
	b.ReportMetric(ms(50), "p50-ms")
	b.ReportMetric(ms(99), "p99-ms")
	b.ReportMetric(0, "ns/op")
}
