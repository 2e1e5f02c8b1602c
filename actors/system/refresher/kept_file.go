package refresher

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"curfew/bus/regular"
)

// Kept is a place where another program keeps a token.
type Kept interface {
	// Read returns the token that is there now. The error names the place.
	Read() (string, error)
	// String names the place, for people.
	String() string
}

// File is a file that holds a token, such as a mounted secret.
type File struct {
	Path string
	Key  string // of the job file that names it, for people
}

// Read reads the file. A pipe in its place is refused.
func (f File) Read() (string, error) {
	file, err := regular.Open(f.Path)
	if err != nil {
		return "", fmt.Errorf("%s: %w", f.Key, err)
	}
	defer file.Close()
	b, err := io.ReadAll(io.LimitReader(file, maxToken+1))
	if err != nil {
		return "", fmt.Errorf("%s: %w", f.Key, err)
	}
	if len(b) > maxToken {
		return "", fmt.Errorf("%s: %s is longer than %d bytes", f.Key, f.Path, maxToken)
	}
	return strings.TrimSpace(string(b)), nil
}

// String names the key.
func (f File) String() string { return f.Key }

// Env is a variable of the daemon's environment that holds a token. It cannot change while the daemon runs.
type Env string

// Read reads the variable.
func (e Env) Read() (string, error) {
	v := strings.TrimSpace(os.Getenv(string(e)))
	if v == "" {
		return "", fmt.Errorf("token_env: the variable %s is not set in the daemon's environment", string(e))
	}
	return v, nil
}

// String names the kind of place.
func (e Env) String() string { return "token_env" }

// Systemd is a credential that systemd hands to the service (LoadCredential=, systemd.exec(5)).
type Systemd string

// Read reads the credential.
func (s Systemd) Read() (string, error) {
	dir := os.Getenv("CREDENTIALS_DIRECTORY")
	if dir == "" {
		return "", fmt.Errorf("token_credential: CREDENTIALS_DIRECTORY is not set; give the service LoadCredential=%s:PATH", string(s))
	}
	return File{Path: filepath.Join(dir, string(s)), Key: s.String()}.Read()
}

// String names the kind of place.
func (s Systemd) String() string { return "token_credential" }
