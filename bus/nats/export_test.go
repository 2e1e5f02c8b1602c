package nats

import "time"

// Ahead has the journal believe that it is later by so much.
func (j *Journal) Ahead(d time.Duration) { j.now = func() time.Time { return time.Now().Add(d) } }

// Explain is how an error of the servers is told.
func (o *Options) Explain(what string, err error) error { return o.explain(what, err) }
