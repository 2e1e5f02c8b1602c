package web

import (
	"fmt"
	"strings"
	"time"

	"curfew/internal/contract"
	"curfew/internal/web/draw"
	"curfew/internal/words"
	"curfew/messages"
)

// jobChart is the chart of a job's newest runs.
type jobChart struct {
	ID, Title string
	Text      string // what the chart says, for who cannot see it
	draw.Series
}

// jobCharts draws how long the newest runs took, and which tokens they have used; of says which runs these are.
func (v *visit) jobCharts(j contract.Job) (of string, charts []jobChart, err error) {
	points, err := v.Views.JobSeries(v.ctx, j.Name)
	if err != nil {
		return "", nil, err
	}
	var spans, tokens []draw.Value
	called := false
	for i := range points { // the oldest first
		p := points[len(points)-1-i]
		if !p.Started {
			continue
		}
		value := draw.Value{Shape: shapeOf(p.Status), Link: explainRun(j.Name, p.Run)}
		value.Counts = p.Status == messages.StatusSucceeded || p.Status == messages.StatusFailed
		at := v.moment(p.At, j.Timezone)
		say := func(what string) string {
			return fmt.Sprintf("%s %s: %s, %s", at.Text, at.Zone, words.State(p.Status), what)
		}
		value.Value, value.Title = p.Took.Seconds(), say(words.Span(p.Took))
		spans = append(spans, value)
		value.Value, value.Title = float64(p.Tokens), say(count(p.Tokens, "token"))
		tokens = append(tokens, value)
		called = called || p.Calls+p.Tokens > 0 // an agent CLI may not say how many calls there were
	}
	if len(spans) == 0 {
		return "", nil, nil
	}
	charts = append(charts, chartOf("durations", "How long runs took", spans, draw.Measure{Steps: draw.Clock(), Text: func(s float64) string {
		return words.Span(time.Duration(s * float64(time.Second)))
	}}))
	if called {
		charts = append(charts, chartOf("tokens", "Tokens of runs", tokens, draw.Measure{Steps: draw.Decimal(), Text: func(n float64) string {
			return number(int(n))
		}}))
	}
	return "the newest " + count(len(spans), "run") + ", the oldest first", charts, nil
}

func chartOf(id, title string, values []draw.Value, m draw.Measure) jobChart {
	c := jobChart{ID: id, Title: title, Series: draw.NewSeries(values, m)}
	most, failed := values[0], 0
	for _, v := range values {
		if v.Value > most.Value {
			most = v
		}
		if v.Shape == draw.Cross {
			failed++
		}
	}
	parts := []string{count(len(values), "run"), "the most: " + m.Text(most.Value) + " (" + most.Title + ")"}
	c.Text = strings.Join(append(parts, number(failed)+" failed"), "; ") + "."
	return c
}

// shapeOf is how a run is drawn.
func shapeOf(s messages.Status) draw.Shape {
	switch s {
	case messages.StatusSucceeded:
		return draw.Circle
	case messages.StatusFailed:
		return draw.Cross
	case messages.StatusCancelled, messages.StatusSkipped, messages.StatusStale:
		return draw.Diamond
	default:
		return draw.Ring
	}
}
