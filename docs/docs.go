// Package docs has the pages that the program shows.
package docs

import _ "embed"

// OpenAPI describes the HTTP API. It is made by the tests of tests/openapi.
//
//go:embed openapi.json
var OpenAPI []byte
