package conn

import (
	"database/sql"
	"errors"
	"fmt"
	"sync"
)

// A Writer is the one connection by which the journal, or the run history, writes to a file. What it writes by Begin and
// Exec waits for its turn: writers of one process that are open on one file write in the order in which they ask.
type Writer struct {
	db    *sql.DB // of nobody else: what went to it directly would write out of turn
	turn  *turn
	leave func()
}

// NewWriter opens a writer. Its transactions take the lock at their beginning, and a commit returns when it is synced:
// the journal can tell damage from a torn end only if every transaction in the write-ahead log was synced. The first
// pragmas come before those that every writer has. [Check] must follow.
func NewWriter(path string, first ...string) (*Writer, error) {
	size := fmt.Sprintf("journal_size_limit(%d)", walSize)
	db, err := open(path, ReadWrite, 1, append(first, "journal_mode(WAL)", "synchronous(FULL)", size)...)
	if err != nil {
		return nil, err
	}
	t := turnOf(path)
	return &Writer{db: db, turn: t, leave: sync.OnceFunc(t.leave)}, nil
}

// Wanted reports whether another writer waits for the turn.
func (w *Writer) Wanted() bool { return w.turn.waiting.Load() > 0 }

// Begin waits for the turn and begins a transaction, which has it until it is committed or rolled back.
func (w *Writer) Begin() (*Tx, error) {
	w.turn.take()
	tx, err := w.db.Begin()
	if err != nil {
		w.turn.pass()
		return nil, err
	}
	return &Tx{Tx: tx, turn: w.turn}, nil
}

// Exec waits for the turn and runs a statement.
func (w *Writer) Exec(query string, args ...any) (sql.Result, error) {
	w.turn.take()
	defer w.turn.pass()
	return w.db.Exec(query, args...)
}

// Query reads, which waits for no turn.
func (w *Writer) Query(query string, args ...any) (*sql.Rows, error) {
	return w.db.Query(query, args...)
}

// QueryRow reads one row, which waits for no turn.
func (w *Writer) QueryRow(query string, args ...any) *sql.Row { return w.db.QueryRow(query, args...) }

// Close closes the connection. It may be called twice.
func (w *Writer) Close() error {
	w.leave()
	return w.db.Close()
}

// Tx is a transaction of a [Writer].
type Tx struct {
	*sql.Tx
	turn *turn // nil: it is over
}

// Commit commits the transaction.
func (t *Tx) Commit() error {
	err := t.Tx.Commit()
	if !errors.Is(err, sql.ErrTxDone) {
		t.over()
	}
	return err
}

// Rollback undoes the transaction. After Commit it does nothing.
func (t *Tx) Rollback() error {
	err := t.Tx.Rollback()
	t.over()
	return err
}

func (t *Tx) over() {
	if t.turn != nil {
		t.turn.pass()
		t.turn = nil
	}
}
