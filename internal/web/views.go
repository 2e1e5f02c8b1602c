package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"
	"sync"
)

//go:embed views
var viewFiles embed.FS

// views are the templates of the pages by their names. They are read when the first page is asked for: most daemons start
// without a browser, and reading them is a quarter of what a start with few jobs takes.
type views func() map[string]*template.Template

// shared are the templates that all pages have.
var shared = []string{"views/layout.html", "views/parts.html", "views/icons.html"}

// newViews are the templates that are built in.
func newViews(a assets) views {
	return sync.OnceValue(func() map[string]*template.Template { return readViews(a) })
}

// readViews reads all of them.
func readViews(a assets) map[string]*template.Template {
	base := template.New("").Option("missingkey=error").Funcs(template.FuncMap{"asset": a.link})
	base = template.Must(base.ParseFS(viewFiles, shared...))
	files, err := fs.Glob(viewFiles, "views/*.html")
	if err != nil {
		panic(err) // not reached: the pattern is ours
	}
	all := make(map[string]*template.Template)
	for _, f := range files {
		all[strings.TrimSuffix(path.Base(f), ".html")] = template.Must(template.Must(base.Clone()).ParseFS(viewFiles, f))
	}
	return all
}

// render makes a whole page before anything of it is sent, so that a fault in it is an error and no half page.
func (a views) render(view string, f frame, model any) ([]byte, error) {
	t, ok := a()[view]
	if !ok {
		return nil, fmt.Errorf("web: there is no view %q", view)
	}
	var out bytes.Buffer
	err := t.ExecuteTemplate(&out, "layout", struct {
		Frame frame
		Page  any
	}{f, model})
	if err != nil {
		return nil, fmt.Errorf("web: view %s: %w", view, err)
	}
	return out.Bytes(), nil
}
