package jobschema

import (
	"encoding/json"
	"errors"
	"flag"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"curfew/internal/config"
)

var files = flag.Int("files", 600, "how many files the schema and the reader of job files have to judge alike")

// changes are how often each whole file is changed.
const changes = 4

// left are the problems that a schema cannot see, by what the reader says of them.
var left = []string{
	// Names of what stands elsewhere in the file, or beside it.
	`is not a target; `, `^unknown session "`, `^after: `, `needs a backend; give one`, `needs with\.provider if`, `^unknown preset`, `^definition: `,
	`is used twice`, `^env names \w+ twice`, `(names|lists|has) ".*" twice`, `holds a provider's key`,
	// Grammars: of schedules, of dates, of zones, of patterns, of URLs behind their beginning.
	`^(schedule|active_hours|exclude|start|end|splay) ".*:`, `^unknown time zone`, `must be a pattern`, `error parsing regexp`, `not a time`,
	`must be one such as ntfy`, `must begin with the name of a service`, `must be https, because`, `must not have a query`, `must not contain a user or a password`, `unusable backend`,
	`can have ~/ or`, `no shell (fills in|replaces)`, `reserved for Curfew`, `^rate must be`, `an argument may have`,
	// Bounds of durations and of sizes.
	`must be at (least|most) [0-9.]+[a-zµ]`, `must be at least [0-9]+ [KMG]iB`, `(idle_timeout|preflight.timeout) must be 1m?s to`, `wall_clock must be more than 0`,
	// What members of a block, or keys of a job, mean together.
	`max \(.*\) must not be shorter than initial`, `^delete_after_run is for`, `^\w+ is for a schedule by the clock`, `need a limit, since one that hangs`,
	`none of its tools is listed`, `names a server that is not under mcp`, `list under tools what may be called`, `give either command or`,
	`argv has no place for`, `^with: stdin: `, `prompt is required, since argv`, `a HEAD request has no body`, `answer to a HEAD request`,
	`(argv|command) must begin with a program`, `argv must be a program`, `with header_env`, `the value of .* is a secret`, `is given twice`, `cannot be set; the client`,
	`preflight.command is required`, `^preset \S+ needs with`,
	// Rules of a cli-agent: a preset may fill in the rest of them.
	`needs an exit_code, a pattern or a rule`, `a rule needs an exit_code`, `takes only rules with json`, `a rule there has json and nothing else`,
	`json\.\S* (must be|".*"…? is longer|".*" matches)`, `matches everything`,
}

// incomplete are the problems of a job whose blocks lack something. A schema sees them only in jobs whose type has no defaults.
var incomplete = []string{
	`(command|url|prompt) is required`, `command, argv or a preset is required`, `has no (start|end)$`,
	`^after has no job$`, `a mapping with the key after$`, `^deliver needs the key to`,
	`must be a URL, or have exactly one of`, `provider\.\w+ (is required|must be)`, `give either command or url`, `bearer_env needs a url`,
}

// leftIn are the problems that a schema of that file cannot see.
func leftIn(file object) *regexp.Regexp {
	all := slices.Clone(left)
	if _, ok := file["defaults"].(object); ok {
		all = append(all, incomplete...)
	}
	return regexp.MustCompile(strings.Join(all, "|"))
}

// problems are what the reader finds; none: it takes the file.
func problems(t *testing.T, file object, dir string) []string {
	text, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	_, err = config.Parse("f", text, dir, builtIn())
	var invalid *config.Invalid
	if !errors.As(err, &invalid) {
		return nil
	}
	var out []string
	for _, p := range invalid.Problems {
		out = append(out, p.Message)
	}
	if slices.ContainsFunc(out, func(s string) bool { return strings.HasPrefix(s, "unknown preset") }) {
		out = slices.DeleteFunc(out, func(s string) bool { return strings.HasSuffix(s, "or a preset is required") })
	}
	return out
}

// TestSchemaAndReader: what the schema takes, the reader takes, and the other way round.
func TestSchemaAndReader(t *testing.T) {
	p := schemaOf(t, builtIn())
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "agents"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "agents", "briefing.md"), []byte("You prepare the day.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	of := maker{whole: p.whole}
	of.described(p.whole, "", known)
	for _, kind := range builtIn().Names() {
		of.described(of.block(kind), "with."+kind, known)
	}
	keys := slices.Sorted(maps.Keys(lastParts(known)))
	seen := map[string]bool{}
	whole, alike, readers := 0, 0, 0
	for i := 0; whole+alike < *files && i < 4*(*files); i++ {
		m := &maker{Rand: rand.New(rand.NewPCG(uint64(i), 1)), whole: p.whole, full: i%4 == 0}
		file := m.file()
		m.keys(p.whole, file, "", seen)
		whole++
		if said := problems(t, file, dir); said != nil {
			t.Errorf("%d: the reader refuses a whole file: %q\n%s", i, said, show(file))
		}
		if err := p.validate(t, file); err != nil {
			t.Errorf("%d: the schema refuses a whole file: %v\n%s", i, err, show(file))
		}
		for range changes {
			changed := copied(file).(object)
			change := m.mutate(changed, keys)
			bySchema, said := p.validate(t, changed), problems(t, changed, dir)
			switch {
			case (bySchema == nil) == (said == nil):
				alike++
			case said == nil:
				t.Errorf("%d: %s: the schema refuses what the reader takes: %v\n%s", i, change, bySchema, show(changed))
			case slices.ContainsFunc(said, func(s string) bool { return !leftIn(changed).MatchString(s) }):
				t.Errorf("%d: %s: the schema takes what the reader refuses: %q\n%s", i, change, said, show(changed))
			default:
				readers++
			}
		}
	}
	t.Logf("%d whole files and %d changed ones that both judge alike, %d that are left to the reader", whole, alike, readers)
	if judged := whole + alike; readers > judged/10 {
		t.Errorf("too much is left to the reader: %d beside %d", readers, judged)
	}
	for path := range known {
		if !seen[path] && !strings.HasPrefix(path, "with.cli-agent.failed_when.") { // most of its members are known to be refused there
			t.Errorf("no file had the key %s", path)
		}
	}
}

func (p published) validate(t *testing.T, file object) error {
	text, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	var plain any
	if err := json.Unmarshal(text, &plain); err != nil {
		t.Fatal(err)
	}
	return p.rules.Validate(plain)
}

func lastParts(paths map[string]bool) map[string]bool {
	out := map[string]bool{}
	for path := range paths {
		out[path[strings.LastIndexByte(path, '.')+1:]] = true
	}
	return out
}

// show is a file without the rest of long texts.
func show(file object) string {
	text, err := json.Marshal(file)
	if err != nil {
		return err.Error()
	}
	return regexp.MustCompile(`x{50,}`).ReplaceAllString(string(text), "xxx…")
}
