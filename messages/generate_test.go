package messages_test

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"time"

	"pgregory.net/rapid"

	"curfew/messages"
)

// instants are those that RFC 3339 can write, and none.
var instants = rapid.OneOf(
	rapid.Just(messages.Instant(0)),
	rapid.Map(rapid.Int64Range(year(1)+1, year(10_000)-1), func(ms int64) messages.Instant { return messages.Instant(ms) }),
)

func year(y int) int64 { return time.Date(y, time.January, 1, 0, 0, 0, 0, time.UTC).UnixMilli() }

// maxItems bounds generated lists.
const maxItems = 4

var (
	rawType     = reflect.TypeFor[json.RawMessage]()
	keptType    = reflect.TypeFor[*messages.Kept]()
	instantType = reflect.TypeFor[messages.Instant]()
)

// draw is a generated value of the type of b.
func draw[B any](t *rapid.T, b B) B {
	v := reflect.New(reflect.TypeOf(b)).Elem()
	fill(t, v, v.Type().Name())
	return v.Interface().(B)
}

// fill sets v to a generated value. A kind that it does not know is a message that nobody tested.
func fill(t *rapid.T, v reflect.Value, label string) {
	switch v.Type() {
	case rawType:
		block := rapid.MapOfN(rapid.String(), rapid.String(), 0, maxItems).Draw(t, label)
		raw, err := json.Marshal(block)
		if err != nil {
			t.Fatal(err)
		}
		v.SetBytes(raw)
		return
	case keptType:
		var d messages.Definition
		fill(t, reflect.ValueOf(&d).Elem(), label)
		v.Set(reflect.ValueOf(messages.Keep(d)))
		return
	case instantType:
		v.Set(reflect.ValueOf(instants.Draw(t, label)))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(rapid.String().Draw(t, label))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, label))
	case reflect.Int, reflect.Int64:
		v.SetInt(rapid.Int64().Draw(t, label))
	case reflect.Uint64:
		v.SetUint(rapid.Uint64().Draw(t, label))
	case reflect.Uint8:
		v.SetUint(uint64(rapid.Byte().Draw(t, label)))
	case reflect.Float64:
		v.SetFloat(rapid.Float64Range(-math.MaxFloat64, math.MaxFloat64).Draw(t, label))
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i), v.Type().Field(i).Name)
		}
	case reflect.Pointer:
		if rapid.Bool().Draw(t, label+"?") {
			v.Set(reflect.New(v.Type().Elem()))
			fill(t, v.Elem(), label)
		}
	case reflect.Slice:
		n := rapid.IntRange(-1, maxItems).Draw(t, label+" length")
		if n < 0 {
			return // nil is null, and null is nil
		}
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			fill(t, v.Index(i), label)
		}
	case reflect.Map:
		v.Set(reflect.ValueOf(rapid.MapOfN(rapid.String(), rapid.String(), 0, maxItems).Draw(t, label)))
	default:
		panic(fmt.Sprintf("generated values of %v are not known; add them to fill", v.Type()))
	}
}
