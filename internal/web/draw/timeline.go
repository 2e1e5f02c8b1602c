package draw

import "time"

// A Bar is a run in a row.
type Bar struct {
	From, To    time.Time
	Class       string // how it is drawn
	Title, Link string
	Alone       bool // it is never drawn together with others
}

// A Stretch is a span that is shown behind the runs or among them.
type Stretch struct {
	From, To time.Time
	Class    string
	Title    string
}

// Row is what is drawn of a job.
type Row struct {
	Bars    []Bar     // oldest first
	Shades  []Stretch // outages
	Unknown time.Time // what was before is not known; zero: all is
	Slots   []time.Time
	Bands   []Stretch // slots that are too many to stand alone
	// Many names bars that are drawn together, such as "3 runs succeeded"; link is where they lead.
	Many func(n int, class string, from, to time.Time) (title, link string)
	Slot func(at time.Time) (title string)
}

// Strip is a row as it is drawn.
type Strip struct {
	Shades []Box
	Bars   []Box
	Slots  []Box // ticks: they have no width
	Bands  []Box
}

// together is how near two bars, or two slots, are that cannot be told from each other, as a share of the width. It also
// bounds how many things a row has: some 80 to each side.
const together = 0.006

// Draw draws a row on a scale.
func (r Row) Draw(s Scale) (out Strip) {
	if r.Unknown.After(s.From) {
		if b, ok := s.box(s.From, r.Unknown); ok {
			b.Class = "unknown"
			out.Shades = append(out.Shades, b)
		}
	}
	out.Shades = append(out.Shades, boxes(s, r.Shades)...)
	out.Bars = r.bars(s)
	last := -1.0
	for _, at := range r.Slots {
		x := s.share(at)
		if at.Before(s.From) || !at.Before(s.To) || last >= 0 && x-last < together {
			continue
		}
		last = x
		tick := Box{X: percent(x), Class: "slot"}
		if r.Slot != nil {
			tick.Title = r.Slot(at)
		}
		out.Slots = append(out.Slots, tick)
	}
	out.Bands = boxes(s, r.Bands)
	return out
}

func boxes(s Scale, stretches []Stretch) (out []Box) {
	for _, one := range stretches {
		if b, ok := s.box(one.From, one.To); ok {
			b.Class, b.Title = one.Class, one.Title
			out = append(out, b)
		}
	}
	return out
}

// bars draws bars, those that are alike and next to each other as one.
func (r Row) bars(s Scale) (out []Box) {
	for i := 0; i < len(r.Bars); {
		bar, n := r.Bars[i], 1
		for ; i+n < len(r.Bars) && joins(s, bar, r.Bars[i+n]); n++ {
			if to := r.Bars[i+n].To; to.After(bar.To) {
				bar.To = to
			}
		}
		i += n
		b, ok := s.box(bar.From, bar.To)
		if !ok {
			continue
		}
		b.Class, b.Title, b.Link, b.Many = bar.Class, bar.Title, bar.Link, n > 1
		if b.Many && r.Many != nil {
			b.Title, b.Link = r.Many(n, bar.Class, bar.From, bar.To)
		}
		out = append(out, b)
	}
	return out
}

func joins(s Scale, bar, next Bar) bool {
	return !bar.Alone && !next.Alone && bar.Class == next.Class && s.share(next.From)-s.share(bar.To) < together
}
