package httpreq

import (
	"net/http"

	"curfew/actors"
)

var _ actors.Describer = Spec{}

// Members says what a job file may have in the block.
func (Spec) Members() map[string]actors.Member {
	return map[string]actors.Member{
		"url":           {Required: true, Most: MaxURL, Pattern: actors.WebURL, Examples: []any{"https://example.com/health"}},
		"method":        {Words: methods, Default: http.MethodGet},
		"expect_status": {Least: leastStatus, Most: mostStatus, Default: http.StatusOK},
		"expect_body":   {Most: MaxPattern, Examples: []any{`"status": *"ok"`}},
		"headers":       {Most: MaxHeaders, Pattern: headerPattern, Examples: []any{map[string]string{"Accept": "application/json"}}},
		"headers.*":     {Most: maxHeaderValue},
		"header_env":    {Most: MaxHeaders, Pattern: headerPattern, Examples: []any{map[string]string{"Authorization": "Bearer API_TOKEN"}}},
		"header_env.*":  {Pattern: referencePattern},
		"body":          {Most: MaxRequestBody},
	}
}
