package importer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// A jsonItem is one job of a store in JSON, and the line where it begins.
type jsonItem struct {
	key  string // of a store that has its jobs by their ids; empty: it is a list
	raw  json.RawMessage
	line int
}

// jsonJobs finds the jobs of a store: a list, or what the member jobs of an object has, as a list or by id; else the
// object itself is one.
func jsonJobs(data []byte) (items []jsonItem, err error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	d := json.NewDecoder(bytes.NewReader(data))
	open, err := d.Token()
	switch {
	case err != nil:
		return nil, err
	case open == json.Delim('['):
		return jsonItems(data, d, false)
	case open != json.Delim('{'):
		return nil, errors.New("it is not a list of jobs")
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		if key == "jobs" {
			open, err := d.Token()
			if err != nil {
				return nil, err
			}
			if open != json.Delim('[') && open != json.Delim('{') {
				return nil, errors.New("its jobs are not a list")
			}
			return jsonItems(data, d, open == json.Delim('{'))
		}
		var skipped json.RawMessage
		if err := d.Decode(&skipped); err != nil {
			return nil, err
		}
	}
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	return []jsonItem{{raw: data, line: 1}}, nil
}

// jsonItems reads the members of a list, or of an object.
func jsonItems(data []byte, d *json.Decoder, keyed bool) (items []jsonItem, err error) {
	for d.More() {
		item := jsonItem{}
		if keyed {
			key, err := d.Token()
			if err != nil {
				return nil, err
			}
			item.key = fmt.Sprint(key)
		}
		if err := d.Decode(&item.raw); err != nil {
			return nil, err
		}
		item.line = 1 + bytes.Count(data[:d.InputOffset()-int64(len(item.raw))], []byte("\n"))
		items = append(items, item)
	}
	_, err = d.Token()
	return items, err
}

// jsonSource reads the jobs of a store; nothing, if it cannot be read, which an entry then says.
func (b *batch) jsonSource(s Source) []jsonItem {
	items, err := jsonJobs(s.Data)
	if err != nil {
		b.add(s, 0, base(s.Name)).refuse("it cannot be read here: %v", err)
	}
	return items
}
