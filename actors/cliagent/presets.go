package cliagent

import (
	"embed"
	"io/fs"
)

// built holds one file for each CLI whose behaviour is known. Every line of a file says where it comes from.
//
//go:embed presets/*.yaml
var built embed.FS

// presets are the built-in presets, as [actors.Traits] has them.
func presets() fs.FS {
	sub, err := fs.Sub(built, "presets")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return sub
}
