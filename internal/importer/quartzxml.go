package importer

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// A quartzJob is a job of quartz_jobs.xml (job_scheduling_data_2_0.xsd).
type quartzJob struct {
	Name  string `xml:"name"`
	Group string `xml:"group"`
	Class string `xml:"job-class"`
	Data  []struct {
		Key   string `xml:"key"`
		Value string `xml:"value"`
	} `xml:"job-data-map>entry"`
}

// A quartzTrigger is when a job runs: exactly one of its members is there.
type quartzTrigger struct {
	Cron     *quartzWhen `xml:"cron"`
	Simple   *quartzWhen `xml:"simple"`
	Interval *quartzWhen `xml:"calendar-interval"`
}

// quartzWhen are the members of all three.
type quartzWhen struct {
	Name       string  `xml:"name"`
	Job        string  `xml:"job-name"`
	Group      string  `xml:"job-group"`
	Calendar   string  `xml:"calendar-name"`
	Start      string  `xml:"start-time"`
	StartsIn   string  `xml:"start-time-seconds-in-future"`
	End        string  `xml:"end-time"`
	Misfire    string  `xml:"misfire-instruction"`
	Expression string  `xml:"cron-expression"`
	Zone       string  `xml:"time-zone"`
	Count      int     `xml:"repeat-count"`
	Every      float64 `xml:"repeat-interval"`
	Unit       string  `xml:"repeat-interval-unit"`
}

// A quartzItem is a trigger, and where it begins.
type quartzItem struct {
	quartzTrigger
	line int
}

// quartzXML reads the jobs and triggers of a file.
func (b *batch) quartzXML(s Source) {
	jobs, triggers, err := readQuartz(string(s.Data))
	if err != nil {
		b.add(s, 0, base(s.Name)).refuse("it cannot be read here: %v", err)
		return
	}
	for _, item := range triggers {
		b.quartzTrigger(s, item, jobs)
	}
}

// readQuartz reads the elements that matter.
func readQuartz(text string) (jobs map[string]quartzJob, triggers []quartzItem, err error) {
	jobs = map[string]quartzJob{}
	d, root := xml.NewDecoder(strings.NewReader(text)), ""
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return jobs, triggers, nil
		} else if err != nil {
			return nil, nil, err
		}
		begin, ok := token.(xml.StartElement)
		switch name := begin.Name.Local; {
		case !ok:
		case root == "" && name != "job-scheduling-data":
			return nil, nil, fmt.Errorf("it is a file of <%s>, and not of job-scheduling-data, which Quartz 2 has", name)
		case name == "job":
			var j quartzJob
			if err := d.DecodeElement(&j, &begin); err != nil {
				return nil, nil, err
			}
			jobs[j.Group+"/"+j.Name] = j
		case name == "trigger":
			line, _ := d.InputPos()
			item := quartzItem{line: line}
			if err := d.DecodeElement(&item.quartzTrigger, &begin); err != nil {
				return nil, nil, err
			}
			triggers = append(triggers, item)
		default:
			root = name
		}
	}
}

// quartzTrigger makes a job of a trigger.
func (b *batch) quartzTrigger(s Source, item quartzItem, jobs map[string]quartzJob) {
	switch t := item.quartzTrigger; {
	case t.Cron != nil:
		e := b.add(s, item.line, fmt.Sprintf("%s: %s", t.Cron.Name, t.Cron.Expression))
		if j := b.quartzCron(e, t.Cron.Name, t.Cron.Expression, t.Cron.Zone); j != nil {
			b.quartzWork(e, *t.Cron, jobs)
		}
	case t.Simple != nil:
		e := b.add(s, item.line, fmt.Sprintf("%s: every %v ms, %d times", t.Simple.Name, t.Simple.Every, t.Simple.Count))
		b.quartzPace(e, *t.Simple, time.Duration(t.Simple.Every)*time.Millisecond, jobs)
	case t.Interval != nil:
		unit := map[string]time.Duration{"SECOND": time.Second, "MINUTE": time.Minute, "HOUR": time.Hour}[t.Interval.Unit]
		e := b.add(s, item.line, fmt.Sprintf("%s: every %v %s", t.Interval.Name, t.Interval.Every, t.Interval.Unit))
		t.Interval.Count = -1
		b.quartzPace(e, *t.Interval, time.Duration(t.Interval.Every)*unit, jobs)
	default:
		b.add(s, item.line, "trigger").refuse("it is none of cron, simple and calendar-interval")
	}
}

