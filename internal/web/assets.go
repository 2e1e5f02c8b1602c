package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"time"
)

//go:embed assets
var assetFiles embed.FS

// An asset is a file that pages load.
type asset struct {
	content []byte
	hash    string
}

// assets are the files by their names. They are the same for everybody, so nobody has to sign in for them.
type assets map[string]asset

// readAssets reads the files that are built in.
func readAssets() assets {
	all := make(assets)
	names, err := fs.Glob(assetFiles, "assets/*.*")
	if err != nil {
		panic(err) // not reached: the pattern is ours
	}
	for _, name := range names {
		content, err := assetFiles.ReadFile(name)
		if err != nil {
			panic(err) // not reached: it is built in
		}
		sum := sha256.Sum256(content)
		all[path.Base(name)] = asset{content, hex.EncodeToString(sum[:8])}
	}
	return all
}

// link is the address of a file. It changes with the content; empty: there is no such file.
func (a assets) link(name string) string {
	if f, ok := a[name]; ok {
		return "/assets/" + f.hash + "/" + name
	}
	return ""
}

// types are the media types of files: the machine's list of types does not decide.
var types = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
}

// ServeHTTP serves a file. Under its own hash it never changes; a page of another build asks for another hash.
func (a assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	harden(w.Header())
	name := r.PathValue("file")
	f, ok := a[name]
	kind, known := types[path.Ext(name)]
	if !ok || !known {
		w.Header().Set("Cache-Control", "no-store")
		http.Error(w, "there is no such file", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("ETag", `"`+f.hash+`"`)
	w.Header().Set("Cache-Control", "no-cache")
	if r.PathValue("hash") == f.hash {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(f.content))
}
