// Package docs has what the program takes from its pages.
package docs

import (
	"embed"
	"slices"
	"strings"
)

// JobFile is the page of the job file, whose rows are what editors show of a key.
//
//go:embed jobfile.md
var JobFile string

// OpenAPI describes the HTTP API. It is made by the tests of tests/openapi.
//
//go:embed openapi.json
var OpenAPI []byte

//go:embed *.md
var pages embed.FS

// wordsPage has a heading for each word of an answer.
const wordsPage = "codes"

// A Topic is a page or a word that can be looked up.
type Topic struct{ Name, Title string }

// Pages are the names and the titles of all pages, by name. They are read when they are asked for.
func Pages() (all []Topic) {
	files, err := pages.ReadDir(".")
	if err != nil {
		panic(err) // they are in the program
	}
	for _, f := range files {
		name := strings.TrimSuffix(f.Name(), ".md")
		title, _, _ := strings.Cut(page(name), "\n")
		all = append(all, Topic{name, strings.TrimPrefix(title, "# ")})
	}
	return all
}

// Words are the words that have a paragraph, in the order of their page.
func Words() (all []string) {
	for line := range strings.Lines(page(wordsPage)) {
		if word, ok := strings.CutPrefix(line, "### "); ok {
			all = append(all, strings.TrimSpace(word))
		}
	}
	return all
}

// Page returns a page in the Markdown that it is written in. The name is that of its file without the ending.
func Page(name string) (text string, ok bool) {
	text = page(name)
	return text, text != ""
}

// Word returns the paragraph of a word, in Markdown. The word may be a form of it, such as "folded" of fold.
func Word(word string) (text string, ok bool) {
	all := Words()
	for _, ending := range []string{"", "s", "ed", "ies"} {
		base, cut := strings.CutSuffix(word, ending)
		if ending == "ies" {
			base += "y"
		}
		if cut && slices.Contains(all, base) {
			return paragraph(base), true
		}
	}
	return "", false
}

// paragraph is that of a word that has one.
func paragraph(word string) (text string) {
	_, text, _ = strings.Cut(page(wordsPage), "\n### "+word+"\n\n")
	for _, next := range []string{"\n### ", "\n## "} {
		text, _, _ = strings.Cut(text, next)
	}
	return strings.TrimSpace(text) + "\n"
}

// page is the text of a page; empty: there is none.
func page(name string) string {
	raw, err := pages.ReadFile(name + ".md")
	if err != nil {
		return ""
	}
	return string(raw)
}
