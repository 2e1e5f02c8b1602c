package journal_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	client "github.com/nats-io/nats.go"

	"curfew/bus"
	"curfew/bus/bustest"
	"curfew/bus/nats"
	"curfew/bus/nats/natstest"
	"curfew/bus/sqlite"
	"curfew/internal/datadir"
	"curfew/internal/journal"
	"curfew/messages"
)

// folder is a data folder with a journal of so many records, on some of which change is called.
func folder(t *testing.T, n int, change func(i int, r *messages.Record)) (data string) {
	t.Helper()
	data = t.TempDir()
	if err := os.Chmod(data, 0o700); err != nil {
		t.Fatal(err)
	}
	rs := bustest.Chain(n)
	for i := range rs {
		if change != nil {
			change(i, &rs[i])
		}
	}
	j := journalOf(t, data)
	bustest.Fill(t, j, rs, 100)
	closed(t, j)
	return data
}

func journalOf(t *testing.T, data string) *sqlite.Journal {
	t.Helper()
	j, err := sqlite.Open(filepath.Join(data, datadir.Journal))
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func closed(t *testing.T, j bus.Journal) {
	t.Helper()
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

func exported(t *testing.T, data string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := journal.Export(t.Context(), data, &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// foreign makes every seventh record one that an export leaves out.
func foreign(i int, r *messages.Record) {
	if i%7 == 3 {
		r.Body = messages.Opaque{On: "elsewhere", Payload: []byte("hello")}
	}
}

// stateLines are the lines of a state.
func stateLines(yield func([]byte, error) bool) {
	for n := range 2000 {
		if !yield(fmt.Appendf(nil, `{"n":%d,"text":%q}`, n, "a < b"+strings.Repeat("x", 300)), nil) {
			return
		}
	}
}

// A journal comes into a realm and out of it again byte for byte: a whole one, one with messages of other programs, and
// one whose oldest records were removed.
func TestMoved(t *testing.T) {
	nc := natstest.Connect(t, natstest.Server(t))
	pruned := folder(t, 5000, foreign)
	j := journalOf(t, pruned)
	if err := j.SaveSnapshot(bus.Snapshot{Seq: 3210, At: 1_800_000_003_209, PolicyVersion: 4}, stateLines); err != nil {
		t.Fatal(err)
	}
	if err := j.Drop(3000); err != nil {
		t.Fatal(err)
	}
	closed(t, j)
	for name, data := range map[string]string{"whole": folder(t, 5000, nil), "foreign": folder(t, 100, foreign), "pruned": pruned} {
		t.Run(name, func(t *testing.T) {
			want, o := exported(t, data), nats.Options{Realm: name}
			got, err := journal.ImportRealm(t.Context(), bytes.NewReader(want), nc, o)
			if err != nil {
				t.Fatal(err)
			}
			if lines := bytes.Count(want, []byte(`"kind":"fact"`)); got.Into != name || got.Records != uint64(lines) {
				t.Errorf("it says %+v, and %d facts were exported", got, lines)
			}
			var there bytes.Buffer
			if err := journal.ExportRealm(t.Context(), nc, o, &there); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(there.Bytes(), want) {
				t.Error("the realm has another journal than the folder")
			}
			back := filepath.Join(t.TempDir(), "data")
			if _, err := journal.Import(t.Context(), bytes.NewReader(there.Bytes()), back); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(exported(t, back), want) {
				t.Error("the new folder has another journal than the first")
			}
			if left, err := os.ReadDir(back); err != nil || slices.ContainsFunc(left, fs.DirEntry.IsDir) {
				t.Errorf("left are %v, %v", left, err)
			}
			if _, err := journal.Import(t.Context(), bytes.NewReader(want), back); !errors.Is(err, fs.ErrExist) {
				t.Errorf("into a folder that has a journal: %v", err)
			}
			if _, err := journal.ImportRealm(t.Context(), bytes.NewReader(want), nc, o); !errors.Is(err, nats.ErrNotEmpty) {
				t.Errorf("into a realm that has a journal: %v", err)
			}
		})
	}
}

// An export that is not whole changes nothing.
func TestImportIsRefused(t *testing.T) {
	nc := natstest.Connect(t, natstest.Server(t))
	whole := string(exported(t, folder(t, 3, nil)))
	lines := strings.SplitAfter(whole, "\n")
	for name, c := range map[string]struct{ text, want string }{
		"nothing":        {"", "there are no records"},
		"damaged":        {strings.Replace(whole, `"job":"a"`, `"job":"b"`, 1), "line 1"},
		"cut off":        {whole[:len(whole)-20], "line 3"},
		"other order":    {lines[1] + lines[0], "record 1 comes after record 2"},
		"no beginning":   {lines[1] + lines[2], "it begins at record 2, and has no state"},
		"no text at all": {"hello\n", "line 1"},
	} {
		t.Run(name, func(t *testing.T) {
			data, o := filepath.Join(t.TempDir(), "data"), nats.Options{Realm: "refused"}
			for to, try := range map[string]func() error{
				"folder": func() error {
					_, err := journal.Import(t.Context(), strings.NewReader(c.text), data)
					return err
				},
				"realm": func() error {
					_, err := journal.ImportRealm(t.Context(), strings.NewReader(c.text), nc, o)
					return err
				},
			} {
				if err := try(); err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("%s: the error is %v, want %q", to, err, c.want)
				}
			}
			if _, err := os.Stat(data); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("the folder is there: %v", err)
			}
			if _, err := nats.Look(t.Context(), nc, o); !errors.Is(err, nats.ErrNoRealm) {
				t.Errorf("the realm is there: %v", err)
			}
		})
	}
	large := exported(t, folder(t, 3, func(i int, r *messages.Record) {
		if i == 1 {
			r.Body = messages.JobPaused{Job: strings.Repeat("j", 2<<20)}
		}
	}))
	if _, err := journal.ImportRealm(t.Context(), bytes.NewReader(large), nc, nats.Options{Realm: "large"}); err == nil ||
		!strings.Contains(err.Error(), "record 2 has") {
		t.Errorf("a record that the servers do not take: %v", err)
	}
}

// cutOff is an export that ends the import while its records are brought.
type cutOff struct {
	*bytes.Reader
	passes int
	cut    func()
}

func (c *cutOff) Seek(at int64, whence int) (int64, error) {
	c.passes++
	return c.Reader.Seek(at, whence)
}

func (c *cutOff) Read(b []byte) (int, error) {
	if c.passes > 0 && c.Len() < int(c.Size())/2 {
		c.cut()
	}
	return c.Reader.Read(b)
}

// An import that is cut off leaves a realm that nobody can use, and begins anew when it is repeated; in a folder it leaves
// no journal.
func TestImportIsCutOff(t *testing.T) {
	nc := natstest.Connect(t, natstest.Server(t))
	want, o := exported(t, folder(t, 20_000, nil)), nats.Options{Realm: "cut"}
	data := filepath.Join(t.TempDir(), "data")
	cut := func(to func(context.Context, io.ReadSeeker) error) {
		t.Helper()
		ctx, cancel := context.WithCancel(t.Context())
		if err := to(ctx, &cutOff{Reader: bytes.NewReader(want), cut: cancel}); !errors.Is(err, context.Canceled) {
			t.Errorf("cut off: %v", err)
		}
	}
	cut(func(ctx context.Context, in io.ReadSeeker) error { _, err := journal.Import(ctx, in, data); return err })
	if _, err := os.Stat(filepath.Join(data, datadir.Journal)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder has a journal: %v", err)
	}
	for range 2 { // the second one meets what the first has left
		cut(func(ctx context.Context, in io.ReadSeeker) error {
			_, err := journal.ImportRealm(ctx, in, nc, o)
			return err
		})
		_, open := nats.Open(t.Context(), nc, o)
		_, join := nats.Join(t.Context(), nc, o)
		export := journal.ExportRealm(t.Context(), nc, o, io.Discard)
		for _, err := range []error{open, join, export} {
			if !errors.Is(err, nats.ErrUnfinished) {
				t.Errorf("the use of a realm that is not finished: %v", err)
			}
		}
	}
	if _, err := journal.ImportRealm(t.Context(), bytes.NewReader(want), nc, o); err != nil {
		t.Fatal(err)
	}
	if _, err := journal.Import(t.Context(), bytes.NewReader(want), data); err != nil {
		t.Fatal(err)
	}
	var there bytes.Buffer
	if err := journal.ExportRealm(t.Context(), nc, o, &there); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(there.Bytes(), want) || !bytes.Equal(exported(t, data), want) {
		t.Error("what was brought in the end is not what was exported")
	}
}

// Nothing is brought into a realm in which a node is, or in which somebody decides.
func TestImportIsAlone(t *testing.T) {
	nc := natstest.Connect(t, natstest.Server(t))
	text := exported(t, folder(t, 3, nil))
	for key, want := range map[string]string{"decider": "end that first", "node.YQ": `has the nodes ["a"]`} {
		o := nats.Options{Realm: strings.ToLower(strings.ReplaceAll(key, ".", "-"))}
		held(t, nc, o, key)
		_, err := journal.ImportRealm(t.Context(), bytes.NewReader(text), nc, o)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("while somebody has %s: %v", key, err)
		}
	}
}

func held(t *testing.T, nc *client.Conn, o nats.Options, key string) {
	t.Helper()
	leases, err := nats.OpenLeases(t.Context(), nc, o)
	if err != nil {
		t.Fatal(err)
	}
	term, ok, err := leases.Take(t.Context(), key, map[string]any{"name": "a", "incarnation": 1})
	if err != nil || !ok {
		t.Fatal(fmt.Sprint(ok), err)
	}
	go func() { _ = leases.Keep(t.Context(), term) }()
}
