package messages_test

import (
	"testing"

	"curfew/messages"
)

func TestLeftInWords(t *testing.T) {
	sleep, more := messages.Process{PID: 7, Name: "sleep"}, messages.Process{PID: 9, Name: "make"}
	for _, tt := range []struct {
		left messages.Left
		want string
	}{
		{messages.Left{Count: 1, Processes: []messages.Process{sleep}}, "1 process in the background (sleep (pid 7)): told to end"},
		{messages.Left{Count: 2, Kept: true, Processes: []messages.Process{sleep, more}}, "2 processes in the background (sleep (pid 7), make (pid 9)): left running, as the job wants"},
		{messages.Left{Count: 5, Killed: 1, Processes: []messages.Process{sleep, more}}, "5 processes in the background (sleep (pid 7), make (pid 9) and 3 more): told to end, and 1 had to be killed"},
		{messages.Left{Count: 1, Killed: 1, Alive: 1, Processes: []messages.Process{sleep}}, "1 process in the background (sleep (pid 7)): 1 of them still there, even after KILL"},
	} {
		if got := tt.left.String(); got != tt.want {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
}
