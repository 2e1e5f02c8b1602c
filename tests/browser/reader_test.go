package browser

import "testing"

// orders are the forms of a page that change something of the runtime. How a page is shown, and leaving it, is everybody's
// own business.
const orders = `[...document.querySelectorAll("form")].filter(f => f.method === "post" && !["/preferences", "/sign-out"].includes(new URL(f.action).pathname))
	.map(f => new URL(f.action).pathname)`

// TestReader: who may only look is shown no order on any page, and the owner is shown some.
func TestReader(t *testing.T) {
	t.Parallel()
	s := outage.site(t)
	owner, reader := s.visitor(), s.visitor("--read-only")
	all := 0
	for _, p := range s.places() {
		if p.path == "/jobs/new" {
			continue // it is nothing but an order
		}
		owner.goes(p.path)
		all += len(value[[]string](owner, orders))
		reader.goes(p.path)
		if got := value[[]string](reader, orders); len(got) > 0 {
			t.Errorf("%s: who may only look is shown %q", p.name, got)
		}
	}
	if all == 0 {
		t.Error("the owner is shown no order at all")
	}
}
