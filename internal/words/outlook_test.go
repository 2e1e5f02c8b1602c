package words_test

import (
	"testing"
	"time"

	"curfew/internal/contract"
	"curfew/internal/words"
	"curfew/messages"
)

// TestOutlookOfAnOutage: a session that was closed again says since when it has not worked; what is closed for a quota, or
// was closed once, has no more to say.
func TestOutlookOfAnOutage(t *testing.T) {
	began, again := messages.At(time.Unix(1000, 0)), messages.At(time.Unix(2000, 0))
	said := func(messages.Instant) string { return "then" }
	for _, c := range []struct {
		since, outage, until messages.Instant
		state                messages.GateState
		want                 string
	}{
		{again, began, 0, messages.StateClosed, "session s has not worked since then, when this outage began"},
		{began, began, 0, messages.StateClosed, ""},
		{again, 0, 0, messages.StateClosed, ""},
		{again, began, 0, messages.StateProbing, ""},
		{again, began, again, messages.StateClosed, "session s is out of quota; Curfew tries again at then"},
	} {
		s := contract.Session{Name: "s", State: c.state, Since: c.since, OutageSince: c.outage, Until: c.until}
		if got := words.Outlook(s, said, said); got != c.want {
			t.Errorf("%+v: %q, want %q", c, got, c.want)
		}
	}
}
