package web

import (
	"net/url"
	"slices"
	"strconv"

	"curfew/internal/contract"
	"curfew/internal/words"
	"curfew/messages"
)

// jobsQuery is what the query of the page of jobs asks for.
type jobsQuery struct{ contract.JobsQuery }

// readJobsQuery reads it. An unknown value is refused, since a misspelt filter would silently show something else.
func (v *visit) readJobsQuery(from url.Values) (q jobsQuery, err error) {
	q.Limit, q.StripMax = contract.DefaultLimit, contract.MaxStrip
	if err := q.readFilter(from); err != nil {
		return q, err
	}
	q.Sort = contract.JobSort(from.Get("sort"))
	if q.Sort != "" && !slices.Contains(contract.JobSorts, q.Sort) {
		return q, notValid("sort", string(q.Sort), contract.JobSorts)
	}
	switch dir := from.Get("dir"); dir {
	case "", "down":
		q.Reverse = dir != ""
	default:
		return q, notValid("dir", dir, []string{"down"})
	}
	if text := from.Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > contract.MaxJobsPage {
			return q, contract.Malformed("%q is not a valid limit; it is a number from 1 to %d", contract.Cut(text), contract.MaxJobsPage)
		}
		q.Limit = n
	}
	q.After, q.Before = from.Get("after"), from.Get("before")
	return q, nil
}

// readFilter reads the part of the query that selects jobs. Its names are those of the API.
func (q *jobsQuery) readFilter(from url.Values) error {
	f := &q.JobFilter
	for name, into := range map[string]*string{"q": &f.Search, "actor": &f.Actor, "session": &f.Session, "tag": &f.Tag} {
		text, err := filterText(from, name)
		if err != nil {
			return err
		}
		*into = text
	}
	for name, into := range map[string]*bool{"failing": &f.Failing, "held": &f.Held, "disabled": &f.Disabled} {
		text := from.Get(name)
		on, err := strconv.ParseBool(text)
		if text != "" && err != nil {
			return contract.Malformed("%s must be true or false, not %q", name, contract.Cut(text))
		}
		*into = on
	}
	f.State = contract.JobState(from.Get("state"))
	if f.State != "" && !slices.Contains(contract.JobStates, f.State) {
		return notValid("state", string(f.State), contract.JobStates)
	}
	f.ManagedBy = messages.ManagedBy(from.Get("managed_by"))
	if both := []messages.ManagedBy{messages.ManagedByFile, messages.ManagedByAPI}; f.ManagedBy != "" && !slices.Contains(both, f.ManagedBy) {
		return notValid("managed_by", string(f.ManagedBy), both)
	}
	return nil
}

func notValid[T ~string](name, value string, known []T) error {
	return contract.Malformed("%q is not a valid %s; known are %s", contract.Cut(value), name, words.Join(known))
}

// filter is the part of the query that selects jobs, as text.
func (q jobsQuery) filter() url.Values {
	out := url.Values{}
	set := func(name, value string) {
		if value != "" {
			out.Set(name, value)
		}
	}
	flag := func(name string, on bool) {
		if on {
			out.Set(name, "true")
		}
	}
	set("q", q.Search)
	set("state", string(q.State))
	set("actor", q.Actor)
	set("session", q.Session)
	set("tag", q.Tag)
	set("managed_by", string(q.ManagedBy))
	flag("failing", q.Failing)
	flag("held", q.Held)
	flag("disabled", q.Disabled)
	return out
}

// values is the whole query but for the place in the list.
func (q jobsQuery) values() url.Values {
	out := q.filter()
	if q.Sort != "" && q.Sort != contract.SortName {
		out.Set("sort", string(q.Sort))
	}
	if q.Reverse {
		out.Set("dir", "down")
	}
	if q.Limit != contract.DefaultLimit {
		out.Set("limit", strconv.Itoa(q.Limit))
	}
	return out
}

// link is the page of jobs with a changed query, from its beginning on.
func (q jobsQuery) link(change func(url.Values)) string {
	values := q.values()
	change(values)
	return pathWith("/jobs", values)
}

// with is the link to the same page with another value of one member; empty: without it.
func (q jobsQuery) with(name, value string) string {
	return q.link(func(v url.Values) {
		v.Del(name)
		if value != "" {
			v.Set(name, value)
		}
	})
}

// sorted is the link to the same jobs in an order: the other way round if they are in it.
func (q jobsQuery) sorted(by contract.JobSort) string {
	return q.link(func(v url.Values) {
		v.Del("dir")
		v.Del("sort")
		if by != contract.SortName {
			v.Set("sort", string(by))
		}
		if by == q.by() && !q.Reverse {
			v.Set("dir", "down")
		}
	})
}

// by is the order of the jobs.
func (q jobsQuery) by() contract.JobSort {
	if q.Sort == "" {
		return contract.SortName
	}
	return q.Sort
}

// narrow reports whether the query selects some jobs only.
func (q jobsQuery) narrow() bool { return len(q.filter()) > 0 }
