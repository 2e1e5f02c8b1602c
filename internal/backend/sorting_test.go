package backend

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"curfew/internal/contract"
)

// turn lists a page of places, and the places before and behind it.
func turn(all []place, o order, limit int, cursor string, before bool) (page []place, first int, next, previous bool) {
	c := &cut{order: o, limit: limit, before: before}
	if cursor != "" {
		at, err := placeOf(cursor)
		if err != nil {
			panic(err)
		}
		c.from = &at
	}
	for _, p := range all {
		c.offer(p)
	}
	return c.result()
}

// TestPages: in any order, pages forwards and backwards are parts of the sorted list, one behind the other.
func TestPages(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := order{byName: rapid.Bool().Draw(t, "by name"), reverse: rapid.Bool().Draw(t, "reverse")}
		var all []place
		for i := range rapid.IntRange(0, 30).Draw(t, "places") {
			p := place{name: fmt.Sprintf("job-%02d", i)}
			if !o.byName {
				p.key = rapid.SampledFrom([]int64{-3, 0, 1, 2, unknown}).Draw(t, "key")
			}
			all = append(all, p)
		}
		sorted := slices.SortedFunc(slices.Values(all), o.compare)
		limit := rapid.IntRange(1, 8).Draw(t, "limit")
		var forwards, backwards []place
		page, first, next, previous := turn(all, o, limit, "", false)
		for {
			if first != len(forwards) || previous != (first > 0) {
				t.Fatalf("the page behind %d places says %d, previous %v", len(forwards), first, previous)
			}
			forwards = append(forwards, page...)
			if !next {
				break
			}
			page, first, next, previous = turn(all, o, limit, page[len(page)-1].cursor(), false)
		}
		if !slices.Equal(forwards, sorted) {
			t.Fatalf("forwards:\n%v\nwant\n%v", forwards, sorted)
		}
		for previous {
			page, first, next, previous = turn(all, o, limit, page[0].cursor(), true)
			backwards = append(slices.Clone(page), backwards...)
			if !next || previous != (first > 0) {
				t.Fatalf("back at %d: next %v, previous %v", first, next, previous)
			}
		}
		if !slices.Equal(backwards, sorted[:len(backwards)]) || first != 0 {
			t.Fatalf("backwards:\n%v\nends at %d, want the beginning of\n%v", backwards, first, sorted)
		}
	})
}

// TestPagesWhileJobsComeAndGo: who turns pages sees every job that stays once, whatever else comes and goes.
func TestPagesWhileJobsComeAndGo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := order{reverse: rapid.Bool().Draw(t, "reverse")}
		stay := map[place]bool{}
		key := rapid.Int64Range(0, 5)
		for i := range rapid.IntRange(1, 20).Draw(t, "stay") {
			stay[place{key.Draw(t, "key"), fmt.Sprintf("s%02d", i)}] = true
		}
		seen := map[place]int{}
		cursor, guests := "", []place{}
		for {
			all := guests
			for p := range stay {
				all = append(all, p)
			}
			page, _, next, _ := turn(all, o, rapid.IntRange(1, 4).Draw(t, "limit"), cursor, false)
			for _, p := range page {
				seen[p]++
			}
			if !next {
				break
			}
			cursor = page[len(page)-1].cursor()
			guests = guests[:0:0] // those before have gone, also the one at the cursor
			for i := range rapid.IntRange(0, 3).Draw(t, "guests") {
				guests = append(guests, place{key.Draw(t, "key"), fmt.Sprintf("g%02d", i)})
			}
		}
		for p := range stay {
			if seen[p] != 1 {
				t.Fatalf("%v was seen %d times", p, seen[p])
			}
		}
	})
}

func TestBadCursor(t *testing.T) {
	for _, bad := range []string{"!", "bm9uZQ", "MSAy!"} {
		if _, err := cutOf(contract.JobsQuery{After: bad}); err == nil {
			t.Errorf("%q is taken for a cursor", bad)
		}
	}
}
