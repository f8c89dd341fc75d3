package web

import (
	"net/http"
	"time"

	"phare/internal/access"
	"phare/internal/news"
	"phare/internal/request"
	"phare/internal/store"
)

func (s *Server) stateRoutes() []Route {
	return []Route{{"GET /etat", Policy{Open: true}, s.state}}
}

// statePage says whether all that is promised of the site holds: the first part
// for everyone, the second for a desk. Nothing in it is about a request.
type statePage struct {
	Engine                string
	Copy                  store.Copying
	Backup, Proof, Doctor store.Fact
	Signed                time.Time // last signature of the trail; zero: never
	Version               string
	Desk                  *deskState // for staff
	Zone                  string
}

// deskState is the part for one desk.
type deskState struct {
	Late, Carry, Failed int
	Jobs, GivenUp       int // of the whole site
}

func (s *Server) state(v *visit) error {
	p := statePage{Engine: v.db.Engine(), Version: s.Version, Zone: "UTC"}
	var err error
	if p.Copy, err = v.db.Copied(v.Context()); err != nil {
		return err
	}
	err = v.db.Read(v.Context(), func(view *store.View) error {
		facts, err := store.Facts(view)
		if err != nil {
			return err
		}
		p.Backup, p.Proof, p.Doctor = facts[store.BackupFact], facts[store.RestoreTest], facts[store.DoctorFact]
		last, err := store.Checkpoints(view, 1)
		if len(last) > 0 {
			p.Signed = last[0].At
		}
		return err
	})
	if err == nil {
		err = s.deskState(v, &p)
	}
	if err != nil {
		return err
	}
	return s.render(v, http.StatusOK, "site/state", p)
}

func (s *Server) deskState(v *visit, p *statePage) error {
	if !v.by.Can(access.TriageRequest) {
		all, err := access.Platforms(v.Context(), v.db)
		if len(all) > 0 {
			p.Zone = all[0].Zone
		}
		return err
	}
	here, err := access.FindPlatform(v.Context(), v.db, v.by.Platform)
	if err != nil {
		return err
	}
	p.Zone, p.Desk = here.Zone, &deskState{}
	counts, err := request.Count(v.Context(), v.db, v.by)
	if err != nil {
		return err
	}
	p.Desk.Late = counts[request.Overdue]
	if p.Desk.Carry, p.Desk.Failed, err = news.Count(v.Context(), v.db, v.by); err != nil {
		return err
	}
	p.Desk.Jobs, p.Desk.GivenUp, err = v.db.Backlog(v.Context())
	return err
}
