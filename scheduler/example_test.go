package scheduler_test

import (
	"fmt"
	"time"

	"curfew/messages"
	"curfew/scheduler"
)

// The next slots of a schedule over a change of the clock: the zone's rules are the schedule's business.
func ExampleParse() {
	s, err := scheduler.Parse(messages.Timetable{Schedule: "30 2 * * *", Timezone: "Europe/Berlin"}, "backup")
	if err != nil {
		panic(err)
	}
	at := time.Date(2027, time.March, 27, 0, 0, 0, 0, s.Location())
	for range 3 {
		at, _ = s.Next(at)
		fmt.Println(at.In(s.Location()).Format(time.DateTime + " MST"))
	}
	_, err = scheduler.Parse(messages.Timetable{Schedule: "0 25 * * *"}, "backup")
	fmt.Println(err)
	// Output:
	// 2027-03-27 02:30:00 CET
	// 2027-03-28 03:00:00 CEST
	// 2027-03-29 02:30:00 CEST
	// scheduler: schedule "0 25 * * *": hour field "25": 25 is over 23 (allowed: 0-23, names none, *, ?, a-b, a,b, */n, H, H(a-b))
}
