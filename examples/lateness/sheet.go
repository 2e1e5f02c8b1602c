package main

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"io/fs"
	"os"
	"strconv"

	"curfew/messages"
)

// sheet is a CSV file with a line for each first attempt at a slot. One goroutine at a time uses it.
type sheet struct {
	path string
	last uint64 // the newest record that the file has
	seen bool   // the file was looked at
}

// read adds records to the file. They may come a second time: after an error, or after a crash that came between the file
// and the reader's cursor. The file itself tells how far it is.
func (s *sheet) read(_ context.Context, batch []messages.Record) error {
	if !s.seen {
		last, err := newest(s.path)
		if err != nil {
			return err
		}
		s.last, s.seen = last, true
	}
	var lines [][]string
	for _, rec := range batch {
		b, ok := rec.Body.(messages.AttemptStarted)
		if !ok || b.Attempt > 1 || b.Slot.IsZero() || rec.Seq <= s.last { // by hand there is no slot
			continue
		}
		late := rec.At.Sub(b.Slot).Milliseconds()
		lines = append(lines, []string{strconv.FormatUint(rec.Seq, 10), b.Job, b.Slot.String(), strconv.FormatInt(late, 10)})
	}
	if len(lines) == 0 {
		return nil
	}
	s.seen = false // should the write fail in the middle, the file is looked at again
	if err := add(s.path, lines); err != nil {
		return err
	}
	s.last, s.seen = batch[len(batch)-1].Seq, true
	return nil
}

// add appends lines, which are on the disk then.
func add(path string, lines [][]string) (err error) {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := csv.NewWriter(f).WriteAll(lines); err != nil {
		return err
	}
	return f.Sync()
}

// newest is the record of the file's last line; 0: there is none.
func newest(path string) (seq uint64, err error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer func() { _ = f.Close() }()
	for r := csv.NewReader(f); ; {
		line, err := r.Read()
		if errors.Is(err, io.EOF) {
			return seq, nil
		}
		if err != nil {
			return 0, err
		}
		if seq, err = strconv.ParseUint(line[0], 10, 64); err != nil {
			return 0, err
		}
	}
}
