// Package durable writes and removes small files so that the change survives a loss of power.
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
	return Sync(dir)
}

// Remove takes the file away, if it is there, and returns when that is durable.
func Remove(path string) error {
	switch err := os.Remove(path); {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return err
	default:
		return Sync(filepath.Dir(path))
	}
}

// Rename gives a file that is whole another name in its folder, and returns when content and name are durable.
func Rename(from, to string) error {
	if err := Sync(from); err != nil {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return Sync(filepath.Dir(to))
}

// Sync makes a file's content durable, or the names that a folder holds.
func Sync(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
