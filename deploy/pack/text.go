package main

import (
	"os"
	"path"
	"regexp"
	"strings"
)

var (
	link  = regexp.MustCompile(`\[([^\]]+)\]\(([^)\s]+)\)`)
	image = regexp.MustCompile(`(?m)^<img [^>]*>\n`)
)

// text copies a page of Markdown for readers who have the program and no folder docs: a link to a page there names the
// command that shows it, other links to files of the tree are only their words, and images are left out.
func text(args []string) error {
	raw, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	return os.WriteFile(args[1], []byte(withoutTree(string(raw))), 0o644)
}

func withoutTree(page string) string {
	return link.ReplaceAllStringFunc(image.ReplaceAllString(page, ""), func(l string) string {
		m := link.FindStringSubmatch(l)
		words, target := m[1], m[2]
		if strings.Contains(target, "://") {
			return l
		}
		file, _, _ := strings.Cut(target, "#")
		if name, ok := strings.CutSuffix(file, ".md"); ok && path.Dir(name) == "docs" { // all of these are in the program
			return words + " (`curfew help " + path.Base(name) + "`)"
		}
		return words
	})
}
