// Package jsonl is the export form of the journal: one record a line, as JSON, with a checksum that any
// language can compute. The daemon itself keeps its journal in SQLite (bus/sqlite).
//
// A line is {seq, at, id, cause, policy_version, topic, name, key, kind, body, crc}; crc is CRC-32C
// (Castagnoli) in 8 lower-case hexadecimal digits over the RFC 8785 form of the line without its crc
// member. White space, the order of members and the way in which a number or a text is escaped do not count.
package jsonl

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"maps"
	"slices"
	"strings"

	"github.com/gowebpki/jcs"

	"curfew/messages"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Encode is the line of a record, without the newline.
func Encode(r messages.Record) ([]byte, error) { return new(canonical).encode(nil, r) }

// encode appends the line of a record.
func (c *canonical) encode(out []byte, r messages.Record) ([]byte, error) {
	begin := len(out)
	out, err := r.AppendJSON(out)
	if err != nil {
		return nil, fmt.Errorf("jsonl: encode record %d: %w", r.Seq, err)
	}
	sum, err := c.checksum(out[begin:])
	if err != nil {
		return nil, fmt.Errorf("jsonl: encode record %d: %w", r.Seq, err)
	}
	out = append(out[:len(out)-1], crcMember...)
	return append(appendDigits(out, sum), `"}`...), nil
}

// crcMember is how the last member of a line begins.
const crcMember = `,"crc":"`

// Decode checks a line and reads it. If that fails, the record has at least the Seq that the line names; 0 if that
// cannot be read, either.
func Decode(line []byte) (messages.Record, error) { return new(canonical).decode(line) }

func (c *canonical) decode(line []byte) (messages.Record, error) {
	if r, ok := c.decodeWritten(line); ok {
		return r, nil
	}
	r := messages.Record{Seq: seqOf(line)}
	if err := verify(line); err != nil {
		return r, err
	}
	if err := r.UnmarshalJSON(line); err != nil {
		return r, errors.New(strings.TrimPrefix(err.Error(), "messages: "))
	}
	return r, nil
}

// decodeWritten is [Decode] for a line as Encode writes it. ok is false for any other, and for a wrong one.
func (c *canonical) decodeWritten(line []byte) (r messages.Record, ok bool) {
	line = bytes.TrimSuffix(line, []byte("\n"))
	form, ok := c.line(line)
	if !ok {
		return r, false
	}
	var digits [8]byte
	appendDigits(digits[:0], crc32.Checksum(form, castagnoli))
	if string(bytes.Trim(c.crc, `"`)) != string(digits[:]) {
		return r, false
	}
	r, rest, ok := messages.ReadRecord(line)
	return r, ok && len(rest) == len(crcMember)+len(`00000000"}`) && string(rest[:len(crcMember)]) == crcMember
}

// appendDigits appends a checksum as it is written.
func appendDigits(out []byte, sum uint32) []byte {
	const hex = "0123456789abcdef"
	for shift := 28; shift >= 0; shift -= 4 {
		out = append(out, hex[sum>>shift&0xf])
	}
	return out
}

// Seal is the line with the right checksum, for people who edit a journal on purpose. The line need not have had one.
func Seal(line []byte) ([]byte, error) {
	bare, _, err := strip(line)
	if err != nil {
		return nil, fmt.Errorf("jsonl: seal: %w", err)
	}
	return fmt.Appendf(bare[:len(bare)-1:len(bare)-1], `,"crc":"%s"}`, digits(bare)), nil
}

// verify checks the line's checksum.
func verify(line []byte) error {
	bare, crc, err := strip(line)
	if err != nil {
		return err
	}
	var got string
	if err := json.Unmarshal(crc, &got); err != nil {
		return errors.New("it has no checksum")
	}
	if want := digits(bare); got != want {
		return fmt.Errorf("its checksum is %s and should be %s", want, got)
	}
	return nil
}

func digits(canonical []byte) string {
	return string(appendDigits(nil, crc32.Checksum(canonical, castagnoli)))
}

// strip returns the RFC 8785 form of a line without its crc member, and the value of that member.
func strip(line []byte) (bare []byte, crc json.RawMessage, err error) {
	canonical, err := jcs.Transform(line)
	if err != nil {
		return nil, nil, fmt.Errorf("it is not JSON: %w", err)
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(canonical, &members); err != nil || len(members) == 0 {
		return nil, nil, errors.New("it is not a JSON object with members")
	}
	crc = members["crc"]
	delete(members, "crc")
	// The values are canonical already. The names of members are ASCII, or Curfew did not write the line.
	var b bytes.Buffer
	for i, name := range slices.Sorted(maps.Keys(members)) {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%q:%s", name, members[name])
	}
	return fmt.Appendf(nil, "{%s}", b.Bytes()), crc, nil
}

// seqOf is the seq of a line that may be damaged.
func seqOf(line []byte) uint64 {
	var l struct {
		Seq uint64 `json:"seq"`
	}
	if json.Unmarshal(line, &l) == nil {
		return l.Seq
	}
	// The line is not valid JSON; its beginning may still be whole.
	if n, err := fmt.Sscanf(string(line[:min(len(line), 64)]), `{"seq":%d,`, &l.Seq); n != 1 || err != nil {
		return 0
	}
	return l.Seq
}
