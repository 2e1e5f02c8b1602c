package targets

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net/url"
	"slices"
	"strings"

	"github.com/nicholas-fedor/shoutrrr/pkg/router"
	"github.com/nicholas-fedor/shoutrrr/pkg/types"
)

const (
	serviceMatrix = "matrix" // signs in when it reads its URL
	serviceLogger = "logger" // sends messages nowhere
)

// CheckService returns what is wrong with the URL of a service, without quoting it: it holds a secret. The service
// itself parses the URL; no request is made.
func CheckService(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme == "" {
		return errors.New("must be one such as ntfy://ntfy.sh/topic or telegram://token@telegram?chats=@name")
	}
	scheme, _, custom := strings.Cut(strings.ToLower(u.Scheme), "+")
	known := slices.DeleteFunc((&router.ServiceRouter{}).ListServices(),
		func(s string) bool { return s == serviceLogger })
	if !slices.Contains(known, scheme) {
		slices.Sort(known)
		return fmt.Errorf("must begin with the name of a service (%s), not with %q", strings.Join(known, ", "), scheme)
	}
	if err := readURL(scheme, u, custom); err != nil {
		return fmt.Errorf("is not valid for %s: %s", scheme, scrub(bareAll(err).Error(), address, true))
	}
	return nil
}

// readURL lets a service parse its URL.
func readURL(scheme string, u *url.URL, custom bool) (err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("the service panicked") // the panic's text may hold a secret
		}
	}()
	service, err := (&router.ServiceRouter{}).NewService(scheme)
	if err != nil {
		return err
	}
	if custom {
		c, ok := service.(types.CustomURLService)
		if !ok {
			return errors.New("it does not accept a URL of another form after a +")
		}
		if u, err = c.GetConfigURLFromCustom(u); err != nil {
			return err
		}
	}
	if scheme == serviceMatrix && u.User != nil {
		password, _ := u.User.Password()
		calm := *u
		calm.User = url.UserPassword("", password) // without a user it does not sign in
		u = &calm
	}
	return service.Initialize(u, log.New(io.Discard, "", 0))
}
