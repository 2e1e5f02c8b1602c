package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// measuredFile keeps what was measured last of each load, so that a run of some loads leaves the tables of the others as
// they are.
const measuredFile = "measured.json"

// measurement is what was measured of a load, where and when.
type measurement struct {
	Date    string  `json:"date"`
	Commit  string  `json:"commit"`
	Beside  string  `json:"beside"` // the commit of the old build
	Machine string  `json:"machine"`
	Size    int     `json:"size"`
	Values  results `json:"values"`
}

// here is a measurement of this build on this machine.
func here(size int, values results) measurement {
	return measurement{
		Date: time.Now().UTC().Format("2 January 2006"), Commit: said("git", "rev-parse", "--short", "HEAD"), Beside: *old,
		Machine: fmt.Sprintf("%d cores%s, %s, %s/%s", runtime.NumCPU(), processor(), runtime.Version(), runtime.GOOS, runtime.GOARCH),
		Size:    size, Values: values,
	}
}

// remembered are the measurements of the file, by load. A file that is not there has none.
func remembered(file string) (map[string]measurement, error) {
	all := map[string]measurement{}
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return all, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return all, nil
}

// remember writes the measurements.
func remember(file string, all map[string]measurement) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "\t")
	if err := e.Encode(all); err != nil {
		return err
	}
	return os.WriteFile(file, b.Bytes(), 0o644) //nolint:gosec // a file of the repository
}

// processor is the name of the processor, where the system tells it.
func processor() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return " (" + strings.TrimSpace(value) + ")"
		}
	}
	return ""
}

func said(name string, args ...string) string {
	out, err := exec.Command(name, args...).Output()
	if err != nil {
		return "?"
	}
	return strings.TrimSpace(string(out))
}
