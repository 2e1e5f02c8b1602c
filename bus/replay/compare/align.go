package compare

import (
	"bytes"
	"cmp"
	"slices"

	"curfew/messages"
)

// maxTable bounds the work of aligning two lists of decisions, in pairs. Longer lists are compared place by place.
const maxTable = 4 << 20

// item is a decision in the form in which it is compared.
type item struct {
	what string // name, time and body
	id   string
}

// differences compares the recorded decisions of the newest fact with the replayed ones.
func (c *comparison) differences() []Difference {
	was, is := make([]item, len(c.recorded)), make([]item, len(c.replayed))
	for i, r := range c.recorded {
		was[i] = item{what: r.At.String() + form(r.Body), id: r.ID}
	}
	for i, d := range c.replayed {
		is[i] = item{what: c.fact.At.String() + form(d), id: messages.DerivedID(c.fact.Seq, i)}
	}
	if slices.Equal(was, is) {
		return nil
	}
	exact := align(was, is, func(a, b item) bool { return a == b })
	loose := align(was, is, func(a, b item) bool { return a.what == b.what })
	// Ids tell which of two equal decisions is the extra one. If a decision is missing or extra, all ids after it are
	// shifted, and the content gives fewer differences.
	pairs := exact
	if len(loose) > 0 && len(loose) < len(exact) {
		pairs = loose
	}
	diffs := make([]Difference, 0, len(pairs))
	for _, p := range pairs {
		diffs = append(diffs, c.difference(p))
	}
	return diffs
}

func (c *comparison) difference(p pair) Difference {
	switch {
	case p.was < 0:
		d := c.replayed[p.is]
		return Difference{Kind: Missing, Seq: c.fact.Seq, Chain: c.chain.links(), Replayed: d}
	case p.is < 0:
		r := c.recorded[p.was]
		return Difference{Kind: Extra, Seq: r.Seq, Chain: c.trail.decision(r, c.chain), Recorded: decided(r)}
	}
	r, d := c.recorded[p.was], c.replayed[p.is]
	diff := Difference{Kind: Different, Seq: r.Seq, Chain: c.trail.decision(r, c.chain), Recorded: decided(r), Replayed: d}
	switch id := messages.DerivedID(c.fact.Seq, p.is); {
	case form(r.Body) != form(d):
	case r.At != c.fact.At:
		diff.Reason = "its time is " + r.At.String() + ", that of its cause is " + c.fact.At.String()
	default:
		diff.Reason = "its id is " + r.ID + " and should be " + id
	}
	return diff
}

// decided is the decision in a record; add keeps only records of decisions.
func decided(r messages.Record) messages.Decision {
	d, _ := r.Body.(messages.Decision)
	return d
}

// form is a decision as text. Two decisions are equal if their texts are.
func form(b messages.Body) string {
	raw, err := messages.Encode(b)
	if err != nil {
		return b.Name() + " cannot be encoded: " + err.Error()
	}
	return b.Name() + " " + string(bytes.TrimSpace(raw))
}

// pair is the indexes of two decisions that belong together; -1: there is none on that side.
type pair struct{ was, is int }

// align finds few differences between two lists: it leaves out equal items, and pairs the items between two equal ones
// in their order.
func align(was, is []item, equal func(a, b item) bool) []pair {
	start := 0
	for start < len(was) && start < len(is) && equal(was[start], is[start]) {
		start++
	}
	endWas, endIs := len(was), len(is)
	for endWas > start && endIs > start && equal(was[endWas-1], is[endIs-1]) {
		endWas, endIs = endWas-1, endIs-1
	}
	var pairs []pair
	gap := func(w0, w1, i0, i1 int) {
		for ; w0 < w1 || i0 < i1; w0, i0 = w0+1, i0+1 {
			p := pair{-1, -1}
			if w0 < w1 {
				p.was = w0
			}
			if i0 < i1 {
				p.is = i0
			}
			pairs = append(pairs, p)
		}
	}
	w, i := start, start
	for _, m := range common(was[start:endWas], is[start:endIs], equal) {
		gap(w, start+m.was, i, start+m.is)
		w, i = start+m.was+1, start+m.is+1
	}
	gap(w, endWas, i, endIs)
	return pairs
}

// common is a longest common subsequence.
func common(was, is []item, equal func(a, b item) bool) []pair {
	rows, cols := len(was), len(is)
	if rows == 0 || cols == 0 || rows > maxTable/cols {
		return nil
	}
	width := cols + 1
	longest := make([]int32, (rows+1)*width) // of was[w:] and is[i:]
	for w := rows - 1; w >= 0; w-- {
		for i := cols - 1; i >= 0; i-- {
			if equal(was[w], is[i]) {
				longest[w*width+i] = longest[(w+1)*width+i+1] + 1
				continue
			}
			longest[w*width+i] = max(longest[(w+1)*width+i], longest[w*width+i+1])
		}
	}
	var pairs []pair
	for w, i := 0, 0; w < rows && i < cols; {
		switch {
		case equal(was[w], is[i]):
			pairs = append(pairs, pair{w, i})
			w, i = w+1, i+1
		case longest[(w+1)*width+i] >= longest[w*width+i+1]:
			w++
		default:
			i++
		}
	}
	return pairs
}

// inOrder sorts differences by seq.
func inOrder(ds []Difference) []Difference {
	slices.SortStableFunc(ds, func(a, b Difference) int { return cmp.Compare(a.Seq, b.Seq) })
	return ds
}
