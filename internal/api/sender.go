package api

import (
	"errors"
	"net/http"
	"time"
)

// pieceTimeout is how long the client of a stream may take for a piece of it; then the connection is closed.
const pieceTimeout = 10 * time.Second

// sender sends the pieces of an answer that goes on for as long as it likes, each at once. The request has been read.
func sender(w http.ResponseWriter) (send func([]byte) error, err error) {
	to := http.NewResponseController(w)
	if err := to.SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return nil, err
	}
	return func(p []byte) error {
		if err := to.SetWriteDeadline(time.Now().Add(pieceTimeout)); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return err
		}
		if _, err := w.Write(p); err != nil {
			return err
		}
		return to.Flush()
	}, nil
}
