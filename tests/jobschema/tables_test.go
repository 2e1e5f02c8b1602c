package jobschema

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"curfew/actors"
	"curfew/messages"
	"curfew/tests/internal/page"
)

// Columns of the page's tables that are made of the schema: values, and defaults that the schema knows. The rest of a
// row is written by hand, and its last cell is what editors show of the key.
const (
	valueColumn   = "value"
	defaultColumn = "default"
)

// TestPageTables: values and defaults in docs/jobfile.md are those of the schema. With -rewrite it writes them.
func TestPageTables(t *testing.T) {
	file := filepath.Join("..", "..", "docs", "jobfile.md")
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	tables := tableWriter{whole: schemaOf(t, builtIn()).whole}
	lines := strings.Split(string(raw), "\n")
	changed := 0
	for i, line := range lines {
		lines[i] = tables.line(t, line)
		if lines[i] != line {
			changed++
			if !page.Rewrite() {
				t.Errorf("a row of docs/jobfile.md is\n%s\nwant\n%s\n(go test ./tests/jobschema -rewrite)", line, lines[i])
			}
		}
	}
	const least = 90
	if tables.rows < least {
		t.Errorf("only %d rows have values; at least %d are there", tables.rows, least)
	}
	if changed > 0 && page.Rewrite() {
		if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// tableWriter goes through the page line by line.
type tableWriter struct {
	whole   object
	prefix  string   // of the paths of keys below the present heading
	known   bool     // there are keys below it
	columns []string // of the present table
	rows    int
}

// line is a line of the page with the cells that are made.
func (w *tableWriter) line(t *testing.T, line string) string {
	t.Helper()
	if prefix, known, ok := below(line); ok {
		w.prefix, w.known, w.columns = prefix, known, nil
		return line
	}
	if !w.known || !strings.HasPrefix(line, "| ") {
		return line
	}
	cells := strings.Split(strings.Trim(line, "|"), "|")
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	if !strings.HasPrefix(line, "| `") {
		w.columns = cells
		return line
	}
	if !slices.Contains(w.columns, valueColumn) {
		return line
	}
	w.rows++
	var values, defaults []string
	for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[0], -1) {
		node := w.node(t, w.prefix+m[1])
		values = append(values, w.value(node))
		if there, ok := node["default"]; ok {
			defaults = append(defaults, shown(there))
		}
	}
	for i, name := range w.columns[:min(len(w.columns), len(cells))] {
		switch {
		case name == valueColumn:
			cells[i] = strings.Join(slices.Compact(values), "; ")
		case name == defaultColumn && len(defaults) > 0:
			cells[i] = strings.Join(slices.Compact(defaults), "; ")
		}
	}
	return strings.ReplaceAll("| "+strings.Join(cells, " | ")+" |", "|  |", "| |")
}

// below says which keys stand below a heading; ok is false for lines that are none.
func below(line string) (prefix string, known, ok bool) {
	head, ok := strings.CutPrefix(strings.TrimLeft(line, "#"), " ")
	if !ok || !strings.HasPrefix(line, "##") {
		return "", false, false
	}
	if kind, ok := strings.CutPrefix(head, "`with` of `"); ok {
		return "with." + strings.TrimSuffix(kind, "`") + ".", true, true
	}
	prefix, known = headings[head]
	return prefix, known, true
}

// node is the description of a key.
func (w *tableWriter) node(t *testing.T, path string) object {
	t.Helper()
	from, defs := w.whole, w.whole["$defs"].(object)
	for prefix, name := range map[string]string{"jobs.*.": "job", "sessions.*.": "session"} {
		if rest, ok := strings.CutPrefix(path, prefix); ok {
			from, path = defs[name].(object), rest
		}
	}
	if rest, ok := strings.CutPrefix(path, "with."); ok {
		kind, key, _ := strings.Cut(rest, ".")
		from, path = defs["with_"+strings.ReplaceAll(kind, "-", "_")].(object), key
	}
	for name := range strings.SplitSeq(path, ".") {
		next := member(from, name)
		if next == nil {
			t.Fatalf("the schema has no %s of %s", name, path)
		}
		from = next
	}
	return from
}

// member is a key of an object, or of the one of several forms that is an object.
func member(of object, name string) object {
	if keys, ok := of["properties"].(object); ok {
		node, _ := keys[name].(object)
		return node
	}
	forms, _ := of["anyOf"].([]any)
	for _, form := range forms {
		if node := member(form.(object), name); node != nil {
			return node
		}
	}
	return nil
}

// patterns of texts that have a name.
var patterns = map[string]string{
	messages.Name: "name", actors.WebURL: "URL", actors.VariableName: "name of a variable", `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`: "date",
}

// value says in few words what a key takes.
func (w *tableWriter) value(node object) string {
	if ref, ok := node["$ref"].(string); ok {
		def := w.whole["$defs"].(object)[strings.TrimPrefix(ref, "#/$defs/")].(object)
		return w.value(def)
	}
	if forms, ok := node["anyOf"].([]any); ok && node["type"] == nil {
		var all []string
		for _, form := range forms {
			if text := w.value(form.(object)); !slices.Contains(all, text) {
				all = append(all, text)
			}
		}
		return strings.Join(all, ", or ")
	}
	switch node["type"] {
	case "boolean":
		return "`true`, `false`"
	case "integer", "number":
		if node["maximum"] == nil {
			return "number"
		}
		return grouped(node["minimum"]) + " to " + grouped(node["maximum"])
	case "array":
		return "list" + atMost(node["maxItems"])
	case "object":
		if node["properties"] != nil {
			return "block"
		}
		return "names with values" + atMost(node["maxProperties"])
	case "null":
		return "nothing"
	default:
		return text(node)
	}
}

var bounds = regexp.MustCompile(`A duration such as \S+ or \S+, (\S+ to \S+)\.$`)

// text says what a key takes that is a text in JSON.
func text(node object) string {
	pattern, _ := node["pattern"].(string)
	description, _ := node["description"].(string)
	switch m := bounds.FindStringSubmatch(description); {
	case node["enum"] != nil:
		var words []string
		for _, word := range node["enum"].([]any) {
			words = append(words, fmt.Sprintf("`%v`", word))
		}
		return strings.Join(words, ", ")
	case m != nil && strings.HasPrefix(pattern, "^(?:none|"):
		return m[1] + ", or `none`"
	case m != nil:
		return m[1]
	case strings.Contains(pattern, "(?:ns|us|"):
		return "duration"
	case strings.Contains(description, "A size such as"):
		return "size"
	case patterns[pattern] != "":
		return patterns[pattern]
	}
	longest, ok := node["maxLength"].(float64)
	switch {
	case !ok:
		return "text"
	case longest >= 1024 && int(longest)%1024 == 0:
		return fmt.Sprintf("text, at most %d KiB", int(longest)/1024)
	default:
		return fmt.Sprintf("text, at most %s bytes", grouped(longest))
	}
}

func atMost(n any) string {
	if n == nil {
		return ""
	}
	return ", at most " + grouped(n)
}

// grouped is a number with commas.
func grouped(n any) string {
	digits := fmt.Sprintf("%v", n)
	if f, ok := n.(float64); ok && f == float64(int64(f)) {
		digits = fmt.Sprintf("%d", int64(f))
	}
	for i := len(digits) - 3; i > 0 && !strings.Contains(digits, "."); i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// shown is a default as one writes it in a job file.
func shown(value any) string {
	switch value := value.(type) {
	case string:
		return "`" + value + "`"
	case []any:
		raw, err := json.Marshal(value)
		if err != nil {
			return err.Error()
		}
		return "`" + strings.NewReplacer(`"`, "", ":", ": ", ",", ", ").Replace(string(raw)) + "`"
	default:
		return fmt.Sprintf("`%v`", value)
	}
}
