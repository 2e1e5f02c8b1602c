package config

// Healthcheck is a job, and the URL that a monitor expects to be requested when the job starts and ends.
type Healthcheck struct {
	Job     string
	Address Address
	at      place
}

// healthcheck reads the URL of a job's monitor: a text, {url_env: NAME} or {url_file: PATH}.
func (b *builder) healthcheck(job object, name string) {
	n := job.get("healthcheck", shapeText, shapeMapping)
	if n == nil {
		return
	}
	var a Address
	if n.shape == shapeText {
		s := n.scalar.(string)
		if msg := badWebhook(s); msg != "" {
			b.at(n, "healthcheck %s", msg)
		}
		b.literalURL(n, "healthcheck", s)
		a.URL = s
	} else {
		o, ok := b.object(n, describedMonitor)
		if !ok {
			return
		}
		if len(n.members) != 1 && !(b.judging && len(n.members) == 0) {
			b.at(n, "healthcheck must be a URL, or have exactly one of url_env and url_file")
		}
		a.Env = b.variable(o, "url_env")
		if file, at := o.text("url_file"); at != nil {
			a.File = b.pathAt(at, "url_file", file)
		}
	}
	b.out.Healthchecks = append(b.out.Healthchecks, Healthcheck{Job: name, Address: a, at: place{line: n.line, col: n.col}})
}
