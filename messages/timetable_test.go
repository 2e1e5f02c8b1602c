package messages_test

import (
	"reflect"
	"testing"
	"time"

	"curfew/messages"
)

// TestSlotsKeyHasEveryField: a field that the key lacks would be a schedule that goes on as it was when the job file
// changes.
func TestSlotsKeyHasEveryField(t *testing.T) {
	const namesNoSlot = "DeleteAfterRun"
	all := reflect.ValueOf(messages.Timetable{
		Schedule: "@daily", Anchor: 1, Timezone: "Europe/Berlin", Days: messages.DaysAnd, DST: messages.DSTSkip, Start: 2, End: 3, Exclude: []string{"2027-12-25"},
		Splay: messages.Duration(time.Second), DeleteAfterRun: true, ActiveHours: &messages.ActiveHours{}, After: &messages.After{Job: "backup"},
	})
	for i := range all.NumField() {
		name := all.Type().Field(i).Name
		if all.Field(i).IsZero() {
			t.Errorf("%s is new: set it in this test, and have it in SlotsKey", name)
		}
		var changed messages.Timetable
		reflect.ValueOf(&changed).Elem().Field(i).Set(all.Field(i))
		if same := changed.SameSlots(messages.Timetable{}); same != (name == namesNoSlot) {
			t.Errorf("with another %s: the same slots: %v", name, same)
		}
	}
}

func TestSameSlots(t *testing.T) {
	same := []messages.Timetable{{}, {DST: messages.DSTVixie}, {Days: messages.DaysOr}, {Exclude: []string{}}}
	for _, a := range same {
		for _, b := range same {
			if !a.SameSlots(b) {
				t.Errorf("%+v and %+v name different slots", a, b)
			}
		}
	}
	hours := func(end string) messages.Timetable {
		return messages.Timetable{ActiveHours: &messages.ActiveHours{Start: "08:00", End: end}}
	}
	if !hours("20:00").SameSlots(hours("20:00")) {
		t.Error("equal hours are not the same")
	}
	if hours("20:00").SameSlots(hours("21:00")) {
		t.Error("different hours are the same")
	}
	if (messages.Timetable{Exclude: []string{"a b"}}).SameSlots(messages.Timetable{Exclude: []string{"a", "b"}}) {
		t.Error("different lists are the same")
	}
}
