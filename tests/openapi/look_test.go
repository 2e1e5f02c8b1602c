package openapi

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"
)

var exchanges = flag.String("exchanges", "", "write each request and its answer into this folder")

// looker looks whether JSON is as a description says.
type looker struct{ paths, schemas object }

func newLooker(t *testing.T, doc object) looker {
	t.Helper()
	raw := bytes.ReplaceAll(encode(t, doc), []byte("#/components/schemas/"), []byte("#/$defs/"))
	var all struct {
		Paths      object
		Components struct{ Schemas object }
	}
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	return looker{all.Paths, all.Components.Schemas}
}

// operation is what the description says of an operation.
func (l looker) operation(t *testing.T, path, method string) object {
	t.Helper()
	methods, _ := l.paths[path].(object)
	o, ok := methods[strings.ToLower(method)].(object)
	if !ok {
		t.Fatalf("%s %s is not described", method, path)
	}
	return o
}

// look compares a body with the part of the description that has its content.
func (l looker) look(t *testing.T, described any, media string, body []byte) {
	t.Helper()
	part, _ := described.(object)
	content, _ := part["content"].(object)
	of, ok := content[media].(object)
	if !ok {
		t.Errorf("a body of type %q is not described: %s", media, body)
		return
	}
	if media != "application/json" && media != "application/problem+json" {
		return
	}
	raw, err := json.Marshal(object{"$ref": of["schema"].(object)["$ref"], "$defs": l.schemas})
	if err != nil {
		t.Fatal(err)
	}
	var schema jsonschema.Schema
	var value any
	if err := json.Unmarshal(raw, &schema); err != nil {
		t.Fatal(err)
	}
	rules, err := schema.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(body, &value); err != nil {
		t.Errorf("%v: %s", err, body)
	}
	if err := rules.Validate(value); err != nil {
		t.Errorf("a body is not as described: %v\n%s", err, body)
	}
}

// exchange is a request with its answer, as .ci/openapi reads it.
type exchange struct {
	Method, URL string
	Header      http.Header
	Body        string
	Status      int
	Answer      http.Header
	Content     string
}

func write(t *testing.T, a asked, r *http.Request, resp *http.Response, body []byte) {
	t.Helper()
	if *exchanges == "" {
		return
	}
	raw, err := json.Marshal(exchange{a.method, "http://127.0.0.1:7717" + a.path, r.Header, a.body, resp.StatusCode, resp.Header, string(body)})
	if err == nil {
		files, _ := os.ReadDir(*exchanges)
		err = os.WriteFile(filepath.Join(*exchanges, strconv.Itoa(len(files))+".json"), raw, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
