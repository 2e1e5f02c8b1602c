package messages

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"strconv"
)

// A RunID names one run of a job: a hash of what made it, never a random number, so that a replay
// finds the same id and a slot that is published twice makes one run.
type RunID string

var idEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// SlotRun is the id of the run that a slot of a job makes. Epoch is how often the clock was set back before: a clock
// that shows a time again makes another run of it.
func SlotRun(job string, slot Instant, epoch int) RunID {
	var room [192]byte
	text := append(append(room[:0], "slot\x00"...), job...)
	text = strconv.AppendInt(append(text, 0), int64(slot), 10)
	if epoch > 0 {
		text = strconv.AppendInt(append(text, 0), int64(epoch), 10)
	}
	id := idOf(text)
	return RunID(id[:])
}

// RequestedRun is the id of the run that a person asked for: a hash of the job and the id of the request.
func RequestedRun(job, requestID string) RunID { return RunID(hash("request", job, requestID)) }

// DerivedID is the id of the ordinal-th decision (from 0) that follows from the fact at cause.
func DerivedID(cause uint64, ordinal int) string {
	id := derived(cause, ordinal)
	return string(id[:])
}

// IsDerivedID reports whether the id is that of the ordinal-th decision that follows from the fact at cause.
func IsDerivedID(id string, cause uint64, ordinal int) bool {
	want := derived(cause, ordinal)
	return id == string(want[:])
}

func derived(cause uint64, ordinal int) idText {
	var room [64]byte
	text := append(room[:0], "decision\x00"...)
	text = append(strconv.AppendUint(text, cause, 10), 0)
	return idOf(strconv.AppendInt(text, int64(ordinal), 10))
}

// FactID is the id of a fact that Curfew itself reports about something that has a name, such as an
// attempt: reporting it twice gives the same id, and the bus drops the second.
func FactID(name string, parts ...string) string {
	var room [192]byte
	text := append(append(room[:0], "fact\x00"...), name...)
	if len(parts) > 0 {
		text = joined(append(text, 0), parts)
	}
	id := idOf(text)
	return string(id[:])
}

// Spread is a stable pseudo-random fraction in [0, 1) of the given parts. Jitter is taken from it:
// spread over jobs, yet the same at every replay.
func Spread(parts ...string) float64 {
	sum := sha256.Sum256(joined(nil, parts))
	const bits = 53 // what a float64 holds exactly
	return float64(binary.BigEndian.Uint64(sum[:8])>>(64-bits)) / (1 << bits)
}

// hash is 80 bits of SHA-256 in 16 characters; parts are joined by NUL, which no name may contain.
func hash(parts ...string) string {
	var room [192]byte // enough for every id but those of very long names: the ids of a run are made on the stack
	id := idOf(joined(room[:0], parts))
	return string(id[:])
}

func joined(out []byte, parts []string) []byte {
	for i, p := range parts {
		if i > 0 {
			out = append(out, 0)
		}
		out = append(out, p...)
	}
	return out
}

// idText is an id as characters.
type idText [16]byte

func idOf(text []byte) (id idText) {
	sum := sha256.Sum256(text)
	idEncoding.Encode(id[:], sum[:10])
	return id
}
