package runtime

import (
	"testing"
	"testing/synctest"

	"curfew/internal/backend"
	"curfew/internal/contract"
	"curfew/tests/internal/world"
)

// TestRunNamedByJob: who names a job instead of a run is told what lists its runs.
func TestRunNamedByJob(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := world.NewVirtual(t)
		s.Start(setFile)
		b := backend.New(s.Runtime)
		const ofJob, ofNone = "`curfew job history filed` lists its runs", "`curfew job history NAME` lists the runs of a job"
		_, err := b.Run(t.Context(), "filed")
		refusedAs(t, err, contract.KindNotFound, ofJob)
		_, err = b.Logs(t.Context(), "filed", false)
		refusedAs(t, err, contract.KindNotFound, ofJob)
		_, err = b.CancelRun(t.Context(), "filed")
		refusedAs(t, err, contract.KindNotFound, ofJob)
		_, err = b.Run(t.Context(), "other")
		refusedAs(t, err, contract.KindNotFound, ofNone)
		s.Stop()
	})
}
