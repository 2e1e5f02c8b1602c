// Package durable writes small files that must survive a loss of power.
package durable

import (
	"errors"
	"os"
	"path/filepath"
)

// Replace puts raw in the place of the file, readable by its owner only, and returns when that is durable. A crash
// leaves the old file or the new one, never a part of one.
func Replace(path string, raw []byte) (err error) {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, err = f.Write(raw)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return err
	}
	return sync(dir)
}

// Remove takes the file away, if it is there, and returns when that is durable.
func Remove(path string) error {
	switch err := os.Remove(path); {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return err
	default:
		return sync(filepath.Dir(path))
	}
}

func sync(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
