package openapi

import (
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"curfew/internal/api"
)

// object is a JSON object of the description.
type object = map[string]any

// document describes the API in OpenAPI 3.1. With closed, an answer may have no member that is not described: tests
// look at answers with that, clients have to put up with members that come later.
func document(c comments, closed bool) object {
	s := schemas{comments: c, closed: closed, made: object{}}
	problem := s.of(reflect.TypeFor[api.Problem]())
	paths := object{}
	for _, r := range api.Routes() {
		path, ok := paths[r.Path].(object)
		if !ok {
			path = object{}
			paths[r.Path] = path
		}
		path[strings.ToLower(r.Method)] = operation(&s, r, problem)
	}
	return object{
		"openapi": "3.1.0",
		"info": object{
			"title":   "Curfew",
			"version": "1",
			"summary": "Runs cron jobs as supervised actors, and holds them while their session is expired.",
			"description": "Over the Unix socket of the data folder no credential is needed; over TCP every request needs the " +
				"bearer. Absent values are null, times are RFC 3339 in UTC with milliseconds, writes return when they are durable " +
				"and applied.",
		},
		"servers":  []any{object{"url": "http://127.0.0.1:7717", "description": "the default of --listen"}},
		"security": []any{object{"bearer": []any{}}},
		"paths":    paths,
		"components": object{
			"schemas": s.made,
			"securitySchemes": object{"bearer": object{
				"type": "http", "scheme": "bearer",
				"description": "The token in api.token of the data folder, or the one in api.read.token, which may only read.",
			}},
		},
	}
}

func operation(s *schemas, r api.Route, problem object) object {
	success := object{"description": http.StatusText(r.Status), "content": answer(s, r)}
	if r.Out.Implements(reflect.TypeFor[interface{ ETag() string }]()) {
		success["headers"] = object{"ETag": object{
			"description": "the version in quotes, for If-Match", "required": true, "schema": object{"type": "string"},
		}}
	}
	out := object{
		"operationId": r.ID,
		"summary":     r.Summary,
		"tags":        []any{tag(r.Path)},
		"responses": object{
			strconv.Itoa(r.Status): success,
			"default": object{
				"description": "An error: detail says what happened and what to do.",
				"content":     object{"application/problem+json": object{"schema": problem}},
			},
		},
	}
	var params []any
	for _, m := range r.Members() {
		if m.In == api.InBody {
			out["requestBody"] = object{
				"required": m.Required,
				"content":  object{"application/json": object{"schema": s.of(m.Field.Type)}},
			}
			continue
		}
		params = append(params, parameter(s, r.In, m))
	}
	if params != nil {
		out["parameters"] = params
	}
	return out
}

// answer is the content of a success.
func answer(s *schemas, r api.Route) object {
	if r.Out.Kind() == reflect.String {
		return object{r.Media: object{"schema": object{"type": "string"}}}
	}
	return object{r.Media: object{"schema": s.of(r.Out)}}
}

// parameter is a member of a question outside the body.
func parameter(s *schemas, question reflect.Type, m api.Member) object {
	schema := s.of(m.Field.Type)
	for _, bound := range []struct{ tag, key string }{{"min", "minimum"}, {"max", "maximum"}, {"default", "default"}} {
		if n, err := strconv.Atoi(m.Field.Tag.Get(bound.tag)); err == nil {
			schema[bound.key] = n
		}
	}
	if m.Field.Type.String() == "messages.Instant" {
		schema = object{"type": "string", "format": "date-time"} // left out instead of null
	}
	if m.In == api.InHeader {
		schema["maxLength"] = api.MaxHeaderText
	}
	p := object{"in": string(m.In), "name": m.Name, "required": m.Required, "schema": schema}
	if text := s.comments.field(owner(question, m.Field), m.Field.Name); text != "" {
		p["description"] = text
	}
	return p
}

// tag is the group of a path.
func tag(path string) string {
	group, _, _ := strings.Cut(strings.TrimPrefix(path, "/v1/"), "/")
	if group == "" || !strings.HasPrefix(path, "/v1/") {
		return "health"
	}
	return group
}
