package policy

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"

	"curfew/messages"
)

// snapshotFormat is the version of the lines; it is raised when an older build could not read them rightly.
const snapshotFormat = 1

// An Image is the machine's whole state as it was when the image was begun. The machine goes on while the image is
// taken, job by job: a job that is about to change is copied first. So neither a million jobs nor the writing of their
// lines keep it from deciding.
type Image struct {
	head     head
	sessions []session
	outbox   []Letter

	next int        // the number of the first job that is not looked at yet
	jobs []jobImage // copied, and not taken yet
}

// entry is a line of a snapshot: one of its members.
type entry struct {
	Machine     *head            `json:"machine,omitempty"`
	Session     *session         `json:"session,omitempty"`
	Undelivered *messages.Record `json:"undelivered,omitempty"`
	To          []string         `json:"to,omitempty"` // the targets that have not answered it; left out: the log
	Job         *jobImage        `json:"job,omitempty"`
}

// head is the first line. Its counts tell whether all the others are there.
type head struct {
	Format        int                    `json:"format"`
	PolicyVersion int                    `json:"policy_version"` // of the rules that made it
	Release       messages.ReleaseConfig `json:"release"`
	Notify        []string               `json:"notify,omitempty"`
	Reports       []string               `json:"reports,omitempty"`
	Lanes         []messages.LaneConfig  `json:"lanes"`
	Sessions      int                    `json:"sessions"`
	Undelivered   int                    `json:"undelivered"`
	Untold        []untold               `json:"untold,omitempty"`
	Tell          alarm                  `json:"tell,omitzero"`
	Nodes         []*node                `json:"nodes,omitempty"`
	Jobs          int                    `json:"jobs"`
	Back          messages.ClockSetBack  `json:"back,omitzero"`
	Epoch         int                    `json:"epoch,omitzero"` // how often the clock was set back
	Stopped       bool                   `json:"stopped,omitzero"`
	Latest        messages.Instant       `json:"latest"` // the latest time that it has shown since
}

type jobImage struct {
	jobState
	seldom
	Runs []run `json:"runs"`
}

// Image begins an image of the state. One is taken at a time: it ends one that is under way. Queues are not in it: they
// follow from the rest.
func (m *Machine) Image() *Image {
	i := &Image{
		head: head{
			Format: snapshotFormat, PolicyVersion: Version, Release: m.release, Notify: m.notify, Reports: m.reports,
			Stopped: m.stopped, Sessions: len(m.sessions), Undelivered: len(m.outbox.letters), Jobs: len(m.jobs), Tell: m.tell, Epoch: m.epoch, Back: m.back, Latest: m.latest,
		},
		outbox: m.Undelivered(),
	}
	for _, key := range sorted(m.untold) {
		i.head.Untold = append(i.head.Untold, *m.untold[key]) // its lists are never changed in place
	}
	for _, name := range sorted(m.nodes) {
		i.head.Nodes = append(i.head.Nodes, m.nodes[name])
	}
	for name, l := range m.lanes {
		i.head.Lanes = append(i.head.Lanes, messages.LaneConfig{Actor: name, Size: l.size})
	}
	for _, s := range m.sessions {
		i.sessions = append(i.sessions, s.clone())
	}
	m.image, m.images = i, m.images+1
	return i
}

// keepImage copies a job that is about to change, if an image is taken and does not have it yet.
func (m *Machine) keepImage(j *job) {
	if m.image == nil || j.imaged == m.images || m.numbered[j.number] != j {
		return // no image is taken, or it has the job, or the job is gone
	}
	j.imaged = m.images
	c := jobImage{jobState: j.jobState, seldom: j.seldom()}
	for _, r := range j.runs {
		c.Runs = append(c.Runs, r.clone())
	}
	m.image.jobs = append(m.image.jobs, c)
}

// errImageEnded means that another image was begun.
var errImageEnded = errors.New("policy: the image was ended by another one")

// take returns the jobs that were copied meanwhile, and at most limit further ones, by name. None: all have been taken.
func (i *Image) take(m *Machine, limit int) ([]jobImage, error) {
	if m.image != i {
		return nil, errImageEnded
	}
	to := min(limit, len(m.numbered)-i.next) + i.next
	for _, j := range m.numbered[i.next:to] {
		if j != nil {
			m.keepImage(j)
		}
	}
	i.next = to
	out := i.jobs
	i.jobs = nil
	slices.SortFunc(out, func(a, b jobImage) int { return cmp.Compare(a.Def.Job, b.Def.Job) })
	return out, nil
}

