package web

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"

	"phare"
	"phare/internal/access"
	"phare/internal/report"
)

func (s *Server) reportRoutes() []Route {
	read := Policy{Right: access.ReadReport}
	return []Route{
		{"GET /rapport", read, s.reportYears},
		{"GET /rapport/{year}", read, s.reportPage},
		{"GET /rapport/{year}/{file}", Policy{Right: access.ReadReport, Fresh: true}, s.reportFile},
	}
}

// reportYearsPage lists the reports there are, when there are several.
type reportYearsPage struct {
	Desk   access.Platform
	Years  []int // the latest first
	Erases int   // erasures that wait for this person's word
}

func (s *Server) reportYears(v *visit) error {
	years, err := report.Years(v.Context(), v.db, v.by)
	if err != nil {
		return err
	}
	if len(years) == 1 {
		return v.redirect(fmt.Sprintf("/rapport/%d", years[0]))
	}
	desk, err := access.FindPlatform(v.Context(), v.db, v.by.Platform)
	if err != nil {
		return err
	}
	erases, err := erasesFor(v)
	if err != nil {
		return err
	}
	return s.render(v, http.StatusOK, "report/years", reportYearsPage{desk, years, erases})
}

// reportView is one year, put into words.
type reportView struct {
	report.Report
	Words  report.Words
	By     access.Actor
	Charts []chart
	Others bool // there are other years
	Erased *erasuresTold
	Erases int // that wait for this person's word
}

// chart is one table with bars beside its numbers; the bars say nothing that
// the numbers do not.
type chart struct {
	report.Table
	Bars []chartRow
}

// chartRow is one row as shown. Width is that of its bar, in hundredths of the
// widest; 0 draws none.
type chartRow struct {
	Label, Value string
	Width        int
}

func (s *Server) reportPage(v *visit) error {
	r, words, err := s.reportOf(v)
	if err != nil {
		return err
	}
	years, err := report.Years(v.Context(), v.db, v.by)
	if err != nil {
		return err
	}
	p := reportView{Report: r, Words: words, By: v.by, Others: len(years) > 1}
	for _, t := range r.Tables {
		p.Charts = append(p.Charts, chartOf(words, t))
	}
	from, to := report.Span(r.Platform, r.Year)
	if p.Erased, err = toldErasures(v, r.Platform.Zone, from, to); err != nil {
		return err
	}
	if p.Erases, err = erasesFor(v); err != nil {
		return err
	}
	return s.render(v, http.StatusOK, "report/year", p)
}

func (s *Server) reportOf(v *visit) (report.Report, report.Words, error) {
	words := report.Words{Catalog: s.Text, Lang: v.lang}
	year, err := strconv.Atoi(v.PathValue("year"))
	if err != nil {
		return report.Report{}, words, phare.Fault(phare.NotFound, "error.notfound")
	}
	r, err := report.Build(v.Context(), v.db, v.by, year)
	return r, words, err
}

func chartOf(words report.Words, t report.Table) chart {
	c := chart{Table: t}
	size := func(r report.Row) int64 {
		switch {
		case r.Hidden:
			return 0
		case t.Unit == report.Delay:
			return int64(r.Delay)
		}
		return int64(r.N)
	}
	var widest int64 = 1
	for _, r := range t.Rows {
		widest = max(widest, size(r))
	}
	for _, r := range t.Rows {
		c.Bars = append(c.Bars, chartRow{words.Label(t, r), words.Cell(t, r), int(size(r) * 100 / widest)})
	}
	return c
}

// reportFile gives the report as a file: what is shown, no more.
func (s *Server) reportFile(v *visit) error {
	r, words, err := s.reportOf(v)
	if err != nil {
		return err
	}
	name := fmt.Sprintf("rapport-%s-%d", r.Platform.ID, r.Year)
	if v.PathValue("file") != "csv" {
		return v.take(words.Document(r), name, v.PathValue("file"))
	}
	var b bytes.Buffer
	if err := words.CSV(&b, r); err != nil {
		return err
	}
	v.attach(name+".csv", "text/csv; charset=utf-8", b.Bytes())
	return nil
}
