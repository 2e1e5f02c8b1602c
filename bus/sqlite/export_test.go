package sqlite

// Pragma sets something of the one connection that appends.
func (s *Journal) Pragma(statement string) error {
	_, err := s.write.Exec("PRAGMA " + statement)
	return err
}
