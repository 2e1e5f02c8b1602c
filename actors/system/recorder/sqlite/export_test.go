package sqlite

// Bound makes the store write by portions and transactions of that many runs.
func (s *Store) Bound(portion, transaction int) { s.portion, s.most = portion, transaction }
