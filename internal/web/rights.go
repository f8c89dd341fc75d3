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

// RightsRow is one right, and for each role of the table whether it has it.
type RightsRow struct {
	Right access.Right
	Has   []bool
}

// NewRightsTable reads the table of rights.
func NewRightsTable() RightsTable {
	t := RightsTable{Roles: access.Roles()}
	for _, right := range access.Rights() {
		row := RightsRow{Right: right}
		for _, role := range t.Roles {
			row.Has = append(row.Has, access.Actor{Role: role}.Can(right))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// RoleKey is the catalogue's name of a role of the table.
func (RightsTable) RoleKey(r access.Role) string {
	if (access.Actor{Role: r}).IsStaff() {
		return "access.role." + string(r)
	}
	return "rights.role." + string(r)
}

func (s *Server) rights(v *visit) error {
	return s.render(v, http.StatusOK, "entry/rights", NewRightsTable())
}

// More are the rules that no table of roles can show.
func (RightsTable) More() []string {
	return []string{"rights.more.platform", "rights.more.circle", "rights.more.link", "rights.more.requester", "rights.more.proof", "rights.more.trail"}
}
