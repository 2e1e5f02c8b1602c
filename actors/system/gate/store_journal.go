package gate

import "slices"

// The tokens' file is beside a journal, and does not always belong to it: a backup was put in the journal's place, or the
// file was copied from elsewhere.

// Ahead returns the sessions whose token has a newer generation than the log's, now, with that generation. A session
// that the log does not know is not among them.
func (s *Store) Ahead(now map[string]uint64) map[string]uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	ahead := map[string]uint64{}
	for name, c := range s.sessions {
		if generation, known := now[name]; known && c.generation > generation {
			ahead[name] = c.generation
		}
	}
	return ahead
}

// Lower gives the tokens that are ahead the generation of the log.
func (s *Store) Lower(now map[string]uint64) error {
	ahead := s.Ahead(now)
	s.mu.Lock()
	for name := range ahead {
		s.sessions[name] = s.sessions[name].at(now[name])
	}
	s.mu.Unlock()
	if len(ahead) == 0 {
		return nil
	}
	return s.save()
}

// maxAside is how many tokens of one session are kept that were set aside; the oldest goes.
const maxAside = 16

// kept are the tokens of a session that were set aside, with one more, unless it is among them.
func kept(all []credential, c credential) []credential {
	if slices.ContainsFunc(all, func(o credential) bool { return o.token.reveal() == c.token.reveal() }) {
		return all
	}
	all = append(all, c)
	return all[max(0, len(all)-maxAside):]
}

// SetAside takes the tokens out of use that are not of the log's journal, and returns their sessions, sorted. Now are the
// generations of the log; has reports whether the journal has that record, and known whether that can be said. A token is
// of another journal if its generation is newer than the log's, or if the record of its sign-in is not there. It stays in
// the file, for people: somebody may have no other copy.
func (s *Store) SetAside(now map[string]uint64, has func(Restoration) (is, known bool, err error)) (sessions []string, err error) {
	all, _ := s.all()
	for name, c := range all {
		generation, here := now[name]
		if !here || generation == 0 { // the log has no token of it: this one is a new sign-in there
			continue
		}
		foreign := c.generation > generation
		if !foreign && c.by != (Restoration{}) {
			is, known, err := has(c.by)
			if err != nil {
				return nil, err
			}
			foreign = known && !is
		}
		if foreign {
			sessions = append(sessions, name)
		}
	}
	if len(sessions) == 0 {
		return nil, nil
	}
	slices.Sort(sessions)
	s.mu.Lock()
	for _, name := range sessions {
		s.aside[name] = kept(s.aside[name], s.sessions[name])
		delete(s.sessions, name)
	}
	s.mu.Unlock()
	return sessions, s.save()
}
