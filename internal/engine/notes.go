package engine

import (
	"curfew/internal/config"
	"curfew/messages"
)

// note keeps what does not fit between the job file and the jobs that the API made, for people to see, and returns it.
func (r *Runtime) note(c config.Config, taken []string, jobs []*messages.Kept) (texts []string) {
	for _, job := range taken {
		texts = append(texts, collides(c, job))
	}
	texts = append(texts, r.misfits(c, jobs)...)
	r.noted.Store(&texts)
	return texts
}

// Misfits says what does not fit between the job file and the jobs that the API made, one line each.
func (r *Runtime) Misfits() []string {
	if texts := r.noted.Load(); texts != nil {
		return *texts
	}
	return nil
}
