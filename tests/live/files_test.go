package live

import (
	"os"
	"path/filepath"

	"curfew/tests/internal/world"
)

// write, read and remove work on files in the folder of the job file.
func (s *site) write(name, text string) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.data, name), []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) read(name string) string {
	s.t.Helper()
	return world.Contents(s.t, filepath.Join(s.data, name))
}

func (s *site) remove(name string) {
	s.t.Helper()
	if err := os.Remove(filepath.Join(s.data, name)); err != nil {
		s.t.Fatal(err)
	}
}
