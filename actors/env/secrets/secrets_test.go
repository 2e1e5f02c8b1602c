package secrets_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net/url"
	"strings"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
	"pgregory.net/rapid"

	"curfew/actors/env/secrets"
)

const (
	head   = "hK3vT9wQ2xZ7"
	tail   = "mB4nR5P8sD6f"
	secret = head + `/+"=<&>'` + tail
)

// TestForms looks for a secret in every form that programs write it in.
func TestForms(t *testing.T) {
	quoted, err := json.Marshal(secret)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"plain":             secret,
		"JSON":              string(quoted),
		"JSON with slashes": strings.ReplaceAll(secret, "/", `\/`),
		"query":             url.QueryEscape(secret),
		"path":              url.PathEscape(secret),
		"query, its /":      strings.ReplaceAll(url.QueryEscape(secret), "%2F", "/"),
		"query, small":      strings.NewReplacer("%2F", "%2f", "%2B", "%2b", "%3D", "%3d", "%3C", "%3c", "%3E", "%3e").Replace(url.QueryEscape(secret)),
		"HTML":              html.EscapeString(secret),
		"HTML with quot":    strings.ReplaceAll(html.EscapeString(secret), "&#34;", "&quot;"),
		"base64":            base64.StdEncoding.EncodeToString([]byte(secret)),
		"base64 for URLs":   base64.RawURLEncoding.EncodeToString([]byte(secret)),
		"a Basic header":    "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte("user:"+secret)),
		"another one":       base64.StdEncoding.EncodeToString([]byte("us:" + secret + "\n")),
		"a third one":       base64.URLEncoding.EncodeToString([]byte("me:" + secret + "=x")),
	} {
		got := secrets.Redact("before "+text+" behind", secret)
		if !strings.Contains(got, secrets.Redacted) || strings.Contains(got, head) || strings.Contains(got, tail) || strings.Contains(got, secret[:4]) {
			t.Errorf("%s: a part of the secret is left of %d bytes", name, len(got))
		}
		if !strings.HasPrefix(got, "before ") || !strings.HasSuffix(got, " behind") {
			t.Errorf("%s: the text around is %q", name, got)
		}
	}
}

// TestBase64LeavesNothing decodes what is left around a redacted secret: at most one byte's bits at each side.
func TestBase64LeavesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, behind := rapid.SliceOfN(rapid.Byte(), 0, 9).Draw(t, "before"), rapid.SliceOfN(rapid.Byte(), 0, 9).Draw(t, "behind")
		text := base64.StdEncoding.EncodeToString(append(append(before, secret...), behind...))
		left := len(text) - len(strings.Replace(secrets.Redact(text, secret), secrets.Redacted, "", 1))
		if least := len(secret)*8/6 - 2; left < least {
			t.Fatalf("%d characters of base64 are taken out, want at least %d", left, least)
		}
	})
}

func TestSet(t *testing.T) {
	var none *secrets.Set
	none.Keep("nobody", secret)
	if got := none.Redact(secret); got != secret {
		t.Errorf("no set redacts: %q", got)
	}
	s := &secrets.Set{}
	s.Keep("a", "token-1", "short", "")
	s.Keep("b", "other-token")
	if got := s.Redact("token-1 short other-token"); got != "[redacted] short [redacted]" {
		t.Errorf("got %q", got)
	}
	for i := range secrets.MaxFormer {
		s.Keep("a", fmt.Sprintf("newer-%02d", i))
	}
	if got := s.Redact("token-1 newer-00 newer-31 other-token"); got != "token-1 [redacted] [redacted] [redacted]" {
		t.Errorf("after %d more: %q", secrets.MaxFormer, got)
	}
}

// TestWriter cuts a text at random places: what comes out is what [secrets.Set.Redact] makes of the whole.
func TestWriter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := &secrets.Set{}
		known := []string{"abcdef", "abcdefgh", "ghijkl-ghijkl", "xyxyxyxz"}
		s.Keep("a", known...)
		text := rapid.SliceOfN(rapid.OneOf(
			rapid.StringMatching(`[a-z\n]{0,5}`), rapid.SampledFrom(append(known, "abcde", "ghijkl-", "xyxyxy")),
		), 0, 12).Draw(t, "text")
		whole := strings.Join(text, "|")
		if got, want := inPieces(t, s, whole), s.Redact(whole); got != want {
			t.Fatalf("%q in pieces is %q, want %q", whole, got, want)
		}
	})
}

