//go:build unix

package users

import (
	"errors"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestLookUp(t *testing.T) {
	const file = "# a comment\nroot:x:0:0:root:/root:/bin/bash\nbroken:x:1000\nme:x:1000:1000:Me,,,:/home/me:\nother:x:1000:1000::/:/bin/sh\n:x:7:7::/:\n"
	for uid, want := range map[string]Account{
		"0": {Name: "root", Home: "/root", Shell: "/bin/bash"}, "1000": {Name: "me", Home: "/home/me"}, "7": {}, "4": {},
	} {
		if got := lookUp(strings.NewReader(file), uid); got.Name != want.Name || got.Home != want.Home || got.Shell != want.Shell {
			t.Errorf("%s: got %+v, want %+v", uid, got, want)
		}
	}
	if got := (Account{Name: "me"}).Variables(); !slices.Equal(got, [][2]string{{"USER", "me"}, {"LOGNAME", "me"}, {"SHELL", "/bin/sh"}}) {
		t.Errorf("without a home: %v", got)
	}
}

// TestFind compares with what id says.
func TestFind(t *testing.T) {
	id := func(args ...string) string {
		out, err := exec.Command("id", args...).Output()
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(out))
	}
	me := id("-un")
	if Own() != me {
		t.Errorf("this process runs as %q, want %q", Own(), me)
	}
	for _, name := range []string{me, "nobody"} {
		a, err := Find(name)
		if err != nil {
			t.Fatal(err)
		}
		groups := make([]string, len(a.Groups))
		for i, g := range a.Groups {
			groups[i] = strconv.FormatUint(uint64(g), 10)
		}
		want := strings.Fields(id("-G", name))
		slices.Sort(groups)
		slices.Sort(want)
		if a.Name != name || strconv.FormatUint(uint64(a.UID), 10) != id("-u", name) ||
			strconv.FormatUint(uint64(a.GID), 10) != id("-g", name) || !slices.Equal(groups, want) {
			t.Errorf("%s: %+v, want the groups %v", name, a, want)
		}
		err = a.Allowed()
		if may := name == me || os.Geteuid() == 0; (err == nil) != may || err != nil && !errors.Is(err, ErrDenied) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Find("no-such-user"); !errors.Is(err, ErrUnknown) {
		t.Errorf("got %v", err)
	}
}

// TestLookup: a variable of the account that the environment lacks is of the password file, any other is not there.
func TestLookup(t *testing.T) {
	t.Setenv("HOME", "/elsewhere")
	if got, ok := Lookup("HOME"); got != "/elsewhere" || !ok {
		t.Errorf("set: %q, %t", got, ok)
	}
	t.Setenv("HOME", "")
	if got, ok := Lookup("HOME"); got != Me().Home || got == "" || !ok {
		t.Errorf("empty: %q, %t, want that of %+v", got, ok, Me())
	}
	if got, ok := Lookup("NO_SUCH_VARIABLE"); got != "" || ok {
		t.Errorf("unknown: %q, %t", got, ok)
	}
}
