package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"curfew/internal/api"
	"curfew/internal/contract"
	"curfew/messages"
)

// ofRun looks at the run that a word names: by its id, or else by its job, whose newest run is meant. Look is called again
// if there is no run of that id, so it has to show nothing then. No order goes this way: what it ends has to be named.
func (t *terminal) ofRun(ctx context.Context, client *api.Client, word string, look func(messages.RunID) error) error {
	err := look(messages.RunID(word))
	var p *api.Problem
	if !errors.As(err, &p) || p.Status != http.StatusNotFound || !messages.IsName(word) {
		return err
	}
	runs, none := client.Runs(ctx, contract.RunQuery{Job: word, Page: contract.Page{Limit: 1}})
	if none != nil || len(runs.Body.Items) == 0 {
		return err // it says what lists the runs of a job
	}
	id := runs.Body.Items[0].ID
	if !t.programs() {
		fmt.Fprintf(t.told(), "(run %s, the newest of job %s)\n", id, word)
	}
	return look(id)
}
