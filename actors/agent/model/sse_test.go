package model

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestEvents(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"LF", "event: a\ndata: 1\n\ndata: 2\n\n", "a=1 =2"},
		{"CR LF", "event: a\r\ndata: 1\r\n\r\ndata: 2\r\n\r\n", "a=1 =2"},
		{"CR", "event: a\rdata: 1\r\rdata: 2\r\r", "a=1 =2"},
		{"a byte order mark", "\uFEFFdata: 1\n\n", "=1"},
		{"several lines", "data: {\"a\":\ndata: 1}\n\n", "={\"a\":\n1}"},
		{"comments and other fields", ": keep alive\n\nid: 7\nretry: 1\ndata:1\n\n: more\n", "=1"},
		{"no empty line at the end", "data: 1\n\ndata: 2", "=1 =2"},
		{"no empty lines at all", "data: {\"a\":1}\ndata: {\"a\":2}\ndata: [DONE]\n", "={\"a\":1} ={\"a\":2} =[DONE]"},
		{"an event without data", "event: ping\n\ndata: 1\n\n", "=1"},
		{"nothing", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for how, in := range map[string]io.Reader{"at once": strings.NewReader(tt.in), "a byte at a time": iotest.OneByteReader(strings.NewReader(tt.in))} {
				var got []string
				for e, err := range events(in) {
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, fmt.Sprintf("%s=%s", e.name, e.data))
				}
				if s := strings.Join(got, " "); s != tt.want {
					t.Errorf("%s: %q, want %q", how, s, tt.want)
				}
			}
		})
	}
	broken := errors.New("broken")
	var last error
	for _, err := range events(io.MultiReader(strings.NewReader("data: 1\n\ndata: 2"), iotest.ErrReader(broken))) {
		last = err
	}
	if !errors.Is(last, broken) {
		t.Errorf("a stream that breaks off ends with %v", last)
	}
}
