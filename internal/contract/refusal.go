package contract

import (
	"fmt"
	"unicode/utf8"
)

// A Kind is why a question is not answered. Each face has its own word for it, such as a status of HTTP.
type Kind int

// The kinds of an [Error].
const (
	KindMalformed   Kind = iota + 1 // the question cannot be understood
	KindNotFound                    // what it names does not exist
	KindConflict                    // the present state does not allow it
	KindRefused                     // it is understood, and not acceptable
	KindUnavailable                 // it cannot be answered now
	KindChanged                     // the order was given for another version of the job
)

// Error is the refusal of a [Backend]. Its text says what happened and what to do, for people.
type Error struct {
	Kind   Kind
	Text   string
	Faults []Fault // where the question is at fault, as far as that is known
	Force  bool    // it is done all the same if the question says force; a face says how, and the text does not
}

// A Fault is a place of a question that is not acceptable.
type Fault struct {
	Location string `json:"location"` // such as body.from or query.limit
	Message  string `json:"message"`  // what is wrong with it
}

var _ error = (*Error)(nil)

// Error is the text.
func (e *Error) Error() string { return e.Text }

func refuse(k Kind, format string, args []any) *Error {
	return &Error{Kind: k, Text: fmt.Sprintf(format, args...)}
}

// Malformed says that the question cannot be understood.
func Malformed(format string, args ...any) *Error { return refuse(KindMalformed, format, args) }

// NotFound says that what the question names does not exist.
func NotFound(format string, args ...any) *Error { return refuse(KindNotFound, format, args) }

// Conflict says that the present state does not allow it.
func Conflict(format string, args ...any) *Error { return refuse(KindConflict, format, args) }

// Refused says that the question is understood and not acceptable.
func Refused(format string, args ...any) *Error { return refuse(KindRefused, format, args) }

// Unavailable says that the runtime cannot answer now.
func Unavailable(format string, args ...any) *Error { return refuse(KindUnavailable, format, args) }

// Changed says that the order was given for another version of the job.
func Changed(format string, args ...any) *Error { return refuse(KindChanged, format, args) }

// maxEchoed is how many bytes of a client's text an answer repeats.
const maxEchoed = 100

// Cut shortens a client's text for an answer or a line of the log.
func Cut(text string) string {
	if len(text) <= maxEchoed {
		return text
	}
	end := maxEchoed
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}
