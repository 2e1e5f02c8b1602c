package nats

import "time"

// Ahead has the journal believe that it is later by so much.
func (j *Journal) Ahead(d time.Duration) { j.now = func() time.Time { return time.Now().Add(d) } }

// Hint is what an error of the servers is told with.
func (o *Options) Hint(err error) string { return o.hint(err) }
