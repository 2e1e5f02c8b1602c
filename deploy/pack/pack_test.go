package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

// put writes files into a new folder: names and contents.
func put(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestNotices: a module without a licence text is an error that names it; the others' texts are there as they are.
func TestNotices(t *testing.T) {
	with := module{"example.com/with", "v1.0.0", put(t, map[string]string{
		"LICENSE.md": "You may.\r\n", "NOTICE": "By me.", "license.go": "package with", "README": "Read me.", "COPYING": " \n",
	})}
	without := module{"example.com/without", "v2.0.0", put(t, map[string]string{"README": "Read me."})}
	var out bytes.Buffer
	if err := write(&out, []module{with}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"example.com/with v1.0.0\n", "\nLICENSE.md:\n\nYou may.\n", "\nNOTICE:\n\nBy me.\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in:\n%s", want, out.String())
		}
	}
	for _, never := range []string{"package with", "Read me", "COPYING"} {
		if strings.Contains(out.String(), never) {
			t.Errorf("%q in:\n%s", never, out.String())
		}
	}
	err := write(&out, []module{with, without})
	if err == nil || !strings.Contains(err.Error(), "example.com/without v2.0.0 has no licence text") ||
		strings.Contains(err.Error(), "with v1") {
		t.Errorf("got %v", err)
	}
}

// TestBillOfMaterials: the bill of this program names the modules that it is made with.
func TestBillOfMaterials(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "sbom.json")
	if err := sbom([]string{program, file}); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var bom cdx.BOM
	if err := cdx.NewBOMDecoder(bytes.NewReader(raw), cdx.BOMFileFormatJSON).Decode(&bom); err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, c := range *bom.Components {
		found[c.Name] = c.Version != "" && strings.HasPrefix(c.PackageURL, "pkg:golang/"+c.Name+"@")
	}
	for _, want := range []string{"std", "github.com/CycloneDX/cyclonedx-go", "github.com/goreleaser/nfpm/v2"} {
		if !found[want] {
			t.Errorf("%s is not in it, or has no version", want)
		}
	}
}

// TestText: a text that is read without the tree has no link into it.
func TestText(t *testing.T) {
	for page, want := range map[string]string{
		"see [the\npages](docs/packages.md), [r](docs/a-b.md#c)": "see the\npages (`curfew help packages`), r (`curfew help a-b`)",
		"([0021](docs/decisions/0021-x.md)), [o](docs/x.json)":   "(0021), o",
		"[what](CHANGELOG.md) [there](https://example.com/a.md)": "what [there](https://example.com/a.md)",
		"a\n\n<img src=\"docs/images/a.webp\" alt=\"b\">\nc":     "a\n\nc",
	} {
		if got := withoutTree(page); got != want {
			t.Errorf("%q is %q, want %q", page, got, want)
		}
	}
	for _, name := range []string{"README.md", "CHANGELOG.md"} {
		file := filepath.Join(t.TempDir(), name)
		if err := text([]string{"../../" + name, file}); err != nil {
			t.Fatal(err)
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if left := strings.Count(string(raw), "](") - strings.Count(string(raw), "](http"); left != 0 {
			t.Errorf("%s still has %d links into the tree", name, left)
		}
	}
}

// TestZip: the same files make the same bytes, and the folder's name is in them.
func TestZip(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1800000000")
	var made [2][]byte
	for i := range made {
		dir := put(t, map[string]string{"curfew/a.txt": "a", "curfew/man/b.txt": strings.Repeat("b", 1000)})
		file := filepath.Join(dir, "out.zip")
		if err := zipped([]string{file, filepath.Join(dir, "curfew")}); err != nil {
			t.Fatal(err)
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		made[i] = raw
	}
	if !bytes.Equal(made[0], made[1]) || !bytes.Contains(made[0], []byte("curfew/man/b.txt")) || len(made[0]) > 1000 {
		t.Errorf("%d and %d bytes", len(made[0]), len(made[1]))
	}
}
