package messages_test

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"curfew/messages"
)

var update = flag.Bool("update", false, "write docs/messages.md")

const pagePath = "../docs/messages.md"

//go:embed testdata/preamble.md
var preamble string

// TestPage keeps docs/messages.md what the types say.
func TestPage(t *testing.T) {
	p := &page{source: readSource(t)}
	p.write(t)
	if *update {
		if err := os.WriteFile(pagePath, p.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	was, err := os.ReadFile(pagePath)
	if err != nil || !bytes.Equal(was, p.Bytes()) {
		t.Errorf("docs/messages.md is stale (%v); write it with: go test ./messages -run TestPage -update", err)
	}
}

// page is docs/messages.md as it is written.
type page struct {
	bytes.Buffer
	source
	shapes []reflect.Type // structs and words that fields refer to, in the order of their first use
}

func (p *page) line(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

func (p *page) write(t *testing.T) {
	p.line("%s", preamble)
	p.line("## All of them\n\n| topic | name | kind | |\n|---|---|---|---|")
	for _, b := range messages.All() {
		typ := reflect.TypeOf(b).Name()
		p.line("| `%s` | [`%s`](#%s) | %s | %s |", b.Topic(), b.Name(), strings.ToLower(typ), messages.KindOf(b), p.sentence(t, typ))
	}
	topic := messages.Topic("")
	for _, b := range messages.All() {
		if b.Topic() != topic {
			topic = b.Topic()
			p.line("\n## Topic `%s`", topic)
		}
		p.message(t, b)
	}
	p.line("\n## Shapes and words\n\nWhat the fields above are made of.")
	for i := 0; i < len(p.shapes); i++ { // a shape may name further ones
		p.shape(t, p.shapes[i])
	}
}

func (p *page) message(t *testing.T, b messages.Body) {
	typ := reflect.TypeOf(b)
	p.line("\n### %s\n\n`%s`, a %s on `%s`. %s\n", typ.Name(), b.Name(), messages.KindOf(b), b.Topic(), p.docs[typ.Name()])
	p.table(t, typ)
	p.line("\n```json\n%s\n```", exampleJSON(t, b))
}

func (p *page) shape(t *testing.T, typ reflect.Type) {
	p.line("\n### %s\n\n%s\n", typ.Name(), p.docs[typ.Name()])
	if typ.Kind() == reflect.Struct {
		p.table(t, typ)
		return
	}
	for _, w := range p.words[typ.Name()] {
		if w.meaning == "" {
			p.line("* `%s`", w.value)
			continue
		}
		p.line("* `%s`: %s", w.value, w.meaning)
	}
}

func (p *page) table(t *testing.T, typ reflect.Type) {
	p.line("| field | type | meaning |\n|---|---|---|")
	for _, f := range p.members(typ) {
		if f.json == "" {
			t.Errorf("%v has a field without a json tag", typ)
		}
		typ := p.typeName(f.typ)
		if f.omitted {
			typ += ", or left out"
		}
		p.line("| `%s` | %s | %s |", f.json, typ, f.meaning)
	}
}

// typeName says in plain words what a field is.
func (p *page) typeName(typ reflect.Type) string {
	switch typ {
	case reflect.TypeFor[messages.Instant]():
		return "instant"
	case reflect.TypeFor[messages.Duration]():
		return "duration"
	case reflect.TypeFor[messages.RunID]():
		return "run id"
	case rawType:
		return "object"
	}
	switch typ.Kind() {
	case reflect.Slice:
		return "list of " + p.typeName(typ.Elem())
	case reflect.Map:
		return "object of " + p.typeName(typ.Elem())
	case reflect.Pointer:
		return p.typeName(typ.Elem()) + " or null"
	case reflect.Struct:
		return p.link(typ)
	case reflect.String:
		if len(p.words[typ.Name()]) > 0 {
			return p.link(typ)
		}
		return "text"
	case reflect.Bool:
		return "boolean"
	case reflect.Float64:
		return "number"
	default:
		return "integer"
	}
}

func (p *page) link(typ reflect.Type) string {
	if !slices.Contains(p.shapes, typ) {
		p.shapes = append(p.shapes, typ)
	}
	return fmt.Sprintf("[%s](#%s)", typ.Name(), strings.ToLower(typ.Name()))
}

// sentence is the first one of the type's doc, which every message must have.
func (p *page) sentence(t *testing.T, typ string) string {
	first, _, _ := strings.Cut(p.docs[typ], ". ")
	if first == "" {
		t.Errorf("%s has no doc comment", typ)
	}
	return strings.TrimSuffix(strings.TrimSuffix(strings.TrimPrefix(first, typ+" "), "."), ":")
}

// exampleJSON is on one line if it is short.
func exampleJSON(t *testing.T, b messages.Body) []byte {
	const short = 120
	raw, err := messages.Encode(example(b))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := messages.Decode(b.Name(), raw); err != nil {
		t.Errorf("the example of %s: %v", b.Name(), err)
	}
	var wide bytes.Buffer
	if err := json.Indent(&wide, raw, "", "  "); err != nil {
		t.Fatal(err)
	}
	if len(raw) > short {
		return wide.Bytes()
	}
	return raw
}
