package messages

// Name is the form of the name of a job, and of what else a job file names, in the syntax that RE2 and ECMA-262 share.
const Name = `^[a-z0-9][a-z0-9_-]{0,62}$`

// MaxName bounds a [Name], in bytes.
const MaxName = 63

// IsName reports whether a text has the form of a [Name]. It is asked of every job, and the expression takes 50 KB.
func IsName(s string) bool {
	if s == "" || len(s) > MaxName || s[0] == '_' || s[0] == '-' {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' && c != '-' {
			return false
		}
	}
	return true
}
