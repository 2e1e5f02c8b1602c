package tools

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

// sifted is a sieve over a text, and what it tells of.
func sifted(from io.Reader) (s *sieve, told *[]string) {
	told = new([]string)
	m := &mouth{from: from, left: maxTraffic, shut: make(chan struct{})}
	return newSieve(m, func(text string) string { return text }, func(line string) { *told = append(*told, line) }), told
}

// TestSieve: whatever is printed between messages, and in whatever pieces it comes, all messages pass, in order.
func TestSieve(t *testing.T) {
	message := rapid.SampledFrom([]string{`{"jsonrpc":"2.0","id":1,"result":{}}`, `[{"jsonrpc":"2.0","method":"x"}]`, ` {"jsonrpc" : "2.0", "result" : "}{" }`})
	stray := rapid.SampledFrom([]string{"Starting …", "[INFO] up", `{"level":30}`, "[1]", "{", "\x1b[2J", `"jsonrpc"`, `[DEBUG] {"jsonrpc":"2.0"}`, "\xff"})
	rapid.Check(t, func(t *rapid.T) {
		var text strings.Builder
		var want []string
		strays := 0
		for _, isMessage := range rapid.SliceOf(rapid.Bool()).Draw(t, "lines") {
			line := stray.Draw(t, "stray")
			if isMessage {
				line = message.Draw(t, "message")
				want = append(want, strings.TrimSpace(line))
			} else {
				strays++
			}
			text.WriteString(line + rapid.SampledFrom([]string{"\n", "\r\n", "\n\n"}).Draw(t, "end"))
		}
		whole := strings.TrimSuffix(text.String(), "\n") // the last line may have no end
		s, told := sifted(iotest.OneByteReader(strings.NewReader(whole)))
		out, err := io.ReadAll(s)
		var got []string
		for line := range strings.Lines(string(out)) {
			got = append(got, strings.TrimSuffix(line, "\n"))
		}
		if err != nil || !slices.Equal(got, want) || len(*told) != min(strays, maxToldStray) {
			t.Fatalf("%q passes as %q, %v, and %d lines are told of %d", whole, got, err, len(*told), strays)
		}
		if last, why := s.ended(); !errors.Is(why, io.EOF) || (last == "") != (strays == 0) {
			t.Fatalf("it has ended with %v, and the last line that is not a message is %s", why, last)
		}
	})
}

// TestSieveBounds: broken messages, too many lines and long ones end the output, with the cause; nothing is told once
// nobody listens.
func TestSieveBounds(t *testing.T) {
	for text, want := range map[string]string{
		`{"jsonrpc":"2.0",` + "\n":                             `it wrote a line that is not a message: "{\"jsonrpc\":\"2.0\","`,
		`{"jsonrpc":"2.0",`:                                    "EOF",
		strings.Repeat("x\n", maxStray):                        "EOF",
		strings.Repeat("x\n", maxStray+1):                      "it wrote more than 1000 lines that are not messages",
		strings.Repeat("x", maxMessage+1):                      "it wrote a line of more than 8388608 bytes",
		`{"jsonrpc":"` + strings.Repeat("x", 300) + "\n" + `"`: `it wrote a line that is not a message: "{\"jsonrpc\":\"` + strings.Repeat("x", maxQuote-12) + `" …`,
	} {
		s, _ := sifted(strings.NewReader(text))
		_, _ = io.ReadAll(s)
		if _, why := s.ended(); why == nil || why.Error() != want {
			t.Errorf("%.40q… ends with %v; want %s", text, why, want)
		}
	}
	s, told := sifted(strings.NewReader("x\n"))
	_ = s.Close()
	_, _ = io.ReadAll(s)
	if _, why := s.ended(); why != nil || len(*told) != 0 {
		t.Errorf("closed, it ends with %v and tells %q", why, *told)
	}
}

// TestExplainSilence: a server that does not answer may have hidden its message behind what it printed.
func TestExplainSilence(t *testing.T) {
	s, _ := sifted(io.MultiReader(strings.NewReader("Loading …{\"jsonrpc\":\"2.0\"}\n"), iotest.ErrReader(io.ErrNoProgress)))
	line, err := s.line()
	if _, judged := s.judge(line, err); judged != nil {
		t.Fatal(judged)
	}
	c := &connection{process: &process{out: s, in: &ear{}}}
	got := c.explain(fmt.Errorf("%w within %s", errNoAnswer, connectTimeout))
	if want := `it wrote a line that is not a message: "Loading …{\"jsonrpc\":\"2.0\"}"; no answer within 1m0s`; got.Error() != want {
		t.Errorf("got %v; want %s", got, want)
	}
	c.session = nil
	if got := c.explain(io.ErrUnexpectedEOF); !errors.Is(got, io.ErrUnexpectedEOF) || got.Error() != "unexpected EOF" {
		t.Errorf("another error becomes %v", got)
	}
}

// TestMend: what can be read passes byte for byte, and what cannot is put into a form that can.
func TestMend(t *testing.T) {
	for in, want := range map[string]string{
		`{"jsonrpc":"2.0","id":1,"result":{"content":[ {"type":"text","text":"a"} ]}}`: "",
		`{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"result"}}`:               "",
		`{"jsonrpc":"2.0","method":"\"result\"`:                                        "",
		`{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"a","inputSchema":{}}]}}`:  "",
		`{"id":1,"result":{"content":[{"type":"x"}],"isError":true}}`:                  `{"id":1,"result":{"content":[{"text":"[a part of another type] {\"type\":\"x\"}","type":"text"}],"isError":true}}`,
		`{"id":1,"result":{"tools":[{"name":"a"},{"name":"b","description":5},7]}}`:    `{"id":1,"result":{"tools":[{"name":"a"},{"name":"b"},{"name":""}]}}`,
	} {
		if want == "" {
			want = in
		}
		got := string(mend([]byte(in)))
		if got != want {
			t.Errorf("%s is mended to\n %s; want\n %s", in, got, want)
		}
		if got != in && !json.Valid([]byte(got)) {
			t.Errorf("%s is no JSON", got)
		}
	}
}
