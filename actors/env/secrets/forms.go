package secrets

import (
	"encoding/base64"
	"encoding/json"
	"html"
	"net/url"
	"slices"
	"strings"

	"curfew/messages/text"
)

// minEncoded is how long a secret must be, in bytes, to be looked for in base64: the form of a shorter one is in many
// texts by chance.
const minEncoded = 8

// forms returns every form in which the secrets may be written, the longest first, so that none is replaced in part.
func forms(secrets []string) []string {
	var all []string
	for _, secret := range secrets {
		if secret == "" {
			continue
		}
		all = append(all, secret, strings.ReplaceAll(secret, "/", `\/`))
		all = append(all, inURL(secret)...)
		all = append(all, html.EscapeString(secret), strings.ReplaceAll(html.EscapeString(secret), "&#34;", "&quot;"))
		all = append(all, inJSON(secret, true), inJSON(secret, false))
		if len(secret) >= minEncoded {
			all = append(all, inBase64(secret, base64.RawStdEncoding)...)
			all = append(all, inBase64(secret, base64.RawURLEncoding)...)
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	slices.SortStableFunc(all, func(a, b string) int { return len(b) - len(a) })
	return all
}

var hexByte = text.Pattern(`%[0-9A-F]{2}`)

// inURL is the secret inside a URL. Programs differ in whether a slash is escaped, and in the case of the digits.
func inURL(secret string) []string {
	query := url.QueryEscape(secret)
	all := []string{query, url.PathEscape(secret), strings.ReplaceAll(query, "%2F", "/")}
	for _, text := range all {
		all = append(all, hexByte().ReplaceAllStringFunc(text, strings.ToLower))
	}
	return all
}

// inJSON is the secret inside a JSON string; with escapeHTML also <, > and & are escaped.
func inJSON(secret string, escapeHTML bool) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(escapeHTML)
	_ = e.Encode(secret) // a string can always be written
	quoted := strings.TrimSuffix(b.String(), "\n")
	return quoted[1 : len(quoted)-1]
}

// inBase64 returns the forms of the secret inside a base64 text. Three bytes become four characters, so there are three
// forms, by how many bytes of a group are before the secret. Characters that also depend on its neighbours are left
// out.
func inBase64(secret string, e *base64.Encoding) []string {
	var all []string
	for before := range 3 {
		text := e.EncodeToString([]byte(strings.Repeat("\x00", before) + secret))
		from := (before*8 + 5) / 6 // the first character that the bytes before have no part in
		to := (before + len(secret)) * 8 / 6
		all = append(all, text[from:to])
	}
	return all
}
