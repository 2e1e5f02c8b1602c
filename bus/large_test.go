package bus_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/ThreeDotsLabs/watermill/message"

	"curfew/bus"
	"curfew/bus/memory"
	"curfew/messages"
)

// boundedJournal takes records of at most 4 KiB.
type boundedJournal struct{ *memory.Journal }

func (boundedJournal) MaxRecord() int { return 4 << 10 }

// A fact that the journal cannot take is refused, before anything is decided; the log goes on.
func TestTooLargeIsRefused(t *testing.T) {
	l := openLog(t, bus.Options{Journal: boundedJournal{memory.New()}, Step: step})
	rs, err := l.Commit(t.Context(),
		bus.Draft{Fact: paused("a")},
		bus.Draft{ID: "large", Fact: messages.AttemptSucceeded{Output: strings.Repeat("x", 3<<10)}},
		bus.Draft{Fact: messages.AttemptSucceeded{Output: strings.Repeat("\x01", 1<<10)}}, // six bytes each
		bus.Draft{Fact: messages.AttemptSucceeded{Output: strings.Repeat("x", 1<<10)}},
	)
	var refused *bus.Refused
	if !errors.As(err, &refused) || refused.ID != "large" || !errors.Is(err, bus.ErrTooLarge) ||
		!strings.Contains(err.Error(), "bytes, and the journal takes at most 2048: raise max_payload") {
		t.Errorf("got %v", err)
	}
	if len(rs) != 4 || rs[0].Seq != 1 || rs[1].Seq != 0 || rs[2].Seq != 0 || rs[3].Seq != 3 {
		t.Errorf("got %+v", rs)
	}
	err = l.Publisher().Publish("weather", message.NewMessage("", []byte(strings.Repeat("x", 3<<10))))
	if !errors.Is(err, bus.ErrTooLarge) {
		t.Errorf("a foreign message: %v", err)
	}
}

// What can be large counts, in a page as well as at the journal's door.
func TestWhatCanBeLargeCounts(t *testing.T) {
	const large = 3 << 10
	text := strings.Repeat("x", large)
	trace := []messages.Step{{Text: text[:large/2]}, {Text: text[:large/2]}}
	l := openLog(t, bus.Options{Journal: boundedJournal{memory.New()}})
	for _, f := range []messages.Fact{
		messages.AttemptSucceeded{Output: text},
		messages.AttemptSucceeded{Trace: trace},
		messages.AttemptFailed{Output: text},
		messages.AttemptFailed{Error: text},
		messages.AttemptFailed{Trace: trace},
		messages.AttemptInterrupted{Output: text},
		messages.AttemptInterrupted{Trace: trace},
		messages.Defined(messages.Definition{With: []byte(`{"prompt":"` + text + `"}`)}),
		messages.Defined(messages.Definition{EnvValues: map[string]string{"KEY": text}}),
	} {
		if n := bus.Weight(f); n < large {
			t.Errorf("%+v weighs %d bytes", f, n)
		}
		if _, err := l.Commit(t.Context(), bus.Draft{Fact: f}); !errors.Is(err, bus.ErrTooLarge) {
			t.Errorf("%+v: %v", f, err)
		}
	}
	refuses := func(messages.Fact) (messages.Fact, error) { return nil, errNoJob }
	l = openLog(t, bus.Options{Journal: memory.New(), Admit: refuses})
	if _, err := l.Commit(t.Context(), bus.Draft{Fact: messages.JobDefined{}}); !errors.Is(err, errNoJob) {
		t.Errorf("a definition of nothing: %v", err)
	}
}
