package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"curfew/actors"
)

// InProgram is in place of the path of a job file, and of the place of a job, if a program has the jobs in code.
const InProgram = "the jobs of the program"

// Values reads a job file that a program has as values: file has its keys, and under "jobs" its jobs. It is held to the
// rules of every job file, since it is written as one and read by [Parse]. It may have no jobs. In structs, what is zero
// is left out. Relative paths begin at dir. An error names the job and the key.
func Values(file map[string]any, dir string, kinds *actors.Registry) (Config, error) {
	text, err := marshal(written(reflect.ValueOf(file)))
	if err != nil {
		return Config{}, fmt.Errorf("config: a value cannot be written as JSON: %w", err)
	}
	b := newBuilder(InProgram, dir, kinds)
	b.coded = true
	c, err := b.parse(text)
	var invalid *Invalid
	if !errors.As(err, &invalid) {
		return c, err
	}
	root := (&builder{reader: &reader{}}).parseTree(text)
	var lines []error
	for _, p := range invalid.Problems {
		lines = append(lines, errors.New(named(root, fieldAt(root, p.Line, p.Col))+p.Message))
	}
	return Config{}, errors.Join(lines...)
}

// named turns the path of a key, such as "jobs[2].with.url", into words with the job's name.
func named(root *node, path string) string {
	rest, ofJob := strings.CutPrefix(path, "jobs[")
	number, key, _ := strings.Cut(rest, "]")
	i, err := strconv.Atoi(number)
	if !ofJob || err != nil {
		if path == "" {
			return ""
		}
		return path + ": "
	}
	where := fmt.Sprintf("job %d", i+1)
	if m := root.find("jobs").value.items[i].find("name"); m != nil {
		if name, ok := m.value.scalar.(string); ok {
			where = "job " + name
		}
	}
	if key = strings.TrimPrefix(key, "."); key != "" {
		where += ", " + key
	}
	return where + ": "
}

// written is a value as a job file has it: a struct by its json tags and without its zero fields, a span of time as text.
func written(v reflect.Value) any {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	if !v.IsValid() {
		return nil
	}
	switch own := v.Interface().(type) {
	case time.Duration:
		return own.String()
	case json.Marshaler:
		return own
	}
	switch v.Kind() {
	case reflect.Struct:
		out := make(map[string]any)
		writtenFields(v, out)
		return out
	case reflect.Map:
		out := make(map[string]any, v.Len())
		for key, value := range v.Seq2() {
			out[fmt.Sprint(key.Interface())] = written(value)
		}
		return out
	case reflect.Slice, reflect.Array:
		out := make([]any, v.Len())
		for i := range out {
			out[i] = written(v.Index(i))
		}
		return out
	default:
		return v.Interface()
	}
}

func writtenFields(v reflect.Value, out map[string]any) {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "-" || v.Field(i).IsZero() || !field.IsExported() && !field.Anonymous:
		case field.Anonymous && name == "" && field.Type.Kind() == reflect.Struct:
			writtenFields(v.Field(i), out)
		case name == "":
			out[field.Name] = written(v.Field(i))
		default:
			out[name] = written(v.Field(i))
		}
	}
}
