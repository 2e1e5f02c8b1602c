package scheduler

const (
	// siftAfter is how many stretches a search may take before the rule is sifted: more than any but a rule whose
	// dates nearly all fall into gaps.
	siftAfter = 64

	// siftedFrom is where the zones' present rules go on for ever, for nearly all of them: 2038-01-01 00:00 UTC.
	siftedFrom = 2145916800

	// typicalFrom begins the years by which the years after lastYear are judged. By then the rules of all zones are
	// constant, and all kinds of years (leap or not, beginning on any weekday) occur up to lastYear.
	typicalFrom = 2100
)

// dates is the fields that are searched: without the years that are known to have no slot.
func (r *rule) dates() *cron {
	if r.sifted != nil {
		return r.sifted
	}
	return &r.cron
}

// sift finds the years of a rule in which all its times fall into gaps, such as every second Sunday in March between
// two and three in New York, so that the search need not go through them one by one. Nearly all rules need none of it.
//
// Excluded dates are left out of account: a year that has a slot but for them is kept.
func (r *rule) sift() {
	if r.kind != kindCron || r.zone == utc {
		return
	}
	if _, _, gaveUp := r.search(&r.cron, siftedFrom, siftAfter); !gaveUp {
		return
	}
	full := *r
	full.exclude = nil
	sifted := r.cron
	sifted.years = [len(sifted.years)]uint64{}
	sifted.every, sifted.past, sifted.future = false, r.cron.every, false
	for y := firstYear; y <= lastYear; y++ {
		if !r.cron.inYear(y) || !full.firesIn(y) {
			continue
		}
		sifted.allow(y)
		sifted.future = sifted.future || r.cron.every && y >= typicalFrom
	}
	sifted.bounds()
	r.sifted = &sifted
}

// firesIn reports whether a date of the year makes a slot.
func (r *rule) firesIn(y int) bool {
	one := r.cron
	one.every, one.years = false, [len(one.years)]uint64{}
	one.allow(y)
	one.bounds()
	const far = 2 * secondsOfDay // the clocks of all zones are less than two days apart
	_, found, _ := r.search(&one, dayNumber(y)*secondsOfDay-far, maxStretches)
	return found
}
