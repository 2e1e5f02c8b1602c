// Package docs has what the program takes from its pages.
package docs

import _ "embed"

// JobFile is the page of the job file, whose rows are what editors show of a key.
//
//go:embed jobfile.md
var JobFile string

// OpenAPI describes the HTTP API. It is made by the tests of tests/openapi.
//
//go:embed openapi.json
var OpenAPI []byte
