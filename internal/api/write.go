package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"curfew/internal/contract"
)

// write makes the request for a question; the counterpart of read. A member with its zero value is left out.
func write(ctx context.Context, base string, o Route, question any) (*http.Request, error) {
	v := reflect.ValueOf(question)
	path, query, header := o.Path, url.Values{}, http.Header{}
	var body []byte
	for _, m := range membersOf(v.Type()) {
		value := v.FieldByIndex(m.Field.Index)
		switch {
		case m.In == InPath:
			path = strings.Replace(path, "{"+m.Name+"}", url.PathEscape(value.String()), 1) // people typed it
		case !m.Required && value.IsZero():
		case m.In == InBody:
			raw, err := json.Marshal(sent(value.Interface()))
			if err != nil {
				return nil, fmt.Errorf("api: encode the request: %w", err)
			}
			body = raw
			header.Set("Content-Type", jsonType)
		case m.In == InHeader:
			header.Set(m.Name, value.String())
		default:
			query.Set(m.Name, fmt.Sprint(value.Interface()))
		}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, o.Method, base+path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("api: make the request: %w", err)
	}
	req.Header = header
	return req, nil
}

// sent is a body as it is sent. A sign-in hides its token from every encoder; this is the one place that shows it.
func sent(body any) any {
	l, ok := body.(contract.Login)
	if !ok {
		return body
	}
	return struct {
		Token string `json:"token"`
		Force bool   `json:"force"`
		Check bool   `json:"check"`
	}{l.Token.Reveal(), l.Force, l.Check}
}
