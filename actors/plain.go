package actors

import (
	"encoding/json"
	"reflect"
	"sync"
)

// Bounds of the specs that are kept of an actor type.
const (
	maxKept      = 256     // how many
	maxKeptBlock = 4 << 10 // bytes of the block of one
)

// kept has the specs that were decoded before, by their blocks: an actor that runs every few seconds, or a thousand with
// the same block, decode it once. Every attempt gets a copy, so only specs that are plain values are kept.
type kept[S Spec] struct {
	mu    sync.Mutex
	specs map[string]S // nil: specs of the type are not plain
}

func newKept[S Spec]() *kept[S] {
	k := &kept[S]{}
	if plain(reflect.TypeFor[S]()) {
		k.specs = make(map[string]S)
	}
	return k
}

// decode is [decode], from memory if it can be.
func (k *kept[S]) decode(with json.RawMessage) (S, error) {
	if k.specs == nil || len(with) > maxKeptBlock {
		return decode[S](with)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if s, ok := k.specs[string(with)]; ok {
		return s, nil
	}
	s, err := decode[S](with)
	if err != nil {
		return s, err
	}
	if len(k.specs) >= maxKept {
		clear(k.specs)
	}
	k.specs[string(with)] = s
	return s, nil
}

// plain reports whether a copy of a value of the type has nothing in common with it that can be changed.
func plain(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Struct:
		for i := range t.NumField() {
			if !plain(t.Field(i).Type) {
				return false
			}
		}
		return true
	case reflect.Array:
		return plain(t.Elem())
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Interface, reflect.Func, reflect.Chan,
		reflect.UnsafePointer:
		return false
	default:
		return true
	}
}
