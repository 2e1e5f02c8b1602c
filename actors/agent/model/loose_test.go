package model

import (
	"encoding/json"
	"testing"
)

func TestCount(t *testing.T) {
	for in, want := range map[string]count{
		"7": 7, "7.9": 7, `"7"`: 7, "1e3": 1000, "-4": 0, "null": 0, "true": 0, `"many"`: 0, `{"n":1}`: 0, "[1]": 0,
		"9223372036854775807": maxCount, "1e300": maxCount, "1e400": maxCount, "-1e400": 0, `"1e400"`: maxCount, `"NaN"`: 0, `"Inf"`: maxCount,
	} {
		var got count
		if err := json.Unmarshal([]byte(in), &got); err != nil || got != want {
			t.Errorf("%s is %d, %v; want %d", in, got, err, want)
		}
	}
}

func TestContent(t *testing.T) {
	for in, want := range map[string]content{
		`"a text"`: {text: "a text"}, "null": {}, "7": {text: "7"}, `[]`: {}, `{"type":"text","text":"one"}`: {text: "one"},
		`[{"type":"text","text":"a"},{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"output_text","text":"b"}]`: {text: "ab", thoughts: true},
		`["a",{"text":"b"}]`: {text: "ab"}, `[{"type":"refusal","refusal":"no"}]`: {refusal: "no"},
	} {
		var got content
		if err := json.Unmarshal([]byte(in), &got); err != nil || got != want {
			t.Errorf("%s is %+v, %v; want %+v", in, got, err, want)
		}
	}
}
