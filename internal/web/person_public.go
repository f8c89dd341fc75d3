package web

import (
	"net/http"

	"phare"
	"phare/internal/access"
	"phare/internal/person"
	"phare/internal/request"
)

// trackRights is what the tracking page tells of what was asked about data: what,
// when, where it stands. No word of it.
type trackRights struct {
	Asked  []person.Status
	Kinds  []option
	Givers []option
	Done   bool
}

func (s *Server) rightsTold(v *visit, status request.Status) (t trackRights, err error) {
	t.Asked, err = person.ToldOf(v.Context(), v.db, status.Platform, status.Reference)
	t.Kinds = s.coded(v.lang, "person.public.kind.", codes(person.Asked()))
	for _, giver := range []string{"patient", "parent", "guardian", "requester", "other"} {
		t.Givers = append(t.Givers, option{giver, s.Text.Get(v.lang, "person.track.giver."+giver, nil)})
	}
	return t, err
}

// trackAsk takes an ask from the tracking page, by its pass, and shows that page again.
func (s *Server) trackAsk(v *visit) error {
	f := posted(v)
	if !s.looks.allow(callerOf(v.Request)) {
		f.Faults = []fault{{Message: s.Text.Get(v.lang, "track.toomany", nil)}}
		return s.showTrack(v, http.StatusTooManyRequests, f)
	}
	d := person.Draft{Kind: person.Kind(v.line("kind")), Giver: v.line("giver"), Words: v.text("words")}
	asked := person.AskByTracking(v.Context(), v.db, s.Key, v.line("reference"), v.line("pass"), d)
	if asked != nil && !s.wrong(v, &f, asked) {
		return asked
	}
	status, err := request.TrackAgain(v.Context(), v.db, s.Key, v.line("reference"), v.line("pass"))
	if phare.KindOf(err) == phare.Invalid {
		return s.showTrack(v, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	if asked == nil {
		f = form{}
	}
	desk, err := access.FindPlatform(v.Context(), v.db, status.Platform)
	if err != nil {
		return err
	}
	rights, err := s.rightsTold(v, status)
	if err != nil {
		return err
	}
	rights.Done = asked == nil
	code := http.StatusOK
	if asked != nil {
		code = statusOf(asked)
	}
	return s.render(v, code, "track/status", statusPage{Status: status, Desk: desk, Form: f, Rights: rights})
}

// yourRightsPage says in plain words what can be asked, of whom, and in what time.
type yourRightsPage struct {
	Kinds []person.Kind
	Desks []access.Platform
	DPO   string
}

func (s *Server) yourRights(v *visit) error {
	all, err := access.Platforms(v.Context(), v.db)
	if err != nil {
		return err
	}
	return s.render(v, http.StatusOK, "person/public", yourRightsPage{person.Asked(), all, s.DPO})
}
