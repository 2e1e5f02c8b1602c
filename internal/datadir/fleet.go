package datadir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"curfew/bus/durable"
)

// A data folder that a node of a fleet has used has a file with the name of its fleet. It belongs to nobody else: a daemon
// on its own would begin with an empty journal there, and run every job a second time; and in another fleet its run history
// would be of records that do not exist.

// Fleet is the name of the fleet whose node has used the data folder; empty: none has. A mark that does not say which is
// an error: the folder is a node's all the same.
func Fleet(data string) (name string, err error) {
	path := filepath.Join(data, Realm)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("of which fleet the data folder is a node's could not be read: %w", err)
	}
	name, whole := strings.CutSuffix(string(text), "\n")
	if words := strings.Fields(name); !whole || len(words) != 1 || words[0] != name {
		return "", fmt.Errorf("the data folder %s is that of a node of a fleet, and its file %s, which should say of which, is empty or "+
			"damaged. Write the name of the fleet into it, as --realm has it, in a line: echo NAME > %s. Remove the file only if no "+
			"node has ever used this folder", data, Realm, quote(path))
	}
	return name, nil
}

// Elsewhere is the name of the fleet whose servers have the journal of the data folder; empty: the journal is in the
// folder, as it was never a node's or the fleet's journal was brought there, or there is none.
func Elsewhere(data string) (name string, err error) {
	if HasJournal(data) {
		return "", nil
	}
	return Fleet(data)
}

// HasJournal reports whether the data folder has a journal of its own.
func HasJournal(data string) bool {
	_, err := os.Stat(filepath.Join(data, Journal))
	return err == nil
}

// SetFleet marks the data folder as that of a node of the fleet.
func SetFleet(data, name string) error {
	if was, err := Fleet(data); err == nil && was == name {
		return nil
	}
	if err := durable.Replace(filepath.Join(data, Realm), []byte(name+"\n")); err != nil {
		return fmt.Errorf("the data folder could not be marked as that of a node of the fleet %q: %w", name, err)
	}
	return nil
}
