package config

import (
	"strings"

	"curfew/docs"
	"curfew/messages/text"
)

var (
	pageHead  = text.Pattern("^##+ (.*)$")
	pageNames = text.Pattern("`([^`]+)`")
	pageLink  = text.Pattern(`\[([^\]]*)\]\([^)]*\)`)
)

// sections are the paths of the keys whose rows stand under a heading of the page.
var sections = map[string]string{"`jobs` (required, at least one)": "job.", "`retry`": "job.retry.", "`sessions`": "session.", "The rest": ""}

// sentence begins a text with a capital letter, unless it begins with code.
func sentence(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// pageTexts returns what docs/jobfile.md says of a key, by its path: a hover text and the page are one text.
func pageTexts() func(path string) string {
	texts := map[string]string{}
	prefix, known := "", false
	for line := range strings.SplitSeq(docs.JobFile, "\n") {
		if m := pageHead().FindStringSubmatch(line); m != nil {
			prefix, known = sections[m[1]]
			if kind, ok := strings.CutPrefix(m[1], "`with` of `"); ok {
				prefix, known = "with."+strings.TrimSuffix(kind, "`")+".", true
			}
			continue
		}
		cells := strings.Split(strings.TrimSuffix(strings.TrimPrefix(line, "| "), " |"), " | ")
		if !known || !strings.HasPrefix(line, "| ") || len(cells) < 2 {
			continue
		}
		for _, name := range pageNames().FindAllStringSubmatch(cells[0], -1) {
			texts[prefix+name[1]] = sentence(strings.TrimLeft(pageLink().ReplaceAllString(cells[len(cells)-1], "$1"), "| "))
		}
	}
	return func(path string) string { return texts[path] }
}
