package httpx

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// redacted stands in the place of a secret.
const redacted = "[redacted]"

// Redact takes the secrets out of a text: as they are, and as they look in JSON and in a URL. Empty
// secrets are passed over. A secret that was cut, encoded otherwise or spread over the text is not found,
// so redact before cutting.
func Redact(s string, secrets ...string) string {
	for _, form := range forms(secrets) {
		s = strings.ReplaceAll(s, form, redacted)
	}
	return s
}

// RedactCut is [Redact] for a text of which the end is missing: the beginning of a secret that the cut went
// through is taken out, too.
func RedactCut(s string, secrets ...string) string {
	return withoutPart(Redact(s, secrets...), secrets)
}

// forms is every way in which the secrets may be written, the longest first, so that none is replaced in
// part.
func forms(secrets []string) []string {
	var all []string
	for _, secret := range secrets {
		if secret == "" {
			continue
		}
		if quoted, err := json.Marshal(secret); err == nil {
			all = append(all, string(quoted[1:len(quoted)-1]))
		}
		all = append(all, secret, url.QueryEscape(secret), url.PathEscape(secret), strings.ReplaceAll(secret, "/", `\/`))
	}
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	return slices.Compact(all)
}

// withoutPart cuts the beginning of a secret off the end of a text that was cut there.
func withoutPart(s string, secrets []string) string {
	for _, form := range forms(secrets) {
		for n := min(len(form)-1, len(s)); n > 0; n-- {
			if strings.HasSuffix(s, form[:n]) {
				s = s[:len(s)-n]
				break
			}
		}
	}
	return s
}
