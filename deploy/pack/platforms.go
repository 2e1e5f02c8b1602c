package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/packages"
)

// released are the platforms of a release: GOOS/GOARCH.
var released = []string{
	"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64", "windows/arm64",
}

// environ is the environment of a Go command for a platform, without C.
func environ(platform string) []string {
	system, machine, _ := strings.Cut(platform, "/")
	return append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system, "GOARCH="+machine)
}

// platforms type-checks a program with all that it imports, for every platform of a release. It finds what a build
// finds but for the linker's errors, and takes seconds where six builds take minutes.
func platforms(args []string) error {
	var failed []error
	for _, platform := range released {
		n, err := typeCheck(args[0], args[1], platform)
		if err != nil {
			failed = append(failed, fmt.Errorf("%s:\n%w", platform, err))
			continue
		}
		fmt.Printf("%-13s %d packages\n", platform, n)
	}
	return errors.Join(failed...)
}

// typeCheck returns the number of packages, and what is wrong with those of the module. The bodies of functions of other
// modules are not looked at: they are the same for everybody.
func typeCheck(module, program, platform string) (n int, err error) {
	module, err = filepath.Abs(module)
	if err != nil {
		return 0, err
	}
	loaded, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports |
			packages.NeedDeps | packages.NeedTypes | packages.NeedTypesSizes | packages.NeedSyntax | packages.NeedModule,
		Dir: module, Env: environ(platform),
		ParseFile: func(files *token.FileSet, path string, source []byte) (*ast.File, error) {
			f, err := parser.ParseFile(files, path, source, parser.SkipObjectResolution)
			if f != nil && !strings.HasPrefix(path, module+string(filepath.Separator)) {
				bodiless(f)
			}
			return f, err
		},
	}, program)
	if err != nil {
		return 0, err
	}
	var wrong []error
	packages.Visit(loaded, nil, func(p *packages.Package) {
		n++
		if p.Module != nil && !p.Module.Main {
			return // without bodies, some of its imports are not used
		}
		for _, e := range p.Errors {
			if p.Module != nil || e.Kind == packages.ListError {
				wrong = append(wrong, e)
			}
		}
	})
	return n, errors.Join(wrong...)
}

// bodiless takes the bodies of functions away.
func bodiless(f *ast.File) {
	for _, d := range f.Decls {
		if d, ok := d.(*ast.FuncDecl); ok {
			d.Body = nil
		}
	}
}
