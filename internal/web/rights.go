package web

import (
	"net/http"

	"phare/internal/access"
)

func (s *Server) rightsRoutes() []Route {
	return []Route{{"GET /bureau/droits", Policy{Right: access.OwnEntry}, s.rights}}
}

// RightsTable is who may do what, as the program applies it and as people read it.
type RightsTable struct {
	Roles []access.Role
	Rows  []RightsRow
}

// RightsRow is one right, or one act under rights that stand above it, and for each
// role of the table whether it may.
type RightsRow struct {
	Key string // the message is "rights.of." and this
	Has []bool
}

// act is something done under a right that stands above it in the table. Who may is
// looked for on the routes, so that the table says what the pages do.
type act struct{ key, pattern, public string }

// actsUnder are the acts of a right: with documents, and to shut an account out of
// a file.
func actsUnder(right access.Right) []act {
	switch right {
	case access.TriageRequest:
		return documentActs()
	case access.ManageCircle:
		return []act{{"circle.bar", "POST /bureau/demandes/{id}/conflit", ""}, {"circle.unbar", "POST /bureau/demandes/{id}/cercle/{row}/lever", ""}}
	}
	return nil
}

// documentActs are what is done with documents, which has no right of its own.
func documentActs() []act {
	const piece = "/bureau/demandes/{id}/pieces/{piece}"
	return []act{
		{"document.add", "POST /bureau/demandes/{id}/pieces", "POST /suivi/pieces"},
		{"document.open", "GET " + piece, ""},
		{"document.withdraw", "POST " + piece + "/retirer", ""},
		{"document.back", "POST " + piece + "/remettre", ""},
	}
}

// RightsTable reads the table of rights.
func (s *Server) RightsTable() RightsTable {
	t := RightsTable{Roles: access.Roles()}
	add := func(key string, may func(access.Actor) bool) {
		row := RightsRow{Key: key}
		for _, role := range t.Roles {
			row.Has = append(row.Has, may(access.Actor{Role: role}))
		}
		t.Rows = append(t.Rows, row)
	}
	for _, right := range access.Rights() {
		add(string(right), func(by access.Actor) bool { return by.Can(right) })
		for _, act := range actsUnder(right) {
			right, open := s.policyOf(act.pattern).Right, s.policyOf(act.public).Open
			add(act.key, func(by access.Actor) bool { return by.Can(right) || open && by.Role == access.Public })
		}
	}
	return t
}

// policyOf is the policy of a route; that of no route lets nobody in.
func (s *Server) policyOf(pattern string) Policy {
	for _, r := range s.Routes() {
		if r.Pattern == pattern {
			return r.Policy
		}
	}
	return Policy{}
}

// RoleKey is the catalogue's name of a role of the table.
func (RightsTable) RoleKey(r access.Role) string {
	if (access.Actor{Role: r}).IsStaff() {
		return "access.role." + string(r)
	}
	return "rights.role." + string(r)
}

func (s *Server) rights(v *visit) error {
	return s.render(v, http.StatusOK, "entry/rights", s.RightsTable())
}

// More are the rules that no table of roles can show.
func (RightsTable) More() []string {
	return []string{"rights.more.platform", "rights.more.circle", "rights.more.link", "rights.more.requester", "rights.more.proof", "rights.more.trail"}
}
