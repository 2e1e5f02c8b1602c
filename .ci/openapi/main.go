// Command openapi has a validator of others look at docs/openapi.json, and at requests with their answers, which
// go test ./tests/openapi -exchanges FOLDER writes down. It is a module of its own, since that validator is large.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/errors"
)

type exchange struct {
	Method, URL string
	Header      http.Header
	Body        string
	Status      int
	Answer      http.Header
	Content     string
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: openapi DESCRIPTION FOLDER")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "openapi:", err)
		os.Exit(1)
	}
}

func run(description, folder string) error {
	raw, err := os.ReadFile(description)
	if err != nil {
		return err
	}
	doc, err := libopenapi.NewDocument(raw)
	if err != nil {
		return err
	}
	v, errs := validator.NewValidator(doc)
	for _, err := range errs {
		return err
	}
	if ok, wrong := v.ValidateDocument(); !ok {
		return fmt.Errorf("%s is not valid: %s", description, list(wrong))
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("%s has no exchanges (%v)", folder, err)
	}
	for _, f := range files {
		if err := look(v, f); err != nil {
			return err
		}
	}
	fmt.Printf("%s is valid; %d requests and answers are as it says\n", description, len(files))
	return nil
}

func look(v validator.Validator, file string) error {
	raw, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var x exchange
	if err := json.Unmarshal(raw, &x); err != nil {
		return err
	}
	r, err := http.NewRequest(x.Method, x.URL, strings.NewReader(x.Body))
	if err != nil {
		return err
	}
	r.Header = x.Header
	if ok, wrong := v.ValidateHttpRequest(r); !ok {
		return fmt.Errorf("the request %s %s is not as described: %s", x.Method, x.URL, list(wrong))
	}
	answer := &http.Response{StatusCode: x.Status, Header: x.Answer, Body: io.NopCloser(strings.NewReader(x.Content))}
	if ok, wrong := v.ValidateHttpResponse(r, answer); !ok {
		return fmt.Errorf("the answer to %s %s is not as described: %s\n%s", x.Method, x.URL, list(wrong), x.Content)
	}
	return nil
}

func list(wrong []*errors.ValidationError) string {
	raw, err := json.Marshal(wrong)
	if err != nil {
		return fmt.Sprint(wrong)
	}
	return string(raw)
}
