package policy_test

import (
	"fmt"
	"testing"

	"curfew/messages"
	"curfew/supervisor/policy"
)

// BenchmarkNodeIsDrained: ten nodes, 100,000 jobs; one node is drained and let go on by turns.
func BenchmarkNodeIsDrained(b *testing.B) {
	const jobs = 100_000
	m := policy.New()
	seq := uint64(0)
	step := func(f messages.Fact) {
		seq += 2
		m.Step(messages.Instant(1_800_000_000_000+seq), seq, f)
	}
	for i := range jobs {
		step(messages.Defined(shell(jobName(i))))
	}
	for i := range 10 {
		step(node(fmt.Sprint("node-", i)))
	}
	n := node("node-3")
	for b.Loop() {
		n.Draining = !n.Draining
		step(n)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/jobs, "ns/job")
}
