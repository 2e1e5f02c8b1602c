package config_test

import (
	"path/filepath"
	"testing"

	"curfew/actors"
	"curfew/internal/config"
)

// The blocks of two actor types of somebody else. Both have a member dir; one says that its jobs work there.
type (
	worksSpec struct {
		Dir    string `json:"dir"`
		Idle   bool   `json:"idle"`
		Repeat int    `json:"repeat"`
	}
	readsSpec struct {
		Dir string `json:"dir"`
	}
)

func (worksSpec) Kind() string    { return "works" }
func (worksSpec) Validate() error { return nil }
func (s worksSpec) UsesDir() bool { return !s.Idle }
func (readsSpec) Kind() string    { return "reads" }
func (readsSpec) Validate() error { return nil }

// TestDir pins that the folder of a job file goes to every actor type that asks for it, whatever its name is, and to no
// other.
func TestDir(t *testing.T) {
	var kinds actors.Registry
	actors.Register(&kinds, func(actors.Env) actors.Actor[worksSpec] { return idle[worksSpec]{} })
	actors.Register(&kinds, func(actors.Env) actors.Actor[readsSpec] { return idle[readsSpec]{} })
	folder := t.TempDir()
	for _, tt := range []struct{ actor, with, want string }{
		{"works", "{}", `{"dir":"` + folder + `"}`},
		{"works", "{dir: feeds/new}", `{"dir":"` + filepath.Join(folder, "feeds/new") + `"}`},
		{"works", "{dir: /srv/../tmp}", `{"dir":"/tmp"}`},
		{"works", "{repeat: 2}", `{"dir":"` + folder + `","repeat":2}`},
		{"works", "{idle: true}", `{"idle":true}`},
		{"reads", "{}", `{}`},
		{"reads", "{dir: feeds}", `{"dir":"feeds"}`},
	} {
		file := "jobs: [{name: j, actor: " + tt.actor + ", schedule: '@daily', timezone: UTC, with: " + tt.with + "}]"
		cfg, err := config.Parse("jobs.yaml", []byte(file), folder, &kinds)
		if err != nil {
			t.Errorf("%s %s: %v", tt.actor, tt.with, err)
			continue
		}
		if got := string(cfg.Jobs[0].With); got != tt.want {
			t.Errorf("%s %s: got %s, want %s", tt.actor, tt.with, got, tt.want)
		}
	}
}
