package api

import "encoding/json"

// Secret is a text that is read from a request and shows itself to nobody: no log, no error, no JSON.
type Secret string

const hidden = "[secret]"

// Reveal is the text itself.
func (s Secret) Reveal() string { return string(s) }

// String hides the text.
func (Secret) String() string { return hidden }

// GoString hides the text.
func (Secret) GoString() string { return hidden }

// MarshalJSON hides the text.
func (Secret) MarshalJSON() ([]byte, error) { return json.Marshal(hidden) }
