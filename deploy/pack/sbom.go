package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"os"
	"path/filepath"
	"runtime/debug"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

// sbom writes which modules a program was made of, by what the linker has written into it: a bill of materials in
// CycloneDX's form. It is the same each time, so it has no serial number and no time.
func sbom(args []string) error {
	info, err := buildinfo.ReadFile(args[0])
	if err != nil {
		return err
	}
	raw, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	sum := sha256.Sum256(raw)
	program := component(cdx.ComponentTypeApplication, &info.Main)
	program.Name = filepath.Base(args[0])
	program.Hashes = &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: hex.EncodeToString(sum[:])}}
	parts := []cdx.Component{component(cdx.ComponentTypeLibrary, &debug.Module{Path: "std", Version: info.GoVersion})}
	for _, d := range info.Deps {
		if d.Replace != nil {
			d = d.Replace
		}
		parts = append(parts, component(cdx.ComponentTypeLibrary, d))
	}
	bom := cdx.NewBOM()
	bom.Metadata = &cdx.Metadata{Component: &program}
	bom.Components = &parts
	f, err := os.Create(args[1])
	if err != nil {
		return err
	}
	defer f.Close()
	encoder := cdx.NewBOMEncoder(f, cdx.BOMFileFormatJSON)
	// The version that most scanners read.
	if err := encoder.SetPretty(true).EncodeVersion(bom, cdx.SpecVersion1_6); err != nil {
		return err
	}
	return f.Close()
}

func component(kind cdx.ComponentType, m *debug.Module) cdx.Component {
	url := "pkg:golang/" + m.Path + "@" + m.Version
	return cdx.Component{Type: kind, BOMRef: url, PackageURL: url, Name: m.Path, Version: m.Version}
}
