package natstest

import (
	"bytes"
	"encoding/base64"
	"slices"
)

// depth is how often a text may stand in base64 within base64: what is sealed is bytes in JSON that is bytes in JSON.
const depth = 2

// InTheClear reports whether a text can be read in one of the messages: as it is, or in base64 with something before it.
func InTheClear(messages [][]byte, text string) bool {
	return slices.ContainsFunc(forms(text, depth), func(form string) bool {
		return slices.ContainsFunc(messages, func(m []byte) bool { return bytes.Contains(m, []byte(form)) })
	})
}

// forms are how a text looks: as it is, in base64 at each of the three offsets, and those in base64 again. What depends on
// the bytes around it is cut off.
func forms(text string, depth int) []string {
	all := []string{text}
	for shift := range 3 {
		whole := append(make([]byte, shift), text...)
		code := base64.RawStdEncoding.EncodeToString(whole[:len(whole)/3*3])
		if shift > 0 && len(code) > 4 {
			code = code[4:]
		}
		if depth > 0 && len(code) >= 8 {
			all = append(all, forms(code, depth-1)...)
		}
	}
	return all
}
