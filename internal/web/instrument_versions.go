package web

import (
	"net/http"
	"net/url"
	"strconv"

	"phare/internal/instrument"
)

// linesAround is how many unchanged lines stand beside a change.
const linesAround = 3

// versionsPage is the history of an instrument, and two of its texts line by line.
type versionsPage struct {
	instrumentHead
	All     []instrument.Version
	Form    form
	Changes []instrument.Change
	From    instrument.Version
	To      instrument.Version
	Equal   bool
}

// Options are the texts that can be compared.
func (p versionsPage) Options() (all []option) {
	for _, x := range p.All {
		n := strconv.FormatInt(x.Number, 10)
		all = append(all, option{n, n})
	}
	return all
}

// instrumentVersions shows every text that was saved, and what changed from one
// ("de") to another ("a"): without both, the last change.
func (s *Server) instrumentVersions(v *visit) error {
	h, err := s.instrumentHeadOf(v)
	if err != nil {
		return err
	}
	p := versionsPage{instrumentHead: h, Form: form{Values: url.Values{}}}
	if p.All, err = instrument.History(v.Context(), v.db, v.by, h.Ref); err != nil {
		return err
	}
	p.To = p.All[0]
	p.From = p.All[min(1, len(p.All)-1)]
	for name, into := range map[string]*instrument.Version{"de": &p.From, "a": &p.To} {
		if asked := v.URL.Query().Get(name); asked != "" {
			number, err := versionNumber(asked)
			if err == nil {
				*into, err = instrument.LookVersion(v.Context(), v.db, v.by, h.Ref, number)
			}
			if err != nil {
				return err
			}
		}
		p.Form.Values.Set(name, strconv.FormatInt(into.Number, 10))
	}
	p.Changes = instrument.Near(instrument.Diff(p.From.Text, p.To.Text), linesAround)
	p.Equal = p.From.Text == p.To.Text
	return s.render(v, http.StatusOK, "instrument/versions", p)
}

// Unfinished says whether a version was kept with its faults.
func (p versionsPage) Unfinished(x instrument.Version) bool { return instrument.Unfinished(p.Ref, x) }
