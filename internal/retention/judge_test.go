package retention

import (
	"slices"
	"testing"
	"time"

	"phare/internal/request"
)

// The day until which a file is kept, by hand from R.1112-7 as the table has it.
func TestJudge(t *testing.T) {
	care := facts{care: true, last: "2026-03-02", birth: "1980-06-01"}
	with := func(change func(*facts)) facts { f := care; change(&f); return f }
	for name, tt := range map[string]struct {
		f           facts
		rule, until string
		held        string
	}{
		"an adult":                     {care, File, "2046-03-02", ""},
		"from a 29th of February":      {with(func(f *facts) { f.last = "2028-02-29" }), File, "2048-02-29", ""},
		"a child":                      {with(func(f *facts) { f.birth = "2019-03-12" }), Minor, "2047-03-12", ""},
		"28 on the very day":           {with(func(f *facts) { f.birth = "2018-03-02" }), File, "2046-03-02", ""},
		"28 a day later":               {with(func(f *facts) { f.birth = "2018-03-03" }), Minor, "2046-03-03", ""},
		"a child of a year":            {with(func(f *facts) { f.birth = "2019" }), Minor, "2047-12-31", ""},
		"a child of a month":           {with(func(f *facts) { f.birth = "2020-02" }), Minor, "2048-02-29", ""},
		"born on a 29th of February":   {with(func(f *facts) { f.birth = "2024-02-29"; f.last = "2026-01-01" }), Minor, "2052-02-29", ""},
		"nobody knows the birth":       {with(func(f *facts) { f.birth = "" }), Minor, "2054-03-02", ""},
		"dead within ten years":        {with(func(f *facts) { f.death = "2030-05-10" }), Death, "2040-05-10", ""},
		"dead after ten years":         {with(func(f *facts) { f.death = "2036-03-02" }), File, "2046-03-02", ""},
		"a day before":                 {with(func(f *facts) { f.death = "2036-03-01" }), Death, "2046-03-01", ""},
		"dead before the last contact": {with(func(f *facts) { f.death = "2020-01-01" }), Death, "2036-03-02", ""},
		"a child that died":            {with(func(f *facts) { f.birth = "2019-03-12"; f.death = "2027-01-01" }), Death, "2037-01-01", ""},
		"turned away":                  {facts{last: "2026-03-02"}, Refused, "2027-03-02", ""},
		"turned away on leap day":      {facts{last: "2028-02-29"}, Refused, "2029-03-01", ""},
		"a claim of a year":            {with(func(f *facts) { f.claims = []span{{"2030-01-01", "2031-01-01"}} }), File, "2047-03-02", ""},
		"a claim begun before":         {with(func(f *facts) { f.claims = []span{{"2026-01-01", "2026-03-12"}} }), File, "2046-03-12", ""},
		"two claims at once":           {with(func(f *facts) { f.claims = []span{{"2030-01-11", "2030-01-21"}, {"2030-01-01", "2030-01-15"}} }), File, "2046-03-22", ""},
		"a claim after the end":        {with(func(f *facts) { f.claims = []span{{"2050-01-01", "2050-02-01"}} }), File, "2046-03-02", ""},
		"a claim that goes on":         {with(func(f *facts) { f.claims = []span{{"2030-01-01", ""}} }), File, "2046-03-02", HeldClaim},
		"limited":                      {with(func(f *facts) { f.limited = true }), File, "2046-03-02", HeldLimited},
		"an ask waits":                 {with(func(f *facts) { f.waits = true }), File, "2046-03-02", HeldAsk},
		"another request is open":      {with(func(f *facts) { f.open = true }), File, "2046-03-02", HeldOpen},
	} {
		c := tt.f.judge(Table())
		if c.Rule != tt.rule || c.Until != tt.until || c.Held != tt.held {
			t.Errorf("%s: %+v, want %s until %s, held %q", name, c, tt.rule, tt.until, tt.held)
		}
		if c.IsDue(c.Until) || c.IsDue(day(c.Until).AddDate(0, 0, 1).Format(time.DateOnly)) != (c.Held == "") {
			t.Errorf("%s: not due on the day after its last, or on it: %+v", name, c)
		}
	}
}

// The table is whole, says of each row how sure it is, and agrees with what the
// program does by itself.
func TestTable(t *testing.T) {
	all := Table()
	var ids []string
	for _, r := range all {
		ids = append(ids, r.ID)
		if r.FR == "" || r.EN == "" || r.Source == "" || !slices.Contains([]string{"V", "2nd", "M", "D", "GAP"}, r.Mark) || r.Amount < r.Least || r.Least < 1 || !slices.Contains([]string{ByDesk, ByProgram, ByOperator}, r.By) {
			t.Errorf("row %+v", r)
		}
	}
	if want := []string{Draft, Token, "log", Refused, File, Minor, Death}; !slices.Equal(ids, want) {
		t.Errorf("rules %v, want %v", ids, want)
	}
	if d := time.Duration(all.amount(Draft)) * 24 * time.Hour; d != request.DraftLife {
		t.Errorf("drafts go after %v, the table says %v", request.DraftLife, d)
	}
	for id, unit := range map[string]string{Draft: "days", Token: "days", Refused: "months", File: "years", Minor: "years", Death: "years"} {
		if r, _ := all.find(id); r.Unit != unit {
			t.Errorf("%s counts %s: judge counts %s", id, r.Unit, unit)
		}
	}
}
