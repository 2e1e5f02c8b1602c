package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"curfew/internal/config/schema"
	"curfew/messages"
	"curfew/messages/text"
)

// describedAfter is a schedule that follows another job.
var describedAfter = schema.Object{What: "schedule", Keys: []schema.Key{
	{Name: "after", Value: schema.Object{What: "after", Keys: []schema.Key{
		{
			Name: "job", Value: schema.Text{Pattern: messages.Name}, Required: true,
			About: "The job whose runs it follows.", Examples: []any{"backup"},
		},
		{
			Name: "on", Value: schema.Words(messages.AllAfterOn), Default: messages.AfterSuccess,
			About: "Which ends of a run it follows.",
		},
	}}, Required: true, About: "The job runs when a run of another job has ended."},
}}

// exampleAfter is such a schedule as JSON.
var exampleAfter = map[string]any{"after": map[string]string{"job": "backup"}}

// byClock are the keys that limit slots by the clock, which a job that follows another has not.
var byClock = []string{"active_hours", "days", "dst", "start", "end", "exclude", "splay", "delete_after_run"}

// after reads a schedule that follows another job. Written is the job without defaults, whose limits do not count here.
func (b *builder) after(written, n *node, def *messages.Definition) {
	o, ok := b.object(n, describedAfter)
	if !ok {
		return
	}
	m := n.find("after")
	if m == nil {
		b.at(n, "schedule must be an expression, a list of them, or a mapping with the key after")
		return
	}
	if o.get("after", shapeMapping) == nil {
		return
	}
	in, ok := b.object(m.value, schema.Form[schema.Object](describedAfter, "after"))
	if !ok {
		return
	}
	for _, key := range byClock {
		if limit := written.find(key); limit != nil {
			b.problem(limit.line, limit.col, "%s is for a schedule by the clock; a job that follows another has none", key)
		}
	}
	job, at := in.required("job")
	on := messages.AfterOn(in.choice("on"))
	if at == nil {
		return
	}
	if on == "" {
		on = messages.AfterSuccess
	}
	def.DST = messages.DSTVixie
	def.After = &messages.After{Job: job, On: on}
	def.Schedule = def.After.String()
	b.follows = append(b.follows, follows{job: def.Job, at: at})
}

// follows is the place at which a job names the one that it follows.
type follows struct {
	job string
	at  *node
}

// chains checks that what a job follows is there, among the jobs that were read and the others, and that every chain has
// an end.
func (b *builder) chains(others []messages.Definition) {
	if len(b.follows) == 0 {
		return
	}
	all := NewChains(slices.Concat(others, b.out.Jobs))
	for _, f := range b.follows {
		if text := all.Wrong(f.job); text != "" {
			b.at(f.at, "%s", text)
		}
	}
}

// maxGuessed is up to how many jobs the one that a wrong name may mean is looked for among them.
const maxGuessed = 1000

// Chains are jobs, and which of them follow which.
type Chains struct {
	after map[string]*messages.After // of each job; nil: it follows none
	place map[string]int             // of a job among those that follow the same one
}

// NewChains looks at jobs, which are all that there are.
func NewChains(jobs []messages.Definition) Chains {
	c := Chains{after: make(map[string]*messages.After, len(jobs)), place: map[string]int{}}
	next := map[string]int{}
	for _, d := range jobs {
		if c.after[d.Job] = d.After; d.After != nil {
			c.place[d.Job] = next[d.After.Job]
			next[d.After.Job]++
		}
	}
	return c
}

// Wrong is what is wrong with what a job follows; empty: nothing is. A job that leads into a circle without being part of
// it is not wrong: those in it are.
func (c Chains) Wrong(job string) string {
	after := c.after[job]
	if after == nil {
		return ""
	}
	if _, known := c.after[after.Job]; !known {
		wrong := fmt.Sprintf("after: there is no job %q", after.Job)
		if len(c.after) <= maxGuessed {
			if meant := text.Nearest(after.Job, slices.Sorted(maps.Keys(c.after))); meant != "" && meant != job {
				wrong += fmt.Sprintf("; did you mean %q?", meant)
			}
		}
		return wrong
	}
	chain := []string{job}
	for a := after; a != nil && len(chain) <= messages.MaxChain+1 && !slices.Contains(chain[1:], a.Job); a = c.after[a.Job] {
		if chain = append(chain, a.Job); a.Job == job {
			slices.Reverse(chain)
			return "after: the chain " + strings.Join(chain, " → ") + " leads back to where it began; " +
				"give one job of it a schedule by the clock"
		}
	}
	switch {
	case len(chain) > messages.MaxChain+1:
		return fmt.Sprintf("after: more than %d jobs come before this one; no more runs follow each other, so it would never run",
			messages.MaxChain)
	case c.place[job] >= messages.MaxAfter:
		return fmt.Sprintf("after: more than %d jobs follow job %q; let some of them follow one of the others", messages.MaxAfter, after.Job)
	}
	return ""
}
