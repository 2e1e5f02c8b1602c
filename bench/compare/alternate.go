package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"time"
)

const (
	usualLimit = 15 * time.Minute // of one run
	moreLeads  = 2                // times that a herd which was not loaded in time gets twice the lead
)

// results are the values of each round, by figure and program.
type results map[string]map[string][]float64

// alternate has each program bear the load once a round. A program that does not end within the limit, or fails, is left
// out of the further rounds, and the table says so.
func alternate(ctx context.Context, l load, programs map[string]string, work string) (results, error) {
	found := results{}
	for _, f := range l.figures {
		found[f.name] = map[string][]float64{}
	}
	leads, out := l.leads(), map[string]bool{}
	times := *rounds
	if l.rounds > 0 {
		times = min(times, l.rounds)
	}
	for round := range times {
		for i := range l.who {
			who := l.who[(i+round)%len(l.who)] // nobody always comes first
			if out[who] {
				continue
			}
			lead := leads[who]
			m, err := bear(ctx, l, programs[who], work, &lead)
			leads[who] = lead
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			if err != nil {
				fmt.Printf("%s, round %d, %s: %v\n", l.name, round+1, who, err)
				out[who] = true
				continue
			}
			line, _ := json.Marshal(m) //nolint:errchkjson // numbers by name
			fmt.Printf("%s, round %d, %s: %s\n", l.name, round+1, who, line)
			for _, f := range l.figures {
				if v, ok := m[f.name]; ok {
					found[f.name][who] = append(found[f.name][who], v)
				}
			}
		}
	}
	return found, nil
}

// leads are how far ahead of the herd each program begins: as long as the old build needs. This one takes half of it, and
// the schedulers of the peers keep nothing, so they are ready soon.
func (l load) leads() map[string]time.Duration {
	of := map[string]time.Duration{}
	for _, who := range l.who {
		switch of[who] = l.lead; who {
		case november:
		case curfew:
			of[who] /= 2
		default:
			of[who] /= 8
		}
	}
	return of
}

// bear runs one program under a load, in a data folder of its own.
func bear(ctx context.Context, l load, program, work string, lead *time.Duration) (map[string]float64, error) {
	for range moreLeads + 1 {
		m, err := once(ctx, l, program, work, *lead)
		if err != nil || m["unready"] == 0 {
			return m, err
		}
		*lead *= 2
	}
	return nil, fmt.Errorf("the jobs were not loaded within %v", *lead/2)
}

func once(ctx context.Context, l load, program, work string, lead time.Duration) (map[string]float64, error) {
	limit := l.limit
	if limit == 0 {
		limit = usualLimit
	}
	ctx, cancel := context.WithTimeout(ctx, limit+2*lead)
	defer cancel()
	data, err := os.MkdirTemp(work, "data")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(data)
	args := []string{"-work", l.work, "-n", strconv.Itoa(l.size), "-data", data}
	if lead > 0 {
		args = append(args, "-lead", lead.String())
	}
	c := exec.CommandContext(ctx, program, args...)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	answer, err := c.Output()
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return nil, fmt.Errorf("not within %v", limit)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, bytes.TrimSpace(stderr.Bytes()))
	}
	var m map[string]float64
	if err := json.Unmarshal(answer, &m); err != nil {
		return nil, fmt.Errorf("%q is not an answer of a load: %w", answer, err)
	}
	return m, nil
}
