package gate

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"curfew/actors/env/secrets"
)

// A token that is of another journal than the log's is out of use, and stays in the file and among the secrets. One of
// which that cannot be said is used, unless it is newer than the log.
func TestSetAside(t *testing.T) {
	here, there, removed := Restoration{5, "here"}, Restoration{5, "there"}, Restoration{1, "here"}
	has := func(r Restoration) (is, known bool, err error) { return r == here, r.Seq > 2, nil }
	for name, c := range map[string]struct {
		generation, log uint64
		by              Restoration
		aside           bool
	}{
		"its own":              {3, 3, here, false},
		"older":                {2, 3, here, false},
		"newer":                {7, 3, Restoration{}, true},
		"newer, said to be in": {7, 3, here, true},
		"another sign-in":      {3, 3, there, true},
		"removed meanwhile":    {3, 3, removed, false},
		"of an older build":    {3, 3, Restoration{}, false},
		"of before the fleet":  {7, 0, there, false},
	} {
		path, known := t.TempDir()+"/tokens.json", &secrets.Set{}
		s, err := OpenStore(path, known)
		if err == nil {
			err = s.take("default", credential{token: NewToken("sesame-sesame"), generation: c.generation, by: c.by})
		}
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.SetAside(map[string]uint64{"default": c.log, "other": 9}, has)
		if aside := slices.Equal(got, []string{"default"}); err != nil || aside != c.aside || s.Has("default") == c.aside {
			t.Errorf("%s: %v was set aside (%v), and is used: %t", name, got, err, s.Has("default"))
		}
		known = &secrets.Set{}
		if s, err = OpenStore(path, known); err != nil || s.Has("default") == c.aside || known.Redact("sesame-sesame") != secrets.Redacted {
			t.Errorf("%s: after a restart (%v) it is used: %t, and a secret: %s", name, err, s.Has("default"), known.Redact("sesame-sesame"))
		}
		if _, kept := s.aside["default"]; kept != c.aside {
			t.Errorf("%s: it is in the file: %t", name, kept)
		}
		if err := s.forget("default", nil); err != nil || len(s.aside) > 0 {
			t.Errorf("%s: after a sign-out it is in the file: %v", name, err)
		}
	}
}

// Nothing is decided about tokens while the journal cannot be read.
func TestSetAsideFails(t *testing.T) {
	s, err := OpenStore(t.TempDir()+"/tokens.json", nil)
	if err == nil {
		err = s.take("default", credential{generation: 3, by: Restoration{5, "here"}})
	}
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("no answer")
	got, err := s.SetAside(map[string]uint64{"default": 3}, func(Restoration) (is, known bool, err error) { return false, false, broken })
	if !errors.Is(err, broken) || len(got) > 0 || !s.Has("default") {
		t.Errorf("%v was set aside: %v", got, err)
	}
}

// Each token that is set aside stays, in its order, also over restarts, until there are too many: then the oldest goes. One
// that comes again is there once.
func TestSetAsideAgain(t *testing.T) {
	path := t.TempDir() + "/tokens.json"
	var want []string
	for i := range maxAside + 3 {
		s, err := OpenStore(path, &secrets.Set{})
		for _, token := range []string{fmt.Sprint("sesame-", i), fmt.Sprint("sesame-", max(0, i-1))} {
			err = errors.Join(err, s.take("default", credential{token: NewToken(token), generation: 7}))
			got, errAside := s.SetAside(map[string]uint64{"default": 3}, nil)
			if err := errors.Join(err, errAside); err != nil || len(got) != 1 {
				t.Fatalf("%v was set aside: %v", got, err)
			}
		}
		want = append(want, fmt.Sprint("sesame-", i))
	}
	known := &secrets.Set{}
	s, err := OpenStore(path, known)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range s.aside["default"] {
		got = append(got, c.token.reveal())
	}
	if want = want[3:]; !slices.Equal(got, want) {
		t.Errorf("set aside are %q, want %q", got, want)
	}
	if known.Redact(want[0]) != secrets.Redacted {
		t.Error("the oldest of them is no secret")
	}
	if err := s.forget("default", nil); err != nil {
		t.Fatal(err)
	}
	if s, err = OpenStore(path, known); err != nil || len(s.aside) > 0 {
		t.Errorf("after a sign-out %d are left: %v", len(s.aside["default"]), err)
	}
}
