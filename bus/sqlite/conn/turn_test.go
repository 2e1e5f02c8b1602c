package conn

import (
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
)

// TestTurns: writers of one file have their turns in the order in which they ask, others are not waited for, and nothing
// is kept of a file that nobody writes to.
func TestTurns(t *testing.T) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		of := func(name string) *Writer {
			w, err := NewWriter(filepath.Join(folder, name))
			if err != nil {
				t.Fatal(err)
			}
			return w
		}
		first, other := of("one.db"), of("two.db")
		tx, err := first.Begin()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := other.Exec("CREATE TABLE t (x)"); err != nil || first.Wanted() {
			t.Errorf("a writer of another file: %v, and the first is to give way: %v", err, first.Wanted())
		}
		order := make(chan int, 3)
		for n := range 3 {
			w := of("one.db")
			go func() {
				defer w.Close()
				tx, err := w.Begin()
				if err != nil {
					t.Error(err)
					return
				}
				order <- n
				if err := tx.Rollback(); err != nil {
					t.Error(err)
				}
			}()
			synctest.Wait()
		}
		if !first.Wanted() || len(order) > 0 {
			t.Errorf("wanted %v, and %d had their turn", first.Wanted(), len(order))
		}
		if err := tx.Commit(); err != nil {
			t.Error(err)
		}
		_ = tx.Rollback() // as a deferred one does; the turn is another's by now
		for n := range 3 {
			if got := <-order; got != n {
				t.Errorf("writer %d came in place of %d", got, n)
			}
		}
		synctest.Wait()
		for range 2 { // closed twice
			if err := first.Close(); err != nil {
				t.Error(err)
			}
		}
		if len(turns) != 1 {
			t.Errorf("%d files are kept, one is open", len(turns))
		}
		if err := other.Close(); err != nil || len(turns) != 0 {
			t.Errorf("%v, and %d files are kept", err, len(turns))
		}
	})
}

// Nobody gets at the connection of a writer past its turns.
func TestWriterHasNoOtherWay(t *testing.T) {
	var methods []string
	writer := reflect.TypeFor[*Writer]()
	for i := range writer.NumMethod() {
		methods = append(methods, writer.Method(i).Name)
	}
	if want := []string{"Begin", "Close", "Exec", "Query", "QueryRow", "Wanted"}; !slices.Equal(methods, want) {
		t.Errorf("a writer has %q, and of what writes only Begin and Exec wait: want %q", methods, want)
	}
	for i := range writer.Elem().NumField() {
		if f := writer.Elem().Field(i); f.IsExported() {
			t.Errorf("its field %s is for everybody", f.Name)
		}
	}
}