// done reports whether no job is left to be looked at.
func (i *Image) done(m *Machine) bool { return i.next >= len(m.numbered) }

// end lets the machine go on without the image.
func (i *Image) end(m *Machine) {
	if m.image == i {
		m.image = nil
	}
}

// number gives a new job its number, by which an image finds it. It is not in one that is under way.
func (m *Machine) number(j *job) {
	j.imaged = m.images
	if n := len(m.unused); n > 0 {
		j.number, m.unused = m.unused[n-1], m.unused[:n-1]
		m.numbered[j.number] = j
		return
	}
	j.number = int32(len(m.numbered))
	m.numbered = append(m.numbered, j)
}

// unnumber frees the number of a job that is gone.
func (m *Machine) unnumber(j *job) {
	m.numbered[j.number] = nil
	m.unused = append(m.unused, j.number)
}

func (r *run) clone() run {
	c := *r
	c.Expired = slices.Clone(r.Expired)
	return c
}

func (s *session) clone() session {
	c := *s
	c.lines, c.trials, c.parked, c.unasked = nil, heapOf{}, nil, nil
	for _, a := range s.unasked {
		c.Unasked = append(c.Unasked, a.id)
	}
	c.Confirmers = slices.Clone(s.Confirmers) // their runs are only appended to
	return c
}

// jobsAtOnce is how many jobs are copied at once: the machine decides nothing meanwhile.
const jobsAtOnce = 1024

// Lines is the state as lines of JSON, without their ends. View runs a function while the machine does nothing else, and
// fails if it cannot. The lines can be asked for once.
func (i *Image) Lines(view func(func(*Machine)) error) iter.Seq2[[]byte, error] {
	return i.lines(view, jobsAtOnce)
}

func (i *Image) lines(view func(func(*Machine)) error, atOnce int) iter.Seq2[[]byte, error] {
	slices.SortFunc(i.head.Lanes, func(a, b messages.LaneConfig) int { return cmp.Compare(a.Actor, b.Actor) })
	slices.SortFunc(i.sessions, func(a, b session) int { return cmp.Compare(a.Config.Name, b.Config.Name) })
	return func(yield func([]byte, error) bool) {
		defer func() { _ = view(i.end) }() // when it fails there is no machine any more
		for e := range i.begins() {
			if !writeEntry(e, yield) {
				return
			}
		}
		for done := false; !done; {
			var jobs []jobImage
			var err error
			failed := view(func(m *Machine) {
				jobs, err = i.take(m, atOnce)
				done = i.done(m)
			})
			if failed != nil || err != nil {
				yield(nil, errors.Join(failed, err))
				return
			}
			for k := range jobs {
				if !writeEntry(entry{Job: &jobs[k]}, yield) {
					return
				}
			}
		}
	}
}

// begins are the entries before those of the jobs.
func (i *Image) begins() iter.Seq[entry] {
	return func(yield func(entry) bool) {
		ok := yield(entry{Machine: &i.head})
		for k := 0; ok && k < len(i.sessions); k++ {
			ok = yield(entry{Session: &i.sessions[k]})
		}
		for k := 0; ok && k < len(i.outbox); k++ {
			ok = yield(entry{Undelivered: &i.outbox[k].Record, To: i.outbox[k].To})
		}
	}
}

// writeEntry hands an entry on as a line; false: no more are wanted.
func writeEntry(e entry, yield func([]byte, error) bool) bool {
	b, err := e.line()
	if err != nil {
		err = fmt.Errorf("policy: snapshot: %w", err)
	}
	return yield(b, err) && err == nil
}

// undefined is how the line of a job begins without its definition.
var undefined = append(bytes.Clone(defined), "null"...)

// line is the entry as JSON. Most of a job's line is its definition, which encoding/json would look through once more.
func (e entry) line() ([]byte, error) {
	if e.Job == nil {
		return json.Marshal(e)
	}
	def, err := messages.Encode(messages.JobDefined{Kept: e.Job.Def})
	if err != nil {
		return nil, err
	}
	bare := *e.Job
	bare.Def, e.Job = nil, &bare
	b, err := json.Marshal(e)
	rest, ok := bytes.CutPrefix(b, undefined)
	if err == nil && !ok {
		err = fmt.Errorf("the line of a job begins with %.20q", b)
	}
	return slices.Concat(defined, def, rest), err
}
