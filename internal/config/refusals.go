package config

import (
	"regexp"
	"strings"

	"curfew/internal/config/schema"
	"curfew/messages"
)

// refusals reads a list of answers of a backend, such as {status: 403, body: "(?i)session expired"}.
func (b *builder) refusals(o object, key string) (out []messages.Refusal) {
	n := o.get(key, shapeList)
	if n == nil {
		return nil
	}
	is := schema.Form[schema.List](o.is, key)
	if len(n.items) < is.Least || len(n.items) > is.Most {
		b.at(n, "%s must list %d to %d answers", key, is.Least, is.Most)
		return nil
	}
	answer, _ := schema.As[schema.Object](is.Of)
	for _, item := range n.items {
		r, ok := b.object(item, answer)
		if !ok {
			continue
		}
		var m messages.Refusal
		m.Status, _ = r.integer("status")
		if code := r.get("code", shapeText, shapeInt); code != nil {
			m.Code = strings.TrimSpace(code.String())
			if text, isText := code.scalar.(string); isText {
				m.Code = strings.TrimSpace(text)
			}
		}
		if body, at := r.text("body"); at != nil {
			if b.patterns++; b.patterns > maxPatterns {
				if b.patterns == maxPatterns+1 {
					b.at(at, "the file has more than %d patterns in expired_when and quota_when of its sessions", maxPatterns)
				}
				continue // to read them would take long
			}
			if _, err := regexp.Compile(body); err != nil || len(body) > maxPattern {
				b.at(at, "body must be a pattern (RE2) of at most %d bytes: %v", maxPattern, err)
			}
			m.Body = body
		}
		if m == (messages.Refusal{}) {
			b.at(item, "an answer in %s needs a status, a code or a body", key)
		}
		out = append(out, m)
	}
	return out
}
