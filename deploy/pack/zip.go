package main

import (
	"archive/zip"
	"compress/flate"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// zipped packs a folder, with its name, for people who have no tar. The time of its files is SOURCE_DATE_EPOCH.
func zipped(args []string) error {
	seconds, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64)
	if err != nil {
		return err
	}
	f, err := os.Create(args[0])
	if err != nil {
		return err
	}
	defer f.Close()
	out := zip.NewWriter(f)
	out.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestCompression)
	})
	above, folder := filepath.Split(filepath.Clean(args[1]))
	files := os.DirFS(filepath.Clean(above))
	err = fs.WalkDir(files, folder, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(files, path)
		if err != nil {
			return err
		}
		w, err := out.CreateHeader(&zip.FileHeader{Name: path, Method: zip.Deflate, Modified: time.Unix(seconds, 0).UTC()})
		if err == nil {
			_, err = w.Write(raw)
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	return f.Close()
}
