package engine

import (
	"fmt"

	"curfew/actors/system/follow"
	"curfew/actors/system/readers"
	"curfew/bus"
	"curfew/messages"
)

// readersTopic begins the topics under which the cursors of added readers are kept in the journal. No subscriber has one.
const readersTopic = "curfew.reader"

// readersTopic is that of this runtime: a node of a fleet shares the journal with others, and has cursors of its own.
func (r *Runtime) readersTopic() messages.Topic { return readersOf(r.o.Node) }

// startReaders starts the readers that the build adds.
func (r *Runtime) startReaders() {
	if len(r.o.Readers) == 0 {
		return
	}
	r.readers = readers.Start(readers.Config{
		Readers: r.o.Readers,
		Open: func(one readers.Reader, after uint64) follow.Open {
			return r.reader("reader "+one.Name, after, one.Topics...)
		},
		First: r.o.Journal.First, Logger: r.o.Logger,
		Cursor: func(name string) (uint64, error) {
			all, err := r.o.Journal.Cursors()
			for _, c := range all {
				if c.Name == name && c.Topic == r.readersTopic() {
					return c.Seq, nil
				}
			}
			return 0, err
		},
		Keep: func(name string, seq uint64) error {
			if err := r.o.Journal.SaveCursor(bus.Cursor{Name: name, Topic: r.readersTopic(), Seq: seq}); err != nil {
				return fmt.Errorf("save it in the journal: %w", err)
			}
			return nil
		},
	})
}