// quartzPace makes a job of a distance.
func (b *batch) quartzPace(e *Entry, w quartzWhen, d time.Duration, jobs map[string]quartzJob) {
	j := &job{name: b.named(w.Name), retry: "{attempts: 1}", overlap: "allow", parallel: mostParallel, apart: fromStart}
	switch {
	case w.Count == 0 && w.Start != "":
		at, err := b.quartzTime(w.Start)
		if err != nil {
			e.refuse("start-time: %v", err)
			return
		}
		j.schedule, w.Start, j.apart = []string{"at " + at.Format(time.RFC3339)}, "", comesOnce
	case w.Count >= 0:
		e.refuse("it ends after %d starts, which a job file cannot say; write a job with an end", w.Count+1)
		return
	case d < time.Second || d%time.Second != 0:
		e.refuse("its distance is not one of whole seconds, minutes or hours; write a cron expression")
		return
	default:
		j.schedule = []string{"every " + span(d)}
		e.warn("Quartz counts from the start of the trigger, Curfew at an even pace: the distance is the same, the minute is another")
	}
	e.job = j
	b.quartzWork(e, w, jobs)
}

// quartzWork takes in what a trigger starts, and its bounds.
func (b *batch) quartzWork(e *Entry, w quartzWhen, jobs map[string]quartzJob) {
	j, what := e.job, "the job "+w.Job
	j.catchUp = misfire(w.Misfire)
	def, known := jobs[w.Group+"/"+w.Job]
	switch {
	case !known:
		e.pause("its job %q is not in this file; write the command, and set enabled to true", w.Job)
	case strings.HasSuffix(def.Class, ".NativeJob"):
		e.pause("it runs this command, as the documentation of its class %s says; look at it, and set enabled to true", def.Class)
		j.with.command = strings.TrimSpace(def.value("command") + " " + def.value("parameters"))
	default:
		what = def.Class
		e.pause("it starts the class %s of a Java program; write the command that does the same, and set enabled to true", def.Class)
	}
	if j.with.command == "" {
		j.with.command = fmt.Sprintf(javaWork, strings.ReplaceAll(what, "'", ""))
	}
	if w.Calendar != "" {
		e.pause("the calendar %q leaves out times that are not in this file; write them into exclude or active_hours", w.Calendar)
	}
	if w.StartsIn != "" {
		e.warn("it starts %s s after the program has, which is left out", w.StartsIn)
	}
	for _, bound := range []struct {
		text string
		into *time.Time
	}{{w.Start, &j.start}, {w.End, &j.end}} {
		if bound.text == "" {
			continue
		}
		at, err := b.quartzTime(bound.text)
		if err != nil {
			e.pause("its start or end: %v; set start and end", err)
			continue
		}
		*bound.into = at
	}
}

func (j quartzJob) value(key string) string {
	for _, entry := range j.Data {
		if entry.Key == key {
			return entry.Value
		}
	}
	return ""
}

// quartzTime reads an xs:dateTime. Without a zone it is a time of the machine's.
func (b *batch) quartzTime(text string) (time.Time, error) {
	if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return at, nil
	}
	zone, err := time.LoadLocation(b.Zone)
	if err != nil {
		return time.Time{}, err
	}
	at, err := time.ParseInLocation("2006-01-02T15:04:05", text, zone)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is not a date and a time", text)
	}
	return at, nil
}
