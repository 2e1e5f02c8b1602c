package model

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"iter"
)

// An event of a stream.
type event struct {
	name string
	data []byte // of all its lines, joined by line feeds
}

// doneMark is what OpenAI's protocol ends a stream with.
const doneMark = "[DONE]"

// events reads a stream of events (text/event-stream, https://html.spec.whatwg.org/#server-sent-events): a line ends in
// LF, CR or both, the data of an event may be in several lines, and a comment is not an event. Two deviations are
// accepted: an event at the end without an empty line after it, and lines of data that are each complete, since some
// servers leave out the empty lines.
func events(in io.Reader) iter.Seq2[event, error] {
	return func(yield func(event, error) bool) {
		lines := bufio.NewScanner(in)
		lines.Buffer(nil, maxAnswer+1)
		lines.Split(splitLines())
		var e event
		begun := false
		end := func() bool {
			ok := !begun || yield(e, nil)
			e, begun = event{}, false
			return ok
		}
		for first := true; lines.Scan(); first = false {
			line := lines.Bytes()
			if first {
				line = bytes.TrimPrefix(line, byteOrderMark)
			}
			if len(line) == 0 {
				if !end() {
					return
				}
				continue
			}
			field, value, _ := bytes.Cut(line, []byte(":"))
			value = bytes.TrimPrefix(value, []byte(" "))
			switch string(field) {
			case "event":
				e.name = string(value)
			case "data":
				if name := e.name; begun && whole(e.data) {
					if !end() {
						return
					}
					e.name = name
				} else if begun {
					e.data = append(e.data, '\n')
				}
				e.data, begun = append(e.data, value...), true
			}
		}
		switch {
		case lines.Err() != nil:
			yield(event{}, lines.Err())
		case begun && !whole(e.data):
			yield(event{}, io.ErrUnexpectedEOF)
		default:
			end()
		}
	}
}

var byteOrderMark = []byte("\uFEFF")

func whole(data []byte) bool {
	data = bytes.TrimSpace(data)
	return string(data) == doneMark || json.Valid(data)
}

// splitLines splits at LF, CR, and CR LF.
func splitLines() bufio.SplitFunc {
	afterCR := false
	return func(data []byte, atEOF bool) (advance int, token []byte, err error) {
		skip := 0
		if afterCR && len(data) > 0 {
			afterCR = false
			if data[0] == '\n' {
				skip = 1
			}
		}
		rest := data[skip:]
		if i := bytes.IndexAny(rest, "\r\n"); i >= 0 {
			afterCR = rest[i] == '\r'
			return skip + i + 1, rest[:i:i], nil
		}
		if atEOF && len(rest) > 0 {
			return len(data), rest, nil
		}
		return skip, nil, nil
	}
}
