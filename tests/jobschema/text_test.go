package jobschema

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"curfew/internal/config"
	"curfew/messages"
)

// TestJobAsText: the text of a job, whole or without its defaults, is read back as the same job.
func TestJobAsText(t *testing.T) {
	p := schemaOf(t, builtIn())
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "agents"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "agents", "briefing.md"), []byte("You prepare the day.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	jobs, shorter := 0, 0
	for i := range *files / 2 {
		m := &maker{Rand: rand.New(rand.NewPCG(uint64(i), 3)), whole: p.whole, full: i%4 == 0}
		file := m.file()
		delete(file, "defaults") // what they say, a text cannot always take back
		raw, err := json.Marshal(file)
		if err != nil {
			t.Fatal(err)
		}
		c, err := config.Parse("f", raw, dir, builtIn())
		if err != nil {
			t.Fatalf("%d: %v", i, err)
		}
		for _, d := range c.Jobs {
			if strings.Contains(string(d.With), `"dir":"text"`) {
				continue // no job that the API makes has such a folder
			}
			d.ManagedBy = messages.ManagedByAPI
			whole, err := config.Written(d)
			if err != nil {
				t.Fatal(err)
			}
			asRead(t, c, d, whole)
			text, _, err := c.Text("job "+d.Job, d, c.Jobs)
			if err != nil {
				t.Fatalf("%d: %v\n%s\n%s", i, err, text, show(file))
			}
			asRead(t, c, d, text)
			if jobs++; len(text) < len(whole) {
				shorter++
			}
			if strings.Contains(string(text), "\nhistory: {}") {
				t.Errorf("a key says nothing:\n%s", text)
			}
		}
	}
	if jobs < *files/2 || shorter < jobs*9/10 {
		t.Errorf("%d jobs, of which %d have a text that is shorter than with its defaults", jobs, shorter)
	}
}

// asRead compares a job with what its text is read as.
func asRead(t *testing.T, c config.Config, want messages.Definition, text []byte) {
	t.Helper()
	got, _, err := c.Job("job "+want.Job, want.Job, text, c.Jobs)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	x, errX := json.Marshal(got)
	y, errY := json.Marshal(want)
	if errX != nil || errY != nil || string(x) != string(y) {
		t.Fatalf("read as\n%s\nwant\n%s\nfrom\n%s", x, y, text)
	}
}
