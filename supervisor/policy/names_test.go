package policy

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestNames compares the list with one that is sorted anew, after changes in every order.
func TestNames(t *testing.T) {
	const n = 5 * maxPart
	name := func(i int) string { return fmt.Sprintf("job-%06d", i) }
	for order, at := range map[string]func(i int) int{
		"rising": func(i int) int { return i }, "falling": func(i int) int { return n - i },
		"mixed": func(i int) int { return i * 7919 % n },
	} {
		t.Run(order, func(t *testing.T) {
			random := rand.New(rand.NewPCG(1, 2))
			var l names
			has := map[string]bool{}
			change := func(i int) {
				if has[name(i)] && random.IntN(3) == 0 {
					delete(has, name(i))
					l.remove(name(i))
				} else {
					has[name(i)] = true
					l.add(name(i))
				}
			}
			for i := range n {
				change(at(i))
			}
			for range n {
				change(random.IntN(n))
			}
			l.remove("unknown")
			sameNames(t, &l, slices.Sorted(maps.Keys(has)))
			for _, name := range slices.Sorted(maps.Keys(has)) {
				l.remove(name)
			}
			sameNames(t, &l, nil)
		})
	}
}

func sameNames(t *testing.T, l *names, want []string) {
	t.Helper()
	if l.count != len(want) || !slices.Equal(l.after("", len(want)+1), want) {
		t.Fatalf("%d names, want %d", l.count, len(want))
	}
	for _, p := range l.parts {
		if len(p) == 0 || len(p) > maxPart {
			t.Fatalf("a part has %d names", len(p))
		}
	}
	for _, limit := range []int{-1, 0, 1, 7, maxPart, 2*maxPart + 1} {
		for i := 0; i < len(want); i += 97 {
			page := want[i+1 : min(len(want), i+1+max(limit, 0))]
			if got := l.after(want[i], limit); !slices.Equal(got, page) {
				t.Fatalf("the %d names after %s: %v, want %v", limit, want[i], got, page)
			}
			if got := l.after(want[i]+"!", limit); !slices.Equal(got, page) {
				t.Fatalf("the %d names after what is not in it: %v, want %v", limit, got, page)
			}
		}
	}
}

// TestNamesInOrder: names that come in their order leave no part half empty.
func TestNamesInOrder(t *testing.T) {
	var l names
	for i := range 10 * maxPart {
		l.add(fmt.Sprintf("%06d", i))
	}
	if len(l.parts) != 10 {
		t.Errorf("%d parts of %d names", len(l.parts), l.count)
	}
}
