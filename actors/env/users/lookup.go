package users

import "os"

// Lookup finds a variable as the processes of this program have it: those of [Account.Variables] that the environment
// lacks, as under a service manager, are of the password file.
func Lookup(name string) (value string, found bool) {
	value, found = os.LookupEnv(name)
	if value != "" {
		return value, found
	}
	for _, v := range Me().Variables() {
		if v[0] == name {
			return v[1], true
		}
	}
	return value, found
}
