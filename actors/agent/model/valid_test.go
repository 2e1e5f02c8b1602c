package model

import "testing"

// TestParameters: a schema that goes out is of an object and has properties, or it is refused by name.
func TestParameters(t *testing.T) {
	for in, want := range map[string]string{
		`{"type":"object","properties":{"a":{}}}`:            `{"type":"object","properties":{"a":{}}}`,
		`{"type":"object","properties":{},"required":["a"]}`: `{"type":"object","properties":{},"required":["a"]}`,
		`{}`:                                     `{"properties":{},"type":"object"}`,
		`{"type":"object"}`:                      `{"properties":{},"type":"object"}`,
		`{"type":null,"properties":null}`:        `{"properties":{},"type":"object"}`,
		`{"type":"object","properties":[]}`:      `{"properties":{},"type":"object"}`,
		`{"type":["object","null"],"title":"x"}`: `{"properties":{},"title":"x","type":"object"}`,
		`{"properties":{"a":{}}}`:                `{"properties":{"a":{}},"type":"object"}`,
		`{"type":"array"}`:                       `the schema of its arguments is of "array"; it must be of an object`,
		`{"type":["string","null"]}`:             `the schema of its arguments is of ["string","null"]; it must be of an object`,
		`{"type":7}`:                             `the schema of its arguments is of 7; it must be of an object`,
		`null`:                                   "the schema of its arguments is not a JSON object",
		`true`:                                   "the schema of its arguments is not a JSON object",
		``:                                       "the schema of its arguments is not a JSON object",
	} {
		got, err := Parameters([]byte(in))
		text := string(got)
		if err != nil {
			text = err.Error()
		}
		if text != want {
			t.Errorf("%s is\n %s; want\n %s", in, text, want)
		}
	}
}
