package messages

// JobPaused says that a person paused a job: its waiting runs are held, its slots skipped.
type JobPaused struct {
	Job string `json:"job"`
	By  string `json:"by"` // who, for people to read
}

// JobResumed says that a person let a paused job go on.
type JobResumed struct {
	Job string `json:"job"`
	By  string `json:"by"`
}

// RunRequested says that a person asked for a run now.
type RunRequested struct {
	Job     string `json:"job"`
	Request string `json:"request"` // unique for the request; the run's id is a hash of it
	By      string `json:"by"`
}

// CancelRequested says that a person called off the unfinished runs of a job.
type CancelRequested struct {
	Job string `json:"job"`
	Run RunID  `json:"run"` // only this run; empty: all of them
	By  string `json:"by"`
}

// Topic, Name and Key place the message on the bus.
func (JobPaused) Topic() Topic  { return TopicCommand }
func (JobPaused) Name() string  { return "job.paused.v1" }
func (m JobPaused) Key() string { return m.Job }
func (JobPaused) fact()         {}

// Topic, Name and Key place the message on the bus.
func (JobResumed) Topic() Topic  { return TopicCommand }
func (JobResumed) Name() string  { return "job.resumed.v1" }
func (m JobResumed) Key() string { return m.Job }
func (JobResumed) fact()         {}

// Topic, Name and Key place the message on the bus.
func (RunRequested) Topic() Topic  { return TopicCommand }
func (RunRequested) Name() string  { return "run.requested.v1" }
func (m RunRequested) Key() string { return m.Job }
func (RunRequested) fact()         {}

// Topic, Name and Key place the message on the bus.
func (CancelRequested) Topic() Topic  { return TopicCommand }
func (CancelRequested) Name() string  { return "cancel.requested.v1" }
func (m CancelRequested) Key() string { return m.Job }
func (CancelRequested) fact()         {}
