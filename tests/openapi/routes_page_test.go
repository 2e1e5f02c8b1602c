package openapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"curfew/internal/api"
	"curfew/tests/internal/page"
)

const apiPage = "../../docs/api.md"

// TestRoutesAndTypes: docs/api.md has every route, with what it takes and answers, and every type with its members.
func TestRoutesAndTypes(t *testing.T) {
	r := readDocument(t)
	var routes, types strings.Builder
	routes.WriteString("| route | takes | answers | |\n|---|---|---|---|\n")
	for _, route := range api.Routes() {
		routes.WriteString(r.route(route))
	}
	for _, name := range slices.Sorted(maps.Keys(r.schemas)) {
		types.WriteString(r.component(name))
	}
	page.Part(t, apiPage, "routes", routes.String())
	page.Part(t, apiPage, "types", types.String())
}

// reference makes parts of the page of what docs/openapi.json says.
type reference struct {
	paths, schemas object
}

func readDocument(t *testing.T) reference {
	t.Helper()
	var doc object
	if err := json.Unmarshal(encode(t, document(readComments(t), false)), &doc); err != nil {
		t.Fatal(err)
	}
	return reference{paths: doc["paths"].(object), schemas: doc["components"].(object)["schemas"].(object)}
}

// route is the row of a route.
func (r reference) route(route api.Route) string {
	op := r.paths[route.Path].(object)[strings.ToLower(route.Method)].(object)
	var takes []string
	params, _ := op["parameters"].([]any)
	for _, p := range params {
		switch param := p.(object); param["in"] {
		case "query":
			takes = append(takes, fmt.Sprintf("`?%s=`", param["name"]))
		case "header":
			takes = append(takes, fmt.Sprintf("header `%s`", param["name"]))
		}
	}
	if body, ok := op["requestBody"].(object); ok {
		takes = append(takes, "body: "+r.content(body))
	}
	answers := ""
	for status, answer := range op["responses"].(object) {
		if status != "default" { // the one success; errors are alike for all routes
			answers = status + " " + r.content(answer.(object))
		}
	}
	row := fmt.Sprintf("| `%s %s` | %s | %s | %s |\n", route.Method, route.Path, strings.Join(takes, ", "), answers, page.Cell(route.Summary))
	return strings.ReplaceAll(row, "|  |", "| |")
}

// content is the type of a body.
func (r reference) content(of object) string {
	for media, body := range of["content"].(object) {
		if media != "application/json" {
			return "`" + media + "`"
		}
		return r.typ(body.(object)["schema"].(object))
	}
	return ""
}

// typ is the name of a type, as a link where the page has it.
func (r reference) typ(schema object) string {
	if ref, ok := schema["$ref"].(string); ok {
		name := strings.TrimPrefix(ref, "#/components/schemas/")
		if items := r.listed(name); items != nil {
			return "list of " + r.typ(items)
		}
		return fmt.Sprintf("[%s](#%s)", name, strings.ToLower(name))
	}
	if forms, ok := schema["oneOf"].([]any); ok {
		all := make([]string, len(forms))
		for i, form := range forms {
			all[i] = r.typ(form.(object))
		}
		return strings.Join(all, " or ")
	}
	names, several := schema["type"].([]any)
	if !several {
		names = []any{schema["type"]}
	}
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = r.plain(schema, name)
	}
	return strings.Join(all, " or ")
}

// plain is the name of a type of JSON.
func (r reference) plain(schema object, name any) string {
	switch {
	case name == nil:
		return "any"
	case name == "array":
		return "list of " + r.typ(schema["items"].(object))
	case name == "string" && schema["format"] == "date-time":
		return "time"
	case name == "string":
		return "text"
	case name == "object" && schema["additionalProperties"] != nil:
		return "names with values"
	default:
		return name.(string)
	}
}

// listed is what a type of nothing but items and next has in its list. Nil: it is not one.
func (r reference) listed(name string) object {
	keys, _ := r.schemas[name].(object)["properties"].(object)
	items, _ := keys["items"].(object)
	if len(keys) != 2 || items == nil || keys["next"] == nil {
		return nil
	}
	return items["items"].(object)
}

// component is what the page says of a type.
func (r reference) component(name string) string {
	schema := r.schemas[name].(object)
	keys, _ := schema["properties"].(object)
	if r.listed(name) != nil {
		return "" // the rules for all say what a list is
	}
	var b strings.Builder
	about, _ := schema["description"].(string)
	fmt.Fprintf(&b, "\n### %s\n\n%s\n\n", name, page.Wrapped(about))
	base := r.base(name, keys)
	if base != "" {
		fmt.Fprintf(&b, "All of [%s](#%s), and:\n\n", base, strings.ToLower(base))
	}
	b.WriteString("| member | type | |\n|---|---|---|\n")
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if base != "" && r.schemas[base].(object)["properties"].(object)[key] != nil {
			continue
		}
		member := keys[key].(object)
		text, _ := member["description"].(string)
		if words, ok := member["enum"].([]any); ok {
			text = strings.TrimPrefix(text+". `"+strings.Trim(fmt.Sprint(words), "[]")+"`", ". ")
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", key, r.typ(member), page.Cell(text))
	}
	return strings.ReplaceAll(b.String(), "|  |", "| |")
}

// base is another type all of whose members a type has, and more. Empty: there is none with enough of them.
func (r reference) base(name string, keys object) string {
	const least = 5
	for _, other := range slices.Sorted(maps.Keys(r.schemas)) {
		theirs, _ := r.schemas[other].(object)["properties"].(object)
		if other == name || len(theirs) < least || len(theirs) >= len(keys) {
			continue
		}
		shared := 0
		for key, value := range theirs {
			if reflect.DeepEqual(value, keys[key]) {
				shared++
			}
		}
		if shared == len(theirs) {
			return other
		}
	}
	return ""
}
