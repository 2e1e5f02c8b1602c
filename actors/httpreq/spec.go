package httpreq

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"curfew/actors/env/httpx"
	"curfew/messages/text"
)

// Bounds of the `with` block.
const (
	MaxURL         = 4 << 10 // bytes
	MaxPattern     = 4 << 10 // bytes
	MaxHeaders     = 64      // of headers and header_env, each
	maxHeaderValue = 4 << 10 // bytes
	MaxRequestBody = 256 << 10

	leastStatus, mostStatus = 200, 599 // of expect_status
)

// Spec is the job's `with` block.
type Spec struct {
	// URL is http or https, without user and password. Required. No error quotes its query.
	URL string `json:"url"`
	// Method is GET if it is empty.
	Method string `json:"method"`
	// ExpectStatus is the only status that is a success; 0 means 200. Redirects are followed within the origin, unless the
	// expected status is one.
	ExpectStatus int `json:"expect_status"`
	// ExpectBody is a regular expression (RE2) that must match in the first [MaxBody] bytes of the answer.
	ExpectBody string `json:"expect_body"`
	// Headers are sent as they are. They are in the journal, so they must not be secrets.
	Headers map[string]string `json:"headers"`
	// HeaderEnv are headers with a secret: each names the variable of the daemon's environment that holds it, optionally
	// with a word before it that is sent, too: "Bearer API_TOKEN".
	HeaderEnv map[string]string `json:"header_env"`
	// Body is sent with the request.
	Body string `json:"body"`
}

// Kind is "http".
func (Spec) Kind() string { return "http" }

// Uncounted says that no attempt tells what a model cost.
func (Spec) Uncounted() string { return "a request says nothing of what a model cost; remove the key" }

var methods = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

// Validate says what is wrong with the block. Its errors quote no value that may be a secret.
func (s Spec) Validate() error {
	if err := s.checkURL(); err != nil {
		return err
	}
	switch {
	case !slices.Contains(methods, s.method()):
		return fmt.Errorf("method must be one of %s", strings.Join(methods, ", "))
	case s.ExpectStatus != 0 && (s.ExpectStatus < leastStatus || s.ExpectStatus > mostStatus):
		return fmt.Errorf("expect_status must be %d to %d", leastStatus, mostStatus)
	case len(s.Body) > MaxRequestBody:
		return fmt.Errorf("body is longer than %d bytes", MaxRequestBody)
	case s.Body != "" && s.method() == http.MethodHead:
		return errors.New("body: a HEAD request has no body; remove it, or use another method")
	case s.ExpectBody != "" && s.method() == http.MethodHead:
		return errors.New("expect_body: the answer to a HEAD request has no body")
	case len(s.ExpectBody) > MaxPattern:
		return fmt.Errorf("expect_body is longer than %d bytes", MaxPattern)
	}
	if _, err := regexp.Compile(s.ExpectBody); err != nil {
		return fmt.Errorf("expect_body: %w", err)
	}
	return s.checkHeaders()
}

func (s Spec) method() string { return cmp.Or(s.Method, http.MethodGet) }

func (s Spec) status() int { return cmp.Or(s.ExpectStatus, http.StatusOK) }

func (s Spec) checkURL() error {
	u, err := url.Parse(s.URL) // its error would quote the URL whole
	switch {
	case s.URL == "":
		return errors.New("url is required")
	case len(s.URL) > MaxURL:
		return fmt.Errorf("url is longer than %d bytes", MaxURL)
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "":
		return errors.New("url must be a URL such as https://example.com/health")
	case u.User != nil:
		return errors.New("url must not contain a user or a password; put them into header_env")
	case len(s.HeaderEnv) > 0:
		u.RawQuery, u.ForceQuery, u.Fragment = "", false, ""
		if err := httpx.CheckBackend(u.String()); err != nil {
			return fmt.Errorf("url: with header_env: %w", err)
		}
	}
	return nil
}

const (
	headerPattern = "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"
	// referencePattern is an entry of header_env: an optional word, and the name of a variable.
	referencePattern = `^(?:([A-Za-z]+) )?([A-Za-z_][A-Za-z0-9_]*)$`
)

var (
	headerName = text.Pattern(headerPattern)
	reference  = text.Pattern(referencePattern)

	secretHeaders = []string{"Authorization", "Cookie", "Proxy-Authorization", "X-Api-Key"}
	// The client sets these itself.
	clientHeaders = []string{"Connection", "Content-Length", "Host", "Trailer", "Transfer-Encoding", "Upgrade"}
)

func (s Spec) checkHeaders() error {
	if len(s.Headers) > MaxHeaders || len(s.HeaderEnv) > MaxHeaders {
		return fmt.Errorf("headers and header_env have at most %d entries each", MaxHeaders)
	}
	seen := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(s.Headers)) {
		if err := checkName("headers", name, seen); err != nil {
			return err
		}
		value := s.Headers[name]
		switch {
		case slices.Contains(secretHeaders, http.CanonicalHeaderKey(name)):
			return fmt.Errorf("headers: the value of %s is a secret; name the variable that holds it in header_env", name)
		case len(value) > maxHeaderValue || !printable(value):
			return fmt.Errorf("headers: the value of %s must be at most %d printable characters", name, maxHeaderValue)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.HeaderEnv)) {
		if err := checkName("header_env", name, seen); err != nil {
			return err
		}
		if !reference().MatchString(s.HeaderEnv[name]) {
			return fmt.Errorf("header_env: %s must be the name of the environment variable that holds the value, such as API_TOKEN or Bearer API_TOKEN", name)
		}
	}
	return nil
}

func checkName(member, name string, seen map[string]bool) error {
	canonical := http.CanonicalHeaderKey(name)
	switch {
	case !headerName().MatchString(name):
		return fmt.Errorf("%s: %.40q is not a valid header name", member, name)
	case slices.Contains(clientHeaders, canonical):
		return fmt.Errorf("%s: %s cannot be set; the client sets it itself", member, name)
	case seen[canonical]:
		return fmt.Errorf("%s: %s is given twice", member, name)
	}
	seen[canonical] = true
	return nil
}

func printable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f })
}
