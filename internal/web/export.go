package web

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"go.uber.org/zap"

	"curfew/internal/contract"
	"curfew/internal/words"
)

// exportPatience is how long a browser may take for a piece of an export.
const exportPatience = 30 * time.Second

// exportSpan sends a part of the journal as a file.
func exportSpan(v *visit, rw http.ResponseWriter) error {
	from, err := v.placeIn("from")
	if err != nil {
		return err
	}
	to, err := v.placeIn("to")
	if err != nil {
		return err
	}
	span, err := v.Views.Span(v.ctx, from, to)
	if err != nil {
		return err
	}
	rw.Header().Set("Content-Type", "application/x-ndjson")
	rw.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="curfew-journal-%d-%d.jsonl"`, span.From, span.To))
	if v.r.Method == http.MethodHead {
		return nil
	}
	if err := span.Write(&patient{w: rw, to: http.NewResponseController(rw)}); err != nil {
		v.Log.Warn("web: an export was cut off", zap.Error(err))
		panic(http.ErrAbortHandler) // the browser must not take it for whole
	}
	return nil
}

// placeIn is a place in the journal: the number of a record, or a time in the zone of the page.
func (v *visit) placeIn(name string) (contract.Place, error) {
	text, err := v.filter(name)
	if err != nil || text == "" {
		return contract.Place{}, err
	}
	if seq, err := strconv.ParseUint(text, 10, 64); err == nil && seq > 0 {
		return contract.Place{Seq: seq}, nil
	}
	at, err := words.Clock(text, v.clock.zone(""), v.clock.now)
	if err != nil {
		return contract.Place{}, contract.Malformed("%s: %v; or the number of a record", name, err)
	}
	return contract.Place{At: at}, nil
}

// patient writes an answer that may take longer than others, as long as each piece is taken.
type patient struct {
	w  http.ResponseWriter
	to *http.ResponseController
}

// Write gives the browser time for a piece.
func (p *patient) Write(piece []byte) (int, error) {
	_ = p.to.SetWriteDeadline(time.Now().Add(exportPatience)) // not every writer has one
	return p.w.Write(piece)
}
