package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"curfew/internal/contract"
)

// MaxBody is how large the body of a request may be, in bytes.
const MaxBody = 64 << 10

// body reads the JSON body of a request: one value without unknown members. Its errors quote no value, which may be a
// token.
func body(r *http.Request, into any, required bool) error {
	raw, err := io.ReadAll(r.Body) // bounded by MaxBytesReader
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return NewProblem(http.StatusRequestEntityTooLarge, "the body is longer than %d bytes", MaxBody)
	case err != nil:
		return contract.Malformed("the body cannot be read: %v", err)
	case len(raw) == 0 && required:
		return contract.Malformed("the request needs a JSON body")
	case len(raw) == 0:
		return nil
	}
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		return NewProblem(http.StatusUnsupportedMediaType, "the Content-Type must be application/json")
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return contract.Malformed("the body is not valid: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return contract.Malformed("the body has more than one JSON value")
	}
	return nil
}

// noBody reads the body of a command that takes none; {} is allowed.
func noBody(r *http.Request) error { return body(r, &struct{}{}, false) }
