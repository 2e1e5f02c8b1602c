package contract

import "encoding/json"

// Secret is a text from a request that prints as a placeholder: it cannot get into a log, an error or JSON by mistake.
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
