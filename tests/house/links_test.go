package house

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// noPages are folders without pages or programs of this tree.
var noPages = []string{".git", ".cache", "node_modules", "testdata"}

// markdown are all pages of the tree, also those beside programs.
func markdown(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains(noPages, d.Name()):
			return filepath.SkipDir
		case filepath.Ext(path) == ".md":
			out[path] = read(t, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestLinks: every link to a file leads to one of the tree, and every link into a page to a heading of it.
func TestLinks(t *testing.T) {
	inModule(t)
	all := markdown(t)
	for name := range pages(t) {
		if all[name] == "" {
			t.Errorf("%s is not looked at", name)
		}
	}
	found := 0
	for name, page := range all {
		for _, link := range links(page) {
			found++
			if err := leads(t, name, link); err != nil {
				t.Errorf("%s links to %s: %v", name, link, err)
			}
		}
	}
	const least = 600
	if found < least {
		t.Errorf("only %d links were found, want %d", found, least)
	}
}

// leads says what is wrong with a link of a page.
func leads(t *testing.T, page, link string) error {
	t.Helper()
	path, anchor, _ := strings.Cut(link, "#")
	target := page
	if path != "" {
		target = filepath.Join(filepath.Dir(page), path)
	}
	if !filepath.IsLocal(target) {
		return fmt.Errorf("%s is outside of the tree", target)
	}
	if _, err := os.Stat(target); err != nil {
		return err
	}
	if anchor != "" && !headings(read(t, target))[anchor] {
		return fmt.Errorf("%s has no such heading", target)
	}
	return nil
}

var (
	inlineLink = regexp.MustCompile(`\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)`)
	namedLink  = regexp.MustCompile(`(?m)^\[[^\]]+\]:\s*(\S+)`)
	htmlLink   = regexp.MustCompile(`(?:href|src|srcset)="([^"]+)"`)
	code       = regexp.MustCompile("(?ms)^ *```.*?^ *```|`[^`\n]+`")
)

// links are the links of a page that lead into the tree, in each form of Markdown and in HTML; what is code has none.
func links(page string) (out []string) {
	page = code.ReplaceAllString(page, "code")
	for _, form := range []*regexp.Regexp{inlineLink, namedLink, htmlLink} {
		for _, m := range form.FindAllStringSubmatch(page, -1) {
			if !strings.Contains(m[1], "://") && !strings.HasPrefix(m[1], "mailto:") {
				out = append(out, m[1])
			}
		}
	}
	return out
}

var (
	fence    = regexp.MustCompile("(?ms)^```.*?^```")
	noAnchor = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// headings are the anchors that a page has, by the rule of the usual renderers: the second of a name gets -1.
func headings(page string) map[string]bool {
	out := map[string]bool{}
	seen := map[string]int{}
	for line := range strings.Lines(fence.ReplaceAllString(page, "")) {
		text, ok := strings.CutPrefix(strings.TrimLeft(line, "#"), " ")
		if !ok || !strings.HasPrefix(line, "#") {
			continue
		}
		text = noAnchor.ReplaceAllString(strings.ToLower(strings.TrimSpace(text)), "")
		anchor := strings.ReplaceAll(text, " ", "-")
		if n := seen[anchor]; n > 0 {
			out[fmt.Sprintf("%s-%d", anchor, n)] = true
		}
		seen[anchor]++
		out[anchor] = true
	}
	return out
}

// TestLinksOfAPage: links are found in each form, and neither links nor headings in code.
func TestLinksOfAPage(t *testing.T) {
	page := "# A `page`, once\n\n[a](x.md) ![b](y.png \"a title\") [c][d] <img src=\"z.svg\"> `[no](no.md)`\n\n" +
		"```sh\n# no heading\n[no](no.md)\n```\n\n[d]: w.md#part\n\n[e](https://example.com) [f](#same)\n\n## Same\n\n## Same\n"
	got := links(page)
	slices.Sort(got)
	if want := []string{"#same", "w.md#part", "x.md", "y.png", "z.svg"}; !slices.Equal(got, want) {
		t.Errorf("links %q, want %q", got, want)
	}
	anchors := headings(page)
	for anchor, want := range map[string]bool{"a-page-once": true, "same": true, "same-1": true, "same-2": false, "no-heading": false} {
		if anchors[anchor] != want {
			t.Errorf("heading %s: %v, want %v", anchor, anchors[anchor], want)
		}
	}
}
