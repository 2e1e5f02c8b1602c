package api

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"curfew/messages"
)

// ErrEventsEnded says that the daemon sends no more events: it was stopped, or this client was too slow.
var ErrEventsEnded = errors.New("the daemon sends no more events: it was stopped, or they were read too slowly")

// maxEvent bounds one event, in bytes; a record is shorter.
const maxEvent = 8 << 20

// readEvents reads server-sent events, each with a record as its data.
func readEvents(from io.Reader, each func(messages.Record) error) error {
	lines := bufio.NewScanner(from)
	lines.Buffer(make([]byte, 0, 64<<10), maxEvent)
	for lines.Scan() {
		data, ok := bytes.CutPrefix(lines.Bytes(), []byte("data: "))
		if !ok {
			continue // the id and the type are in the record, too
		}
		var r messages.Record
		if err := json.Unmarshal(data, &r); err != nil {
			return fmt.Errorf("api: an event is not understood (is the daemon another version?): %w", err)
		}
		if err := each(r); err != nil {
			return err
		}
	}
	return ErrEventsEnded // also after an error of the connection
}
