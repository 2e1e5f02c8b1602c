package bus

// Pragma sets something of the one connection that appends.
func (s *SQLite) Pragma(statement string) error {
	_, err := s.write.Exec("PRAGMA " + statement)
	return err
}

// LockTries is how often an append is tried.
const LockTries = lockTries
