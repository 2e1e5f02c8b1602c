package crash

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors"
	"curfew/messages"
	"curfew/tests/internal/world"
)

// changeFile executes statements on an SQLite file that no process has open.
func changeFile(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func count(t *testing.T, path, query string) (n int) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow(query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// removeFile removes a file that may be missing.
func removeFile(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
}

// TestLostEnd removes the end of the journal and leaves one other file at a time that knows of it. The start is
// refused, names the records and the ways out, and leaves that file as it is; --accept-loss goes on and reuses no seq.
func TestLostEnd(t *testing.T) {
	t.Parallel()
	d, path := lived(t)
	d.Start(faultsFile)
	for _, order := range []string{"resume", "run", "pause", "resume", "pause"} {
		d.Run(nil, "job", order, "one")
	}
	if err := d.End(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	whole := world.ReadJournal(t, d.Run(nil, "journal", "export"))
	last := whole[len(whole)-1].Seq
	end := count(t, path, fmt.Sprintf("SELECT max(last) FROM journal WHERE last <= %d", last/2))
	cut := []string{fmt.Sprintf("DELETE FROM journal WHERE last > %d", end)}
	noSnapshot := []string{"DELETE FROM snapshot_head", "DELETE FROM snapshot_part"}
	for name, c := range map[string]struct {
		statements []string
		forget     bool // the file that says how far the journal has come
		want       string
	}{
		"what was appended": {slices.Concat(cut, noSnapshot, []string{"UPDATE reader_cursor SET seq = 1"}), false, "had reached record"},
		"a snapshot":        {slices.Concat(cut, []string{"UPDATE reader_cursor SET seq = 1"}), true, "there is a snapshot of record"},
		"the run history":   {slices.Concat(cut, noSnapshot), true, "the run history has record"},
	} {
		own := &world.Daemon{T: t, Bin: d.Bin, File: d.File}
		own.Data = filepath.Join(t.TempDir(), "data")
		if err := os.CopyFS(own.Data, os.DirFS(d.Data)); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(own.Data, 0o700); err != nil {
			t.Fatal(err)
		}
		db := filepath.Join(own.Data, filepath.Base(path))
		if c.forget {
			removeFile(t, db+"-last")
		}
		changeFile(t, db, c.statements...)
		rows := count(t, db, "SELECT count(*) FROM run") + count(t, db, "SELECT count(*) FROM snapshot_head")
		said := refuses(own, nil)
		for _, want := range []string{fmt.Sprintf("records %d to ", end+1), fmt.Sprintf("they are missing: the journal ends at record %d", end), c.want, " journal export`", " journal restore`", " start --accept-loss`"} {
			if !strings.Contains(said, want) {
				t.Errorf("%s: it does not say %q:\n%s", name, want, said)
			}
		}
		if now := count(t, db, "SELECT count(*) FROM run") + count(t, db, "SELECT count(*) FROM snapshot_head"); now != rows {
			t.Errorf("%s: the refusal leaves %d rows of %d", name, now, rows)
		}
		own.Args = []string{"--accept-loss"}
		own.Start(faultsFile)
		if log := own.Log.String(); !strings.Contains(log, "going on without lost records") || !strings.Contains(log, fmt.Sprintf("records %d to ", end+1)) {
			t.Errorf("%s: the log does not say what is lost:\n%s", name, log)
		}
		own.Run(nil, "job", "pause", "two")
		if err := own.End(syscall.SIGTERM); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		after := 0
		for _, r := range world.ReadJournal(t, own.Run(nil, "journal", "export")) {
			if r.Seq > uint64(end) && r.Seq <= last {
				t.Errorf("%s: seq %d was given out twice, for %s", name, r.Seq, r.Body.Name())
			}
			if r.Seq > last {
				after++
			}
		}
		if after == 0 {
			t.Errorf("%s: nothing was recorded after the loss", name)
		}
		own.Args = nil
		own.Start(faultsFile) // the loss is known by now
		if err := own.End(syscall.SIGTERM); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestNewerToken gives the token a generation that the journal has not reached.
func TestNewerToken(t *testing.T) {
	t.Parallel()
	d := world.NewDaemon(t)
	file := "sessions: {default: {backend: http://127.0.0.1:1}}\n" + faultsFile
	d.Start(file)
	d.Run([]byte("planted-token\n"), "session", "login", messages.DefaultSession)
	if err := d.End(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	tokens := filepath.Join(d.Data, "tokens.json")
	raw, err := os.ReadFile(tokens)
	if err != nil {
		t.Fatal(err)
	}
	newer := regexp.MustCompile(`"generation":1\b`).ReplaceAll(raw, []byte(`"generation":7`))
	if bytes.Equal(newer, raw) {
		t.Fatal("the file has no generation 1")
	}
	if err := os.WriteFile(tokens, newer, 0o600); err != nil {
		t.Fatal(err)
	}
	said := refuses(d, nil)
	if !strings.Contains(said, "the journal's newest generation of session default is 1, and the token's is 7") || !strings.Contains(said, "--accept-loss") || strings.Contains(said, "planted-token") {
		t.Errorf("it says %s", said)
	}
	if now, err := os.ReadFile(tokens); err != nil || !bytes.Equal(now, newer) {
		t.Errorf("the tokens were changed: %v", err)
	}
	// The token counts also if the note of the newest record is damaged, and still does at the next try.
	if err := os.WriteFile(filepath.Join(d.Data, "curfew.db-last"), []byte("00000000000000000009 01234567\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	const damaged = "the note of its newest record is damaged"
	for range 2 {
		if said := refuses(d, nil); !strings.Contains(said, "and the token's is 7") || !strings.Contains(said, damaged) {
			t.Errorf("with a damaged note it says %s", said)
		}
	}
	d.Args = []string{"--accept-loss"}
	d.Start(file)
	if err := d.End(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	d.Args = nil
	d.Start(file)
	if strings.Contains(d.Log.String(), damaged) {
		t.Errorf("the note was not made anew:\n%s", &d.Log)
	}
	if err := d.End(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
}

// seenFolder returns what is in a folder: names, modes and contents of files.
func seenFolder(t *testing.T, dir string) map[string]string {
	t.Helper()
	seen := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		what := info.Mode().String() + " " + info.ModTime().String() + " " + strconv.FormatInt(info.Size(), 10)
		if info.Mode().IsRegular() {
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			what += string(text)
		}
		seen[path] = what
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return seen
}

// TestLookingChangesNothing runs the commands that read the folder of a killed and of a stopped daemon. They write
// nothing to it, even if the journal is damaged.
func TestLookingChangesNothing(t *testing.T) {
	t.Parallel()
	for _, sig := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM} {
		d := world.NewDaemon(t)
		d.Start(faultsFile)
		for _, order := range []string{"pause", "resume", "run", "pause"} {
			d.Run(nil, "job", order, "one")
		}
		_ = d.End(sig)
		wal := filepath.Join(d.Data, "curfew.db-wal")
		if info, err := os.Stat(wal); sig == syscall.SIGKILL && (err != nil || info.Size() == 0) {
			t.Fatalf("the killed daemon has left no write-ahead log: %v", err)
		}
		look := func(when string, damaged bool) {
			t.Helper()
			before := seenFolder(t, d.Data)
			for _, args := range [][]string{{"journal", "export"}, {"explain", "one"}, {"journal", "backup", filepath.Join(t.TempDir(), "copy")}} {
				out, err := exec.Command(d.Bin, append(args, "--data", d.Data)...).CombinedOutput()
				if (err != nil) != damaged || args[1] == "export" && !bytes.Contains(out, []byte("runtime.configured.v1")) {
					t.Errorf("%s, %s: %v: %v\n%s", sig, when, args, err, out)
				}
				if damaged && !bytes.Contains(out, []byte("frame ")) {
					t.Errorf("%s, %s: %v does not say what is wrong: %s", sig, when, args, out)
				}
			}
			after := seenFolder(t, d.Data)
			if !maps.Equal(before, after) {
				t.Errorf("%s, %s: the folder has %v; it had %v", sig, when, slices.Sorted(maps.Keys(after)), slices.Sorted(maps.Keys(before)))
			}
		}
		look("as it is", false)
		if sig == syscall.SIGTERM {
			continue
		}
		raw, err := os.ReadFile(wal)
		if err != nil {
			t.Fatal(err)
		}
		raw[len(raw)*3/4] ^= 8
		if err := os.WriteFile(wal, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		look("damaged", true)
		before := seenFolder(t, d.Data)[wal]
		said := refuses(d, nil)
		for _, want := range []string{"frame ", "records ", " journal export`", " start --accept-loss`"} {
			if !strings.Contains(said, want) {
				t.Errorf("it does not say %q:\n%s", want, said)
			}
		}
		if seenFolder(t, d.Data)[wal] != before {
			t.Error("the refusal has changed the write-ahead log")
		}
	}
}

// TestJournalGone removes or replaces the journal, or its folder, under a runtime. It stops within half a minute and
// says why.
func TestJournalGone(t *testing.T) {
	for want, away := range map[string]func(data string) error{
		"the journal's file … curfew.db is gone, and": func(data string) error { return os.Remove(filepath.Join(data, "curfew.db")) },
		"the data folder … is gone, and":              func(data string) error { return os.Rename(data, data+"-moved") },
		"the journal's file … curfew.db was replaced by another": func(data string) error {
			path := filepath.Join(data, "curfew.db")
			raw, err := os.ReadFile(path)
			if err == nil {
				err = os.WriteFile(path+"-new", raw, 0o600)
			}
			return errors.Join(err, os.Rename(path+"-new", path))
		},
		"the data folder … was replaced by another": func(data string) error {
			return errors.Join(os.Rename(data, data+"-moved"), os.Mkdir(data, 0o700))
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := world.NewVirtual(t)
			s.Act = func(context.Context, actors.Attempt) error { return nil }
			s.Start(virtualFaults)
			if err := away(s.Data); err != nil {
				t.Fatal(err)
			}
			const soon = 30 * time.Second
			ctx, cancel := context.WithTimeout(t.Context(), soon)
			defer cancel()
			err := s.Runtime.Wait(ctx)
			for _, part := range strings.Split(want, "… ") {
				if err == nil || !strings.Contains(err.Error(), part) {
					t.Errorf("the runtime: %v; want %q", err, want)
				}
			}
			_ = s.Runtime.Stop(t.Context()) // it may complain
			s.Settle()
		})
	}
}

// TestUnsafeFolder lets others write to the data folder, and removes the lock of a running daemon.
func TestUnsafeFolder(t *testing.T) {
	t.Parallel()
	d, _ := lived(t)
	if err := os.Chmod(d.Data, 0o777); err != nil {
		t.Fatal(err)
	}
	if said := refuses(d, nil); !strings.Contains(said, "other users may write to the data folder") || !strings.Contains(said, "chmod go-w") {
		t.Errorf("it says %s", said)
	}
	if err := os.Chmod(d.Data, 0o700); err != nil {
		t.Fatal(err)
	}
	d.Start(faultsFile)
	removeFile(t, filepath.Join(d.Data, "daemon.lock"))
	pid := strconv.Itoa(d.Process.Process.Pid)
	if said := refuses(d, nil); !strings.Contains(said, "the process with pid "+pid+" uses the data folder") {
		t.Errorf("with the lock's file removed a second daemon says %s", said)
	}
	if err := d.End(syscall.SIGTERM); err != nil {
		t.Errorf("the first daemon: %v", err)
	}
}
