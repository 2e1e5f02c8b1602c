package policy

import "slices"

// maxPart bounds the names of a part: what is moved when one is put in.
const maxPart = 512

// names is a sorted list of names that is kept as names come and go. It is cut into parts, so that a change moves few
// names, and a page of it costs no more than the page.
type names struct {
	parts [][]string // none is empty
	count int
	bare  bool // they are only counted: nobody asks for them
}

// place is where a name is, or would be put in.
func (l *names) place(name string) (part, at int, found bool) {
	part, found = slices.BinarySearchFunc(l.parts, name, func(p []string, n string) int {
		switch {
		case n < p[0]:
			return 1
		case n > p[len(p)-1]:
			return -1
		}
		return 0
	})
	if !found {
		return part, 0, false
	}
	at, found = slices.BinarySearch(l.parts[part], name)
	return part, at, found
}

// add puts a name in, unless it is there. Who only counts adds none twice.
func (l *names) add(name string) {
	if l.bare {
		l.count++
		return
	}
	part, at, found := l.place(name)
	if found {
		return
	}
	l.count++
	if at == 0 && part > 0 { // between two parts: it goes to the end of the first
		part, at = part-1, len(l.parts[part-1])
	}
	switch {
	case len(l.parts) == 0:
		l.parts = [][]string{{name}}
		return
	case len(l.parts[part]) == maxPart && at == maxPart: // names that come in their order fill part after part
		l.parts = slices.Insert(l.parts, part+1, []string{name})
		return
	case len(l.parts[part]) == maxPart:
		l.split(part)
		if half := len(l.parts[part]); at > half {
			part, at = part+1, at-half
		}
	}
	l.parts[part] = slices.Insert(l.parts[part], at, name)
}

func (l *names) split(part int) {
	p := l.parts[part]
	l.parts = slices.Insert(l.parts, part+1, slices.Clone(p[len(p)/2:]))
	clear(p[len(p)/2:])
	l.parts[part] = p[:len(p)/2]
}

// remove takes a name out, if it is there.
func (l *names) remove(name string) {
	if l.bare {
		l.count--
		return
	}
	part, at, found := l.place(name)
	if !found {
		return
	}
	l.count--
	if l.parts[part] = slices.Delete(l.parts[part], at, at+1); len(l.parts[part]) == 0 {
		l.parts = slices.Delete(l.parts, part, part+1)
	}
}

// after lists the names behind a name, at most limit of them. Empty: from the first on.
func (l *names) after(name string, limit int) []string {
	part, at, found := l.place(name)
	if found {
		at++
	}
	out := make([]string, 0, min(max(limit, 0), l.count))
	for ; part < len(l.parts) && len(out) < limit; part, at = part+1, 0 {
		p := l.parts[part][at:]
		out = append(out, p[:min(len(p), limit-len(out))]...)
	}
	return out
}
