package house

import (
	"reflect"
	"regexp"
	"strings"
	"testing"

	"curfew/internal/api"
	"curfew/internal/contract"
	"curfew/internal/explain"
)

// TestAPIPage: docs/api.md has every route, and every member of every body, as code.
func TestAPIPage(t *testing.T) {
	inModule(t)
	page := read(t, "docs/api.md")
	for _, r := range api.Routes() {
		want := regexp.MustCompile("`" + r.Method + " " + regexp.QuoteMeta(r.Path) + "[`?]")
		if !want.MatchString(page) {
			t.Errorf("docs/api.md has no route %s", want)
		}
	}
	code := strings.Join(regexp.MustCompile("`[^`\n]+`").FindAllString(page, -1), " ")
	for _, body := range []any{
		contract.Status{},
		contract.Job{},
		contract.Run{},
		contract.RunAccepted{},
		contract.Backfill{},
		contract.BackfillAccepted{},
		contract.Session{},
		contract.SessionChange{},
		contract.Login{},
		contract.Expire{},
		contract.Node{},
		contract.Target{},
		contract.TargetTested{},
		contract.Readiness{},
		contract.Health{},
		contract.List[int]{},
		api.Problem{},
		api.Daemon{},
		explain.Explanation{},
	} {
		for _, name := range members(reflect.TypeOf(body)) {
			if !regexp.MustCompile(`\b` + name + `\b`).MatchString(code) {
				t.Errorf("docs/api.md does not name %q of %T", name, body)
			}
		}
	}
}

// members are the names that a type and the types below it have in JSON.
func members(typ reflect.Type) (names []string) {
	switch typ.Kind() {
	case reflect.Pointer, reflect.Slice:
		return members(typ.Elem())
	case reflect.Struct:
	default:
		return nil
	}
	for i := range typ.NumField() {
		f := typ.Field(i)
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" {
			names = append(names, name)
		}
		names = append(names, members(f.Type)...)
	}
	return names
}
