package messages_test

import (
	"encoding/json"
	"reflect"
	"time"

	"curfew/messages"
)

var seven = messages.At(time.Date(2027, 1, 15, 7, 0, 0, 0, time.UTC))

const briefing = "morning_briefing"

// samples are the values of the examples by the name of the field; those of a type stand behind it.
var samples = map[string]any{
	"job": briefing, "job_id": briefing, "agent_id": briefing, "about": briefing, "name": "default", "session": "default",
	"generation": 3, "attempt": 1, "attempts": 3, "incarnation": 17, "called": true, "output": "Nothing new today.",
	"by": "ada", "to": "log", "request": "b6f0a1d2", "tool": "send_mail", "source": "my-proxy", "reason": "401 from the backend",
	"error": "POST https://api.example.com/v1/chat/completions: 503 Service Unavailable", "ok": true,
	"backend": "https://api.example.com/v1", "sign_in": "https://app.example.com/login", "actor": "agent", "gated": true,
	"size": 4, "rate": 10.0, "canary_wait": time.Minute, "schedule": "0 7 * * *", "timezone": "America/Los_Angeles",
	"start": "08:00", "end": "20:00", "initial": time.Second, "factor": 2.0, "max": 30 * time.Second, "jitter": 0.2,
	"within": time.Hour, "timeout": time.Hour, "window": 24 * time.Hour, "stale_after": 6 * time.Hour, "count": 1,
	"slot": seven, "first_slot": seven, "due": seven.Add(time.Second), "since": seven.Add(-3 * time.Hour), "env": "HTTPS_PROXY",
	"of": messages.DerivedID(42, 1), "run": messages.SlotRun(briefing, seven, 0), "domain": "cron", "operation": "agent_job",
	"session_target": "isolated", "expires_at": seven.Add(24 * time.Hour), "notify": "log", "reports": "sentry",
	"node": "b", "nodes": "b", "labels": map[string]string{"gpu": "true"}, "version": "1.4.0", "jobs": 120, "moved": 41,
	"Duration by": 2 * time.Hour, "Instant to": seven,
}

// firstWords are the values of the examples for words, by type.
var firstWords = map[reflect.Type]string{
	reflect.TypeFor[messages.Class]():         string(messages.ClassTransient),
	reflect.TypeFor[messages.Status]():        string(messages.StatusFailed),
	reflect.TypeFor[messages.FinishReason]():  string(messages.FinishRetriesExhausted),
	reflect.TypeFor[messages.SkipReason]():    string(messages.SkipOverlap),
	reflect.TypeFor[messages.Trigger]():       string(messages.TriggerSchedule),
	reflect.TypeFor[messages.Hold]():          string(messages.HoldSession),
	reflect.TypeFor[messages.Notice]():        string(messages.NoticeSessionClosed),
	reflect.TypeFor[messages.WakeReason]():    string(messages.WakeRetry),
	reflect.TypeFor[messages.OnInterrupt]():   string(messages.OnInterruptAsk),
	reflect.TypeFor[messages.OnHold]():        string(messages.OnHoldRunOnce),
	reflect.TypeFor[messages.Overlap]():       string(messages.OverlapSkip),
	reflect.TypeFor[messages.DST]():           string(messages.DSTVixie),
	reflect.TypeFor[messages.Days]():          string(messages.DaysAnd),
	reflect.TypeFor[messages.CatchUpPolicy](): string(messages.CatchUpOne),

	reflect.TypeFor[messages.DeliveryKind](): string(messages.DeliverOutput),
	reflect.TypeFor[messages.AfterOn]():      string(messages.AfterSuccess),
	reflect.TypeFor[messages.DeliverOn]():    string(messages.DeliverOnSuccess),

	reflect.TypeFor[messages.LossReason]():      string(messages.LossLapsed),
	reflect.TypeFor[messages.InterruptReason](): string(messages.InterruptCrashed),
}

// example is a message as it might stand in a journal.
func example(b messages.Body) messages.Body {
	v := reflect.New(reflect.TypeOf(b)).Elem()
	sample(v, "")
	switch b := v.Interface().(type) {
	case messages.JobDefined:
		d := b.Whole()
		d.Deliver, d.After = nil, nil
		d.With, d.ActiveHours = json.RawMessage(`{"prompt":"Prepare my day."}`), nil
		return messages.Defined(d)
	case messages.AttemptStarted:
		b.Node = ""
		return b
	case messages.NodeJoined:
		b.Actors = nil
		return b
	case messages.SlotSkipped:
		b.After = nil
		return b
	case messages.RunQueued:
		b.After = nil
		return b
	case messages.RunHeld:
		b.After = nil
		return b
	case messages.SlotsMissed:
		b.More, b.Old, b.Recent, b.AtLeast, b.Once = 0, 0, 0, false, false
		b.First, b.Slots = seven.Add(-48*time.Hour), []messages.Instant{seven.Add(-48 * time.Hour), seven.Add(-24 * time.Hour)}
		return b
	case messages.AttemptFailed:
		b.Output = ""
		return b
	case messages.AttemptInterrupted:
		b.Output = ""
		return b
	case messages.Woke:
		b.Session = ""
		return b
	case messages.WakeScheduled:
		b.Session = ""
		return b
	case messages.CancelRequested:
		b.Run = ""
		return b
	case messages.DeliveryRequested:
		b.Since, b.Failures = 0, 0
		return b
	case messages.DeliveryFinished:
		b.About, b.Error, b.Run = "default", "", ""
		return b
	case messages.NotificationRequested:
		b.Job, b.Run, b.Since = "", "", seven
		return b
	case messages.RunFinished:
		b.Status, b.Reason = messages.StatusSucceeded, ""
		return b
	case messages.ErrorReported:
		b.Attempt, b.Tags.Failure = 3, "retries_exhausted"
		return b
	default:
		return v.Interface().(messages.Body)
	}
}

// sample sets v to what samples has for the name of its field, and leaves the rest zero.
func sample(v reflect.Value, name string) {
	if w, ok := firstWords[v.Type()]; ok {
		v.SetString(w)
		return
	}
	if v.Type() == keptType {
		var d messages.Definition
		sample(reflect.ValueOf(&d).Elem(), name)
		v.Set(reflect.ValueOf(messages.Keep(d)))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			sample(v.Field(i), v.Type().Field(i).Tag.Get("json"))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		sample(v.Elem(), name)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		sample(v.Index(0), name)
	default:
		if v.Type() == reflect.TypeFor[messages.Instant]() && (name == "start" || name == "end") {
			return // null; the names are those of active hours, too
		}
		if s, ok := samples[v.Type().Name()+" "+name]; ok {
			v.Set(reflect.ValueOf(s).Convert(v.Type()))
		} else if s, ok := samples[name]; ok {
			v.Set(reflect.ValueOf(s).Convert(v.Type()))
		}
	}
}