// TestWriterLeavesNothing has secrets of two letters, so that they overlap in every way.
func TestWriterLeavesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := &secrets.Set{}
		known := rapid.SliceOfN(rapid.StringMatching(`[ab]{6,9}`), 1, 3).Draw(t, "secrets")
		s.Keep("a", known...)
		got := inPieces(t, s, rapid.StringMatching(`[ab]{0,60}`).Draw(t, "text"))
		for _, k := range known {
			if strings.Contains(got, k) {
				t.Fatalf("%q is left in %q", k, got)
			}
		}
	})
}

// inPieces writes the text in pieces of random lengths.
func inPieces(t *rapid.T, s *secrets.Set, text string) string {
	var got bytes.Buffer
	w := &secrets.Writer{Set: s, To: &got}
	for text != "" {
		n := rapid.IntRange(1, len(text)).Draw(t, "cut")
		if _, err := w.Write([]byte(text[:n])); err != nil {
			t.Fatal(err)
		}
		text = text[n:]
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return got.String()
}

// TestWriterIsQuick passes on what cannot be a secret without waiting for more.
func TestWriterIsQuick(t *testing.T) {
	s := &secrets.Set{}
	s.Keep("a", secret)
	var got bytes.Buffer
	w := &secrets.Writer{Set: s, To: &got}
	for _, part := range []string{"Working", "...", head[:3]} {
		if _, err := w.Write([]byte(part)); err != nil {
			t.Fatal(err)
		}
	}
	if got.String() != "Working..." {
		t.Errorf("passed on: %q", got.String())
	}
}

func BenchmarkRedact(b *testing.B) {
	s := &secrets.Set{}
	for i := range 10 {
		s.Keep(fmt.Sprint(i), fmt.Sprintf("%d-%s", i, strings.Repeat(secret, 4)))
	}
	text := strings.Repeat("An ordinary line of an ordinary job's output, with nothing in it.\n", 1000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		s.Redact(text)
	}
}

// stringer shows a secret when it is printed.
type stringer struct{}

func (stringer) String() string { return "a stringer with " + secret }

// TestLog: neither a message nor a field of a log shows a secret.
func TestLog(t *testing.T) {
	s := &secrets.Set{}
	s.Keep("a", secret)
	core, seen := observer.New(zap.DebugLevel)
	log := zap.New(core, s.Log()).With(zap.String("with", secret))
	log.Info("a message with "+secret, zap.String("text", secret), zap.ByteString("bytes", []byte(secret)),
		zap.Error(errors.New(secret)), zap.Stringer("stringer", stringer{}), zap.Int("n", 1))
	if seen.Len() != 1 {
		t.Fatalf("%d entries", seen.Len())
	}
	e := seen.All()[0]
	shown := fmt.Sprint(e.Message, e.ContextMap())
	if strings.Contains(shown, head) || strings.Count(shown, secrets.Redacted) != 6 || e.ContextMap()["n"] != int64(1) {
		t.Errorf("the log shows %d characters; redacted %d times", len(shown), strings.Count(shown, secrets.Redacted))
	}
}

// BenchmarkWriter is what every write of a job costs while the daemon holds as many tokens as it remembers of one
// session.
func BenchmarkWriter(b *testing.B) {
	s := &secrets.Set{}
	for i := range secrets.MaxFormer {
		s.Keep("default", fmt.Sprintf("eyJhbGciOiJSUzI1NiJ9.%d.%s", i, strings.Repeat("c2VjcmV0", 150)))
	}
	for _, size := range []int{20, 4096} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			w := &secrets.Writer{Set: s, To: io.Discard}
			p := []byte(strings.Repeat("the quick brown fox jumps over\n", size)[:size])
			b.SetBytes(int64(size))
			for b.Loop() {
				if _, err := w.Write(p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
