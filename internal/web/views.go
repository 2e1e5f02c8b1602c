package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"
)

//go:embed views
var viewFiles embed.FS

// views are the templates of the pages by their names.
type views map[string]*template.Template

// shared are the templates that all pages have.
var shared = []string{"views/layout.html", "views/parts.html", "views/icons.html"}

// readViews reads the templates that are built in.
func readViews(a assets) views {
	base := template.New("").Option("missingkey=error").Funcs(template.FuncMap{"asset": a.link})
	base = template.Must(base.ParseFS(viewFiles, shared...))
	files, err := fs.Glob(viewFiles, "views/*.html")
	if err != nil {
		panic(err) // not reached: the pattern is ours
	}
	all := make(views)
	for _, f := range files {
		all[strings.TrimSuffix(path.Base(f), ".html")] = template.Must(template.Must(base.Clone()).ParseFS(viewFiles, f))
	}
	return all
}

// render makes a whole page before anything of it is sent, so that a fault in it is an error and no half page.
func (a views) render(view string, f frame, model any) ([]byte, error) {
	t, ok := a[view]
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
