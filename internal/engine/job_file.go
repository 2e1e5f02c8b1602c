package engine

import (
	"path/filepath"

	"curfew/internal/config"
)

// Look reads the job file, and takes nothing in: it notes whether a reload and a start would refuse it, and logs it if they
// would. Without a file it does nothing. Nothing waits for the folder of the file meanwhile, a stop least of all.
func (r *Runtime) Look() {
	if r.o.Load == nil {
		return
	}
	c, err := r.o.Load()
	r.configuring.Lock()
	defer r.configuring.Unlock()
	before := r.Refused()
	r.read(c, err)
	if now := r.Refused(); now != "" && now != before {
		r.o.Logger.Warn("cron: the job file, as it is now, would be refused by a reload and by a start: " + now)
	}
}

// read notes what was found when the job file was read, or what stands in its place.
func (r *Runtime) read(c config.Config, err error) {
	r.looked.Store(&c.Files)
	text := ""
	if err != nil {
		text = r.Redact(config.OneLine(err))
	}
	r.refused.Store(&text)
}

// Refused is why a reload and a start would refuse the job file, as it was when it was read last; empty: they would not, or
// there is none.
func (r *Runtime) Refused() string {
	if text := r.refused.Load(); text != nil && r.o.Load != nil {
		return *text
	}
	return ""
}

// Files are the files that were looked for when the job file was read last, even if it was not valid; none if it cannot be
// read again.
func (r *Runtime) Files() []string {
	if r.o.Load == nil {
		return nil
	}
	if files := r.looked.Load(); files != nil {
		return *files
	}
	return r.Config().Files
}

// JobFile is the whole path of the file that [Runtime.Reload] reads; empty: there is none.
func (r *Runtime) JobFile() string {
	files := r.Files()
	if len(files) == 0 {
		return ""
	}
	path, err := filepath.Abs(files[0])
	if err != nil {
		return ""
	}
	return path
}
