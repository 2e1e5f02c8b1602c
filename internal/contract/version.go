package contract

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"curfew/messages"
)

// VersionOf is [Job.Version] of a definition.
func VersionOf(d *messages.Kept) string {
	raw, err := json.Marshal(d)
	if err != nil {
		return "" // not reached: a definition came out of JSON
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:8])
}
