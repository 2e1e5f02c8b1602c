//go:build unix

package users

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"strconv"
	"strings"
	"sync"
)

// maxPasswd bounds what is read of the password file, in bytes.
const maxPasswd = 16 << 20

// Find finds the account of that name, as the machine has it now. The error wraps [ErrUnknown] if there is none.
func Find(name string) (Account, error) {
	found, err := user.Lookup(name)
	if unknown := user.UnknownUserError(""); errors.As(err, &unknown) {
		return Account{}, fmt.Errorf("user %q: %w", name, ErrUnknown)
	}
	if err != nil {
		return Account{}, fmt.Errorf("user %q: %w", name, err)
	}
	out := Account{Name: found.Username, Home: found.HomeDir, Shell: passwd(found.Uid).Shell}
	groups, err := found.GroupIds()
	if err != nil {
		return Account{}, fmt.Errorf("user %q: its groups: %w", name, err)
	}
	numbers := make([]uint32, 0, len(groups)+2)
	for _, text := range append([]string{found.Uid, found.Gid}, groups...) {
		n, err := strconv.ParseUint(text, 10, 32)
		if err != nil {
			return Account{}, fmt.Errorf("user %q: %q is not the number of a user or group", name, text)
		}
		numbers = append(numbers, uint32(n))
	}
	out.UID, out.GID, out.Groups = numbers[0], numbers[1], numbers[2:]
	return out, nil
}

// Own reports whether this program runs as the account.
func (a Account) Own() bool { return int64(a.UID) == int64(os.Geteuid()) }

// Allowed returns why this program cannot run processes as the account; nil: it can. The error wraps [ErrDenied].
func (a Account) Allowed() error {
	switch {
	case a.Own():
		return nil
	case os.Geteuid() != 0:
		return fmt.Errorf("%w, and this is user %s", ErrDenied, Me().Name)
	case !capable():
		return fmt.Errorf("%w, and this root lacks the capability SETUID, SETGID or KILL", ErrDenied)
	}
	return nil
}

// Me is the account of this program by the password file. Its groups and numbers are not looked up.
var Me = sync.OnceValue(func() Account {
	uid := strconv.Itoa(os.Getuid())
	me := passwd(uid)
	if me.Name == "" { // the file is not all that there is
		if u, err := user.LookupId(uid); err == nil {
			me = Account{Name: u.Username, Home: u.HomeDir}
		}
	}
	return me
})

// passwd finds the first account of that number in the password file: its name, home and shell.
func passwd(uid string) Account {
	f, err := os.Open("/etc/passwd")
	if err != nil {
		return Account{}
	}
	defer f.Close()
	return lookUp(io.LimitReader(f, maxPasswd), uid)
}

func lookUp(file io.Reader, uid string) Account {
	const fields = 7 // name:password:uid:gid:comment:home:shell
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if f := strings.Split(lines.Text(), ":"); len(f) == fields && f[2] == uid && f[0] != "" {
			return Account{Name: f[0], Home: f[5], Shell: f[6]}
		}
	}
	return Account{}
}
