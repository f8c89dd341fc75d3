package web_test

import (
	"archive/zip"
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"phare/internal/access"
	"phare/internal/store/storetest"
)

// The yearly report counts the line that was walked, for whoever may read
// figures, and opens no file.
func TestReportPages(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		answered(t, s, nil)
		arrive(t, s, "guyane", nil)
		director := staff(t, s, "reunion", access.Director)
		only := director.get("/rapport").sound()
		if only.Path != "/rapport/2026" || only.Status != http.StatusOK || strings.Contains(only.Body, "Toutes les années") {
			t.Errorf("the only year: %s %s", only.Path, only.text())
		}
		nurse := staff(t, s, "reunion", access.Nurse)
		page := nurse.get("/rapport/2026").sound()
		figures := page.class("figure")
		if len(figures) != 8 || words(figures[0]) != "1" || words(figures[5]) != "100 %" {
			t.Errorf("%d figures: %s", len(figures), page.text())
		}
		if tables := page.all("table"); len(tables) != 9 { // no network and no centre was chosen
			t.Errorf("%d tables", len(tables))
		}
		if strings.Contains(page.Body, "Payet") || strings.Contains(page.Body, "MR-") {
			t.Error("the report names someone")
		}
		if n := len(page.Body); n > 120<<10 {
			t.Errorf("the page weighs %d bytes", n)
		}
		masked := director.get("/rapport/2026").sound()
		if f := words(masked.class("figure")[0]); f != "< 5" {
			t.Errorf("the director sees %q", f)
		}
		for file, begin := range map[string]string{"pdf": "%PDF-", "odt": "PK", "csv": "\ufeff\"Partie\";"} {
			p := director.get("/rapport/2026/" + file)
			if p.Status != http.StatusOK || !strings.HasPrefix(p.Body, begin) {
				t.Errorf("%s: %d %.30q", file, p.Status, p.Body)
			}
		}
		odt := nurse.get("/rapport/2026/odt").Body
		if _, err := zip.NewReader(bytes.NewReader([]byte(odt)), int64(len(odt))); err != nil {
			t.Errorf("no ODT: %v", err)
		}
	})
}

// With a second year there is a choice, and a way back to it.
func TestReportYears(t *testing.T) {
	s := oneSite(t)
	arrive(t, s, "reunion", nil)
	s.db.Now = func() time.Time { return storetest.Noon.AddDate(1, 0, 0) }
	director := staff(t, s, "reunion", access.Director)
	if p := director.get("/rapport").sound(); p.Path != "/rapport" || !strings.Contains(p.text(), "2026") || !strings.Contains(p.text(), "2027") {
		t.Errorf("years: %s %s", p.Path, p.text())
	}
	page := director.get("/rapport/2027").sound()
	if !strings.Contains(page.text(), "← Toutes les années") || !strings.Contains(page.text(), "année précédente : < 5") {
		t.Errorf("the second year: %s", page.text())
	}
}

func TestReportRefusals(t *testing.T) {
	s := oneSite(t)
	director, admin := staff(t, s, "reunion", access.Director), staff(t, s, "reunion", access.Admin)
	for _, path := range []string{"/rapport", "/rapport/2026", "/rapport/2026/csv"} {
		if p := newBrowser(t, s).get(path); !strings.HasPrefix(p.Path, "/connexion") {
			t.Errorf("%s without a session: %s", path, p.Path)
		}
		if p := admin.get(path); p.Status != http.StatusForbidden {
			t.Errorf("%s for the administrator: %d", path, p.Status)
		}
	}
	for _, path := range []string{"/rapport/2031", "/rapport/x", "/rapport/2026/exe", "/rapport/-1"} {
		if p := director.get(path); p.Status != http.StatusNotFound {
			t.Errorf("%s: %d", path, p.Status)
		}
	}
	for _, path := range []string{"/bureau", "/annuaire"} {
		if p := director.get(path); p.Status != http.StatusForbidden {
			t.Errorf("the director at %s: %d", path, p.Status)
		}
	}
}
