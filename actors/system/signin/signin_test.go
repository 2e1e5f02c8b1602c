package signin_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"curfew/messages"
)

const content = `{"token": "first"}`

// noticed are the sign-ins by a file.
func noticed(n int) []string { return slices.Repeat([]string{messages.ByFile}, n) }

// TestFile pins what counts as a sign-in: content that is another one than at the close, and stays the same for a
// moment, however the file came to it.
func TestFile(t *testing.T) {
	for _, tt := range []struct {
		name   string
		before func(d *desk, path string)
		after  func(d *desk, path string)
		want   int
	}{
		{"written", write(content), write("second"), 1},
		{"the same content, written again", write(content), write(content), 0},
		{"it was not there", nil, write(content), 1},
		{"nor its folder", remove, func(d *desk, path string) { d.must(os.Mkdir(filepath.Dir(path), 0o700)); write(content)(d, path) }, 1},
		{"it goes away", write(content), remove, 0},
		{"emptied", write(content), write(" \n"), 0},
		{"replaced by a rename", write(content), func(d *desk, path string) {
			write("second")(d, path+".new")
			d.must(os.Chtimes(path+".new", time.Unix(0, 0), time.Unix(0, 0)))
			d.must(os.Rename(path+".new", path))
		}, 1},
		{"a link to another file", write(content), func(d *desk, path string) {
			write("second")(d, path+".new")
			d.must(os.Remove(path))
			d.must(os.Symlink(path+".new", path))
		}, 1},
		{"a link to nothing", write(content), func(d *desk, path string) {
			d.must(os.Remove(path))
			d.must(os.Symlink(path+".new", path))
		}, 0},
		{"back to what it was", write(content), func(d *desk, path string) {
			write("second")(d, path)
			d.wait(time.Second)
			write(content)(d, path)
		}, 0},
		{"it changes all the time", write(content), func(d *desk, path string) {
			for i := range 20 {
				write(strings.Repeat("x", i+1))(d, path)
				d.wait(time.Second)
			}
			write(content)(d, path)
		}, 0},
		{"a folder", write(content), func(d *desk, path string) {
			d.must(os.Remove(path))
			d.must(os.Mkdir(path, 0o700))
		}, 0},
		{"too long", write(content), write(strings.Repeat("x", 2<<20)), 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDesk(t)
				if tt.before != nil {
					tt.before(d, d.path)
				}
				d.start(d.file(time.Second))
				d.close(1)
				tt.after(d, d.path)
				d.wait(5 * time.Second)
				d.want(noticed(tt.want))
				d.wait(time.Minute)
				d.want(noticed(tt.want)) // and not again: it is probing
			})
		})
	}
}

// TestOwnAttempt: what a CLI writes while its attempt fails is no sign-in, neither at the first close nor at the one
// after the canary; and a sign-in that was refused is not used again, though another one came between.
func TestOwnAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		write(content)(d, d.path)
		d.start(d.file(time.Minute))
		write("emptied")(d, d.path)
		d.close(1)
		d.wait(time.Hour)
		d.want(nil)
		write("second")(d, d.path)
		d.wait(2 * time.Minute)
		d.want(noticed(1))
		write("emptied again")(d, d.path)
		d.close(2)
		d.wait(time.Hour)
		d.want(noticed(1))
		write("second")(d, d.path)
		d.wait(time.Hour)
		d.want(noticed(1))
		write("third")(d, d.path)
		d.wait(time.Hour)
		d.want(noticed(2))
		d.open(3)
		write("emptied")(d, d.path)
		d.wait(time.Hour) // nobody looks while it is open
		write("fourth")(d, d.path)
		d.close(3)
		d.wait(time.Hour)
		d.want(noticed(2))
		write("second")(d, d.path) // another outage
		d.wait(time.Hour)
		d.want(noticed(3))
	})
}

// TestRestart: a sign-in while no daemon ran is noticed, and what was refused before stays refused.
func TestRestart(t *testing.T) {
	for _, tt := range []struct {
		name string
		lost bool          // the file with what was seen
		age  time.Duration // of the new content when the daemon starts
		text string
		want int
	}{
		{"another content", false, 30 * time.Minute, "second", 1},
		{"another content, older than the close", false, 5 * time.Hour, "second", 1},
		{"the same", false, 0, content, 0},
		{"written after the close", true, 30 * time.Minute, "second", 1},
		{"written before the close", true, 5 * time.Hour, "second", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDesk(t)
				write(content)(d, d.path)
				d.start(d.file(time.Second))
				d.close(1)
				d.reader.Stop()
				d.wait(time.Hour)
				write(tt.text)(d, d.path)
				at := time.Now().Add(-tt.age)
				d.must(os.Chtimes(d.path, at, at))
				if tt.lost {
					d.must(os.Remove(d.memory))
				}
				d.start(d.file(time.Second))
				d.wait(time.Minute)
				d.want(noticed(tt.want))
			})
		})
	}
}

