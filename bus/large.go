package bus

import (
	"fmt"

	"curfew/messages"
)

// escaped is how many bytes of JSON a byte of text can become: \u0000.
const escaped = 6

// tooLarge is why the journal cannot take a fact; nil: it can. What is decided on a fact has at most its content and a
// little of the machine's, and is decided when it is too late to refuse: so a fact may have half of what a record may.
func (l *Log) tooLarge(body messages.Body) error {
	if l.bounded == nil {
		return nil
	}
	most := l.bounded.MaxRecord() / 2
	if escaped*Weight(body) < most { // nearly always
		return nil
	}
	r := messages.Record{Body: body}
	line, err := r.AppendJSON(nil)
	if err != nil || len(line) <= most {
		return err
	}
	return fmt.Errorf("%w: it has %d bytes, and the journal takes at most %d: raise max_payload of its servers, or make it smaller",
		ErrTooLarge, len(line), most)
}
