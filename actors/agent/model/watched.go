package model

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"curfew/actors"
	"curfew/actors/httpx"
)

// watched is a stream that passes on what it reads until an event tells of an error: then reading fails.
type watched struct {
	x      *exchange
	in     *bufio.Reader // of a bounded body, so a line has an end
	body   io.Closer
	status int

	line  []byte // what is left of the line that was looked at
	event string // the name of the event that is being read
}

// Read reads line by line.
func (w *watched) Read(p []byte) (int, error) {
	if len(w.line) == 0 {
		line, err := w.in.ReadBytes('\n')
		if len(line) > 0 {
			if refused := w.look(line); refused != nil {
				w.x.err = refused
				return 0, refused
			}
		}
		if err != nil && err != io.EOF {
			w.x.err = w.x.broken(err)
			return 0, w.x.err
		}
		if len(line) == 0 {
			return 0, io.EOF
		}
		w.line = line
	}
	n := copy(p, w.line)
	w.line = w.line[n:]
	return n, nil
}

// Close closes the body.
func (w *watched) Close() error { return w.body.Close() }

// look says what a line tells of, if that is an error. An event's data stands in one line with every
// protocol that is spoken here.
func (w *watched) look(line []byte) error {
	field, value, _ := bytes.Cut(bytes.TrimRight(line, "\r\n"), []byte(":"))
	value = bytes.TrimSpace(value)
	switch string(field) {
	case "":
		if len(line) <= len("\r\n") {
			w.event = ""
		}
	case "event":
		w.event = string(value)
	case "data":
		w.x.empty = false
		if refused := w.x.refusal(w.event, value, w.status); refused != nil {
			return refused
		}
	}
	return nil
}

// refusal is the error that an event, or the body of an answer, tells of though the status was a good one;
// nil: it tells of none. Its status is the code that it gives, as a number, as a text or by one of the
// protocol's names, else the one that came.
func (x *exchange) refusal(event string, data []byte, status int) *actors.StatusError {
	var doc struct {
		Error   json.RawMessage `json:"error"`
		Success *bool           `json:"success"`
		Choices []struct {
			Error json.RawMessage `json:"error"`
		} `json:"choices"`
	}
	if json.Unmarshal(data, &doc) != nil && event != "error" {
		return nil // whoever reads the answer says what is wrong with it
	}
	codes := httpx.Codes(string(data))
	for _, c := range doc.Choices {
		if told(c.Error) {
			doc.Error = c.Error
			codes = append(codes, httpx.Codes(`{"error":`+string(c.Error)+`}`)...)
		}
	}
	code := x.status(codes)
	failed := event == "error" || told(doc.Error) || doc.Success != nil && !*doc.Success || code != 0
	if !failed {
		return nil
	}
	method, where, _ := strings.Cut(x.where, " ")
	if code == 0 {
		code = status
	}
	body := x.to.Redact(strings.ToValidUTF8(string(data), "\uFFFD"))
	return &actors.StatusError{
		Method: method, URL: where, Status: code,
		Body: strings.ToValidUTF8(body[:min(len(body), actors.MaxErrorBody)], ""),
	}
}

// told reports whether the member error says anything.
func told(raw json.RawMessage) bool {
	return !slices.Contains([]string{"", "null", "false", `""`, "{}"}, string(raw))
}

// status is the first of the codes that is a status of 400 to 599; 0: none is.
func (x *exchange) status(codes []string) int {
	for _, c := range codes {
		n, err := strconv.Atoi(c)
		if err != nil {
			n = x.names[c]
		}
		if n >= http.StatusBadRequest && n <= 599 {
			return n
		}
	}
	return 0
}