// TestBackoff: sign-ins of one outage come at growing distances, and none after the machine has had enough.
func TestBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.start(d.file(time.Second))
		d.close(1)
		d.refuse = true
		for i := range 300 {
			write(strings.Repeat("x", i+1))(d, d.path)
			d.wait(4 * time.Second)
		}
		var gaps []time.Duration
		for i := range d.at[1:] {
			gaps = append(gaps, d.at[i+1].Sub(d.at[i]).Truncate(10*time.Second))
		}
		if want := []time.Duration{10e9, 20e9, 40e9, 80e9, 160e9, 320e9}; !slices.Equal(gaps, want) {
			t.Errorf("the distances are %v, want %v", gaps, want)
		}
		n := len(d.signed)
		d.set(func() { d.state.RefreshSpent = true })
		write("enough")(d, d.path)
		d.wait(time.Hour)
		if len(d.signed) != n {
			t.Errorf("%d sign-ins after only a person may open", len(d.signed)-n)
		}
		if got := d.reader.Trouble("claude"); !strings.Contains(got, "`curfew session login claude`") {
			t.Errorf("the trouble is %q", got)
		}
	})
}

// TestNobodyAsks: a gate that is open, closed for a quota or by a person who signed out is not looked after.
func TestNobodyAsks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.answer = true
		d.start(d.file(time.Second), d.question(time.Second))
		look := func(what string) {
			write(what)(d, d.path)
			d.wait(time.Hour)
			if len(d.signed) > 0 || d.asked > 0 {
				t.Errorf("%s: %v, asked %d times", what, d.signed, d.asked)
			}
		}
		look("open")
		d.set(func() { d.state.State, d.state.Reason = messages.StateClosed, messages.ReasonQuota })
		look("quota")
		d.set(func() { d.state.Reason = messages.ReasonSignedOut })
		look("signed out")
		d.set(func() { d.state.State = messages.StateProbing })
		look("probing")
	})
}

// TestQuestion: yes is used once, until the answer has been no; the question is asked one at a time, not beside an
// attempt, and no more often than it says.
func TestQuestion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.start(d.question(time.Minute))
		d.close(1)
		d.wait(10*time.Minute + time.Second)
		if d.asked != 11 {
			t.Errorf("asked %d times in ten minutes, want 11", d.asked)
		}
		d.set(func() { d.answer = true })
		d.wait(time.Minute)
		d.want([]string{messages.ByCommand})
		d.close(2)
		d.wait(time.Hour)
		d.want([]string{messages.ByCommand})
		d.set(func() { d.answer = false })
		d.wait(time.Minute)
		d.set(func() { d.answer, d.busy, d.asked = true, true, 0 })
		d.wait(time.Hour)
		if d.asked != 0 {
			t.Errorf("asked %d times beside an attempt", d.asked)
		}
		d.set(func() { d.busy = false })
		d.wait(time.Minute)
		d.want([]string{messages.ByCommand, messages.ByCommand})
		d.set(func() { d.answer, d.err = false, errors.New("exit status 127: no such command") })
		d.close(3)
		d.wait(time.Hour)
		if got, want := d.reader.Trouble("claude"), "signed_in_when.command: exit status 127: no such command"; got != want {
			t.Errorf("the trouble is %q, want %q", got, want)
		}
		if d.warned() != 1 {
			t.Errorf("the log says so %d times, want once", d.warned())
		}
		d.set(func() { d.err = nil })
		d.wait(time.Hour)
		if got := d.reader.Trouble("claude"); got != "" {
			t.Errorf("the trouble is still %q", got)
		}
	})
}

// TestTrouble: a file that cannot be read is said once, in the log and by Trouble, and is a sign-in once it can be read.
func TestTrouble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.must(os.Mkdir(d.path, 0o700))
		d.start(d.file(time.Second))
		d.close(1)
		d.wait(time.Hour)
		if got := d.reader.Trouble("claude"); got != "signed_in_when.file: "+d.path+" is a folder, not a file" {
			t.Errorf("the trouble is %q", got)
		}
		if d.warned() != 1 {
			t.Errorf("the log says so %d times, want once", d.warned())
		}
		d.must(os.Remove(d.path))
		write(content)(d, d.path)
		d.wait(5 * time.Second)
		d.want(noticed(1))
		if got := d.reader.Trouble("claude"); got != "" {
			t.Errorf("the trouble is still %q", got)
		}
		if got := d.reader.Watched("claude"); !slices.Equal(got, []string{d.path}) {
			t.Errorf("watched are %v", got)
		}
	})
}

// TestMemory: no content of a file is kept, and a memory that cannot be read is begun anew.
func TestMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.must(os.WriteFile(d.memory, []byte("{"), 0o600))
		write("planted-secret")(d, d.path)
		d.start(d.file(time.Second))
		d.close(1)
		raw, err := os.ReadFile(d.memory)
		d.must(err)
		info, err := os.Stat(d.memory)
		d.must(err)
		if strings.Contains(string(raw), "planted") || !strings.Contains(string(raw), `"generation":1`) || info.Mode().Perm() != 0o600 {
			t.Errorf("%s holds, with mode %s: %s", d.memory, info.Mode(), raw)
		}
		if d.warned() != 1 {
			t.Errorf("the log says %d times that it cannot be read", d.warned())
		}
	})
}
