package engine

import "encoding/json"

// WorksIn is the folder in which a job of that actor type, with that `with` block, works, as the block's reader has filled
// it in; empty: it works in none, or in the home of its user. A member dir of a type that works in no folder is the type's
// own business.
func (r *Runtime) WorksIn(actor string, with json.RawMessage) string {
	kind, err := r.o.Kinds.Get(actor)
	if err != nil || !kind.UsesDir(with) {
		return ""
	}
	var in struct {
		Dir string `json:"dir"`
	}
	_ = json.Unmarshal(with, &in) // the type has read the block already
	return in.Dir
}
