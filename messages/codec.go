package messages

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
)

// ErrUnknownName means that no message of that name exists in this version of Curfew.
var ErrUnknownName = errors.New("messages: unknown name")

// prototypes is every message there is, in the order of docs/messages.md.
var prototypes = []Body{
	RuntimeConfigured{},
	RuntimeStopped{},
	Defined(Definition{}),
	JobRemoved{},
	NodeJoined{},
	NodeLost{},
	JobsAssigned{},
	JobPaused{},
	JobResumed{},
	RunRequested{},
	CancelRequested{},
	SlotsDue{},
	SlotsMissed{},
	ClockSetBack{},
	SlotSkipped{},
	AttemptSucceeded{},
	AttemptFailed{},
	AttemptInterrupted{},
	AttemptAbandoned{},
	SideEffectBegan{},
	Woke{},
	AttemptStarted{},
	WakeScheduled{},
	SessionExpired{},
	SessionRestored{},
	SessionConfirmed{},
	RefreshFailed{},
	GateClosed{},
	GateProbing{},
	GateOpened{},
	RunQueued{},
	RunHeld{},
	RunFinished{},
	DeliveryFinished{},
	DeliveryRequested{},
	NotificationRequested{},
	ErrorReported{},
}

var byName = func() map[string]reflect.Type {
	m := make(map[string]reflect.Type, len(prototypes))
	for _, p := range prototypes {
		m[p.Name()] = reflect.TypeOf(p)
	}
	return m
}()

// All is an empty value of every message, in the order of docs/messages.md.
func All() []Body { return slices.Clone(prototypes) }

// Encode is the JSON form of a message.
func Encode(b Body) (json.RawMessage, error) { return AppendBody(nil, b) }

// AppendBody appends the JSON form of a message.
func AppendBody(out []byte, b Body) ([]byte, error) { return appendBody(out, b, nil) }

func appendBody(out []byte, b Body, t *times) ([]byte, error) {
	if written, ok := walkBody(out, b, t); ok {
		return written, nil
	}
	raw, err := json.Marshal(b)
	if err != nil {
		return nil, fmt.Errorf("messages: encode %s: %w", b.Name(), err)
	}
	return append(out, raw...), nil
}

// Encodable is the error with which a message would fail to be encoded; nil: it will not. Only definitions and settings
// hold values that can: raw JSON and fractions.
func Encodable(b Body) error {
	if b.Topic() != TopicConfig {
		return nil
	}
	if d, ok := b.(JobDefined); ok && d.Kept.encodable() {
		return nil
	}
	_, err := Encode(b)
	return err
}

// Decode reads the JSON form of the message of that name. Members that the message does not have,
// and anything after the value, are errors; the error is [ErrUnknownName] if there is no such message.
func Decode(name string, payload []byte) (Body, error) {
	if b, rest, ok := readBody(name, payload, nil); ok && len(rest) == 0 {
		return b, nil
	}
	return decode(name, payload)
}

// decode is [Decode] by encoding/json.
func decode(name string, payload []byte) (Body, error) {
	t, ok := byName[name]
	if !ok {
		return nil, fmt.Errorf("%w %q; docs/messages.md lists the names", ErrUnknownName, name)
	}
	if payload = bytes.TrimSpace(payload); len(payload) == 0 || payload[0] != '{' {
		return nil, fmt.Errorf("messages: decode %s: the payload is not a JSON object", name)
	}
	v := reflect.New(t)
	if d, ok := v.Interface().(*JobDefined); ok {
		d.Kept = new(Kept)
	}
	dec := json.NewDecoder(bytes.NewReader(payload))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v.Interface()); err != nil {
		return nil, fmt.Errorf("messages: decode %s: %s", name, strings.TrimPrefix(err.Error(), "json: "))
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("messages: decode %s: unexpected data after the JSON value", name)
	}
	return v.Elem().Interface().(Body), nil
}
