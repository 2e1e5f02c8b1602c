package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCell(t *testing.T) {
	by := map[string][]float64{curfew: {3, 1, 2}, robfig: {4}, gocron: {1}, netres: nil}
	falling, rising := figure{}, figure{rising: true}
	for _, c := range []struct {
		f         figure
		who, want string
	}{
		{falling, curfew, "2.00 (1.00–3.00)"},
		{falling, robfig, "4.00, Curfew is **2.00 ×** better"},
		{falling, gocron, "1.00, Curfew is **2.00 ×** worse"},
		{falling, netres, "–"},
		{rising, robfig, "4.00, Curfew is **2.00 ×** worse"},
		{rising, gocron, "1.00, Curfew is **2.00 ×** better"},
	} {
		if got := cell(c.f, by, c.who); got != c.want {
			t.Errorf("cell of %s is %q, want %q", c.who, got, c.want)
		}
	}
}

// TestMeasuredAgain: measuring one load again leaves the tables of the others as they are.
func TestMeasuredAgain(t *testing.T) {
	file := filepath.Join(t.TempDir(), "measured.json")
	all, err := remembered(file)
	if err != nil {
		t.Fatal(err)
	}
	all["start"] = measurement{Date: "1 May 2026", Commit: "abc", Size: 7, Values: results{"start_ms": {curfew: {5}}}}
	if err := remember(file, all); err != nil {
		t.Fatal(err)
	}
	if all, err = remembered(file); err != nil {
		t.Fatal(err)
	}
	all["machine"] = measurement{Date: "2 May 2026", Commit: "def", Values: results{"facts_a_second": {curfew: {2, 4}}}}
	text := tables(all)
	first, second := strings.Index(text, "size 0, 2 rounds; 2 May 2026, commit def"), strings.Index(text, "size 7, one round; 1 May 2026, commit abc")
	if first < 0 || second < first || !strings.Contains(text, "| Start returns, ms | ≥ 4 × faster | 5.00 |") {
		t.Errorf("the tables are\n%s", text)
	}
}

func TestNumber(t *testing.T) {
	for v, want := range map[float64]string{0.071: "0.07", 12.34: "12.3", 1234567: "1,234,567", 100: "100", 999.6: "1,000"} {
		if got := number(v); got != want {
			t.Errorf("number(%v) = %q, want %q", v, got, want)
		}
	}
}

func TestInsert(t *testing.T) {
	page := filepath.Join(t.TempDir(), "page.md")
	if err := os.WriteFile(page, []byte("a\n"+beginMark+"old\n"+endMark+"b\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := insert(page, "new\n"); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if want := "a\n" + beginMark + "new\n\n" + endMark + "b\n"; string(got) != want {
		t.Errorf("the page is %q, want %q", got, want)
	}
	if err := insert(filepath.Join(filepath.Dir(page), "none.md"), ""); err == nil {
		t.Error("a page that does not exist takes a table")
	}
}

// TestLoadsAreTold: every load has a size, somebody to bear it and a figure, and its name is there once.
func TestLoadsAreTold(t *testing.T) {
	seen := map[string]bool{}
	for _, l := range loads {
		if l.size == 0 || len(l.who) == 0 || len(l.figures) == 0 || l.who[0] != curfew || seen[l.name] {
			t.Errorf("load %q lacks something, or is there twice: %+v", l.name, l)
		}
		seen[l.name] = true
		if strings.Contains(l.work, "herd") && l.lead == 0 {
			t.Errorf("load %q has no lead", l.name)
		}
	}
	if _, err := chosen("herd,nothing"); err == nil || !strings.Contains(err.Error(), `"nothing"`) {
		t.Errorf("an unknown load: %v", err)
	}
}
