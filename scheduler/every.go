package scheduler

// maxWindows bounds the search of an "every" for its active hours and past excluded dates. A step of it passes a
// change of the zone's offset, a row of excluded dates or a slot that another offset would have had.
const maxWindows = 4096

// nextEvery finds the next multiple of the interval, counted from the epoch and the job's phase, inside active hours
// and outside excluded dates, at most [horizon] ahead.
func (r *rule) nextEvery(after int64) (int64, bool) {
	t := r.multiple(after + 1)
	for n := 0; n < maxWindows && t <= after+horizon; n++ {
		st := r.zone.at(t)
		at, ok := r.active.firstMultiple(t, r.every, st.offset)
		switch {
		case !ok || at >= st.end:
			t, ok = r.nextStretch(st.end)
		case r.on(at + st.offset):
			t, ok = r.multiple(min(r.afterExcluded(at+st.offset)-st.offset, st.end)), true
		default:
			return at, true
		}
		if !ok {
			return 0, false
		}
	}
	return 0, false
}

// nextStretch is where the search goes on at the end of a stretch: at the first multiple that lies in the active hours
// by any of the zone's offsets: there is no slot before it.
func (r *rule) nextStretch(from int64) (first int64, ok bool) {
	t := r.multiple(from)
	if from < tableFrom {
		return t, true // the offsets of those days are not known
	}
	for _, offset := range r.zone.offsets {
		if at, hit := r.active.firstMultiple(t, r.every, offset); hit && (!ok || at < first) {
			first, ok = at, true
		}
	}
	return first, ok
}

// multiple is the first multiple at or after t.
func (r *rule) multiple(t int64) int64 {
	return floorDiv(t-r.phase+r.every-1, r.every)*r.every + r.phase
}

// firstMultiple is the first of t, t+every, t+2·every, … that lies in the hours if the clock is that offset ahead of
// UTC; false if none ever does.
func (h hours) firstMultiple(t, every, offset int64) (int64, bool) {
	if !h.on {
		return t, true
	}
	const minutesOfDay = secondsOfDay / 60
	length := (floorMod(int64(h.to)-int64(h.from), minutesOfDay) + 1) * 60
	into := floorMod(t+offset-int64(h.from)*60, secondsOfDay) // how long after the beginning of the hours t is
	if into < length {
		return t, true
	}
	k := firstFactor(every%secondsOfDay, secondsOfDay, secondsOfDay-into, secondsOfDay-into+length-1)
	return t + k*every, k >= 0
}

// firstFactor is the least k ≥ 0 with lo ≤ a·k mod m ≤ hi, for 0 ≤ a < m and 0 ≤ lo ≤ hi < m; -1 if there is none. If
// no multiple of a lies between lo and hi, one with m added y times must, and which y that is, is the same question
// with smaller numbers, as in Euclid's algorithm.
func firstFactor(a, m, lo, hi int64) int64 {
	if lo == 0 {
		return 0
	}
	if a == 0 {
		return -1
	}
	if k := (lo + a - 1) / a; k*a <= hi {
		return k
	}
	y := firstFactor(m%a, a, floorMod(-hi, a), floorMod(-lo, a))
	if y < 0 {
		return -1
	}
	return (lo + m*y + a - 1) / a
}
