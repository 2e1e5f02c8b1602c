package messages_test

import (
	"bytes"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"curfew/messages"
)

// TestWrittenLinesReadAlike damages lines and reads each as it stands, and once more with a space in it that
// encoding/json does not mind: the short way must find what the long way finds, and refuse what it refuses.
func TestWrittenLinesReadAlike(t *testing.T) {
	all := messages.All()
	rapid.Check(t, func(t *rapid.T) {
		line, err := messages.Record{
			Seq: rapid.Uint64().Draw(t, "seq"), At: instants.Draw(t, "at"), ID: rapid.String().Draw(t, "id"),
			Cause: rapid.Uint64().Draw(t, "cause"), PolicyVersion: rapid.IntRange(0, 1<<40).Draw(t, "version"),
			Body: draw(t, rapid.SampledFrom(all).Draw(t, "message")),
		}.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(0, 3).Draw(t, "damages") {
			at := rapid.IntRange(0, len(line)-1).Draw(t, "where")
			switch rapid.IntRange(0, 2).Draw(t, "how") {
			case 0:
				line[at] = rapid.SampledFrom([]byte("\"\\{},:0e- \n\x00\xff")).Draw(t, "byte")
			case 1:
				line = append(line[:at:at], line[at+1:]...)
			default:
				line = bytes.Replace(line, []byte(`"body"`), []byte(`"more":{},"body"`), 1)
			}
			if len(line) < 2 {
				return
			}
		}
		var short, long messages.Record
		errShort := short.UnmarshalJSON(line)
		errLong := long.UnmarshalJSON(append([]byte(" "), line...))
		if (errShort == nil) != (errLong == nil) || !reflect.DeepEqual(short, long) {
			t.Fatalf("%s\nshort: %+v, %v\nlong: %+v, %v", line, short, errShort, long, errLong)
		}
	})
}
