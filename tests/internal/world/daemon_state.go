package world

import (
	"fmt"

	"curfew/internal/contract"
	"curfew/messages"
)

// Session returns the default session.
func (d *Daemon) Session() contract.Session {
	d.T.Helper()
	got, err := d.Client.Session(d.T.Context(), messages.DefaultSession)
	if err != nil {
		d.T.Fatal(err)
	}
	return got.Body
}

// Job returns a job.
func (d *Daemon) Job(name string) contract.Job {
	d.T.Helper()
	got, err := d.Client.Job(d.T.Context(), name)
	if err != nil {
		d.T.Fatal(err)
	}
	return got.Body
}

// Held returns the held runs by job.
func (d *Daemon) Held() map[string]messages.RunID {
	d.T.Helper()
	got, err := d.Client.Jobs(d.T.Context(), contract.JobQuery{Page: contract.Page{Limit: contract.MaxLimit}})
	if err != nil {
		d.T.Fatal(err)
	}
	held := map[string]messages.RunID{}
	for _, j := range got.Body.Items {
		if j.Held != nil {
			held[j.Name] = *j.Held
		}
	}
	return held
}

// Succeeded counts the runs of a job that succeeded and are still in the run history.
func (d *Daemon) Succeeded(job string) int {
	d.T.Helper()
	got, err := d.Client.Runs(d.T.Context(), contract.RunQuery{Job: job, Status: messages.StatusSucceeded, Page: contract.Page{Limit: contract.MaxLimit}})
	if err != nil {
		d.T.Fatal(err)
	}
	return len(got.Body.Items)
}

// Beats waits until a job has succeeded n more times.
func (d *Daemon) Beats(job string, n int) {
	d.T.Helper()
	until := d.Succeeded(job) + n
	Eventually(d.T, fmt.Sprintf("%d more runs of %s", n, job), func() bool { return d.Succeeded(job) >= until })
}
