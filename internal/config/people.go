package config

import (
	"slices"

	"curfew/messages"
)

// forPeople reads the keys that are texts for people, and whether the job is enabled.
func (b *builder) forPeople(o object, def *messages.Definition) {
	if n := o.get("enabled", shapeBool); n != nil {
		def.Disabled = !n.scalar.(bool)
	}
	def.Title = o.free("title", maxTitle)
	def.Description = o.free("description", maxDescription)
	n := o.get("tags", shapeList)
	if n == nil {
		return
	}
	if len(n.items) > maxTags {
		b.at(n, "tags has more than %d entries", maxTags)
		return
	}
	for _, item := range n.items {
		tag, ok := item.scalar.(string)
		switch {
		case !ok || tag == "" || len(tag) > maxTitle:
			b.at(item, "each item of tags must be a text of 1 to %d bytes, such as nightly", maxTitle)
		case slices.Contains(def.Tags, tag):
			b.at(item, "tags has %q twice", tag)
		default:
			def.Tags = append(def.Tags, tag)
		}
	}
}

// free is a text of at most that many bytes.
func (o object) free(key string, most int) string {
	s, n := o.text(key)
	if len(s) > most {
		o.at(n, "%s is longer than %d bytes", key, most)
	}
	return s
}
