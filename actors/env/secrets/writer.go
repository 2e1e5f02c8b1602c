package secrets

import (
	"io"
	"sync"
)

// A Writer passes a text on as it comes, and redacts the secrets of its [Set]. It holds back what may be the beginning
// of a secret; [Writer.Flush] passes that on. It is safe for concurrent use.
type Writer struct {
	Set *Set // may be nil: there are none
	To  io.Writer

	mu   sync.Mutex
	held []byte // at most about twice as long as the longest secret
}

var _ io.Writer = (*Writer)(nil)

// Write takes in a part of the text. The error is that of the writer that it passes on to.
func (w *Writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	find := w.Set.finder()
	text := string(w.held) + string(p)
	to := find.whole(text)
	w.held = append(w.held[:0], text[to:]...)
	return len(p), w.pass(find.redact(text[:to]))
}

// Flush passes on what was held back, because no more text follows for now. A secret that is written half before and
// half after a Flush is not found.
func (w *Writer) Flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.held) == 0 {
		return nil
	}
	text := w.Set.finder().redact(string(w.held))
	w.held = w.held[:0]
	return w.pass(text)
}

func (w *Writer) pass(text string) error {
	if text == "" {
		return nil
	}
	_, err := io.WriteString(w.To, text)
	return err
}
