package retention

import (
	"context"
	_ "embed" // the table
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
)

//go:embed tables/rules.tsv
var table string

// Who carries a rule out.
const (
	ByDesk     = "desk"
	ByProgram  = "program"
	ByOperator = "operator"
)

// Rule is one rule as it is in force at a desk.
type Rule struct {
	ID, By, Unit  string
	Amount, Least int
	FR, EN        string
	Mark          string // V, M, D: how sure the row is
	Source        string
	VerifiedOn    string // empty: by nobody
	Why, Name     string // of a desk's own
	At            time.Time
}

// Label is what it is called, in the reader's language.
func (r Rule) Label(lang string) string {
	if lang == "en" {
		return r.EN
	}
	return r.FR
}

// Rules are all rules, in their order.
type Rules []Rule

func (all Rules) find(id string) (Rule, bool) {
	for _, r := range all {
		if r.ID == id {
			return r, true
		}
	}
	return Rule{}, false
}

func (all Rules) amount(id string) int {
	r, _ := all.find(id)
	return r.Amount
}

// Table is the list of the program, which holds where a desk has nothing of its own.
func Table() (all Rules) {
	for line := range strings.Lines(table) {
		c := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if strings.HasPrefix(line, "#") || c[0] == "id" || len(c) != 10 {
			continue
		}
		amount, _ := strconv.Atoi(c[3])
		least, _ := strconv.Atoi(c[4])
		all = append(all, Rule{ID: c[0], By: c[1], Unit: c[2], Amount: amount, Least: least, FR: c[5], EN: c[6], Mark: c[7], Source: c[8], VerifiedOn: c[9]})
	}
	return all
}

// inForce are the rules of a desk.
func inForce(v *store.View, platform string) (Rules, error) {
	all := Table()
	own, err := store.All(v, func(row store.Row) (r Rule, err error) {
		err = row.Scan(&r.ID, &r.Amount, &r.Source, &r.VerifiedOn, &r.Why, &r.Name, store.Time(&r.At))
		return r, err
	}, `SELECT rule, amount, source, verified_on, why, name, at FROM retention_rule WHERE platform = $1 ORDER BY at, id`, platform)
	for _, o := range own {
		for i, r := range all {
			if r.ID == o.ID && r.By == ByDesk {
				all[i].Amount, all[i].Source, all[i].VerifiedOn, all[i].Why, all[i].Name, all[i].At = max(o.Amount, r.Least), o.Source, o.VerifiedOn, o.Why, o.Name, o.At
			}
		}
	}
	return all, err
}

// Of are the rules in force at the actor's desk.
func Of(ctx context.Context, db *store.DB, by access.Actor) (all Rules, err error) {
	if err := by.Check(access.KeepRules); err != nil {
		return nil, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		all, err = inForce(v, by.Platform)
		return err
	})
	return all, err
}

// Change is a rule of a desk's own: longer than the program's, or held against the law.
type Change struct {
	Rule       string
	Amount     int
	Source     string
	VerifiedOn string // 2006-01-02, or empty
	Why        string
}

// most bounds an amount, longest what is written beside it.
const (
	most    = 100
	longest = 500
)

func (c Change) accept(today string) (Change, error) {
	c.Source, c.Why, c.VerifiedOn = phare.Clean(c.Source), phare.Clean(c.Why), strings.TrimSpace(c.VerifiedOn)
	var amount, source, why, verified *phare.Error
	r, ok := Table().find(c.Rule)
	if !ok || r.By != ByDesk {
		return c, phare.Fault(phare.NotFound, "error.notfound")
	}
	if c.Amount < r.Least || c.Amount > most {
		amount = phare.Field("amount", "retention.amount.bad")
	}
	if c.Source == "" || utf8.RuneCountInString(c.Source) > longest {
		source = phare.Field("source", "retention.source.missing")
	}
	if c.Why == "" || utf8.RuneCountInString(c.Why) > longest {
		why = phare.Field("why", "retention.why.missing")
	}
	if c.VerifiedOn != "" && (lastDay(c.VerifiedOn) != c.VerifiedOn || c.VerifiedOn > today) {
		verified = phare.Field("verified_on", "retention.verified.bad")
	}
	return c, phare.Faults(amount, source, verified, why)
}

// Set puts a rule of the desk's own in force. It never keeps shorter than the table's
// least; what stood before stays in the table.
func Set(ctx context.Context, db *store.DB, by access.Actor, c Change) error {
	if err := by.Check(access.KeepRules); err != nil {
		return err
	}
	return db.Write(ctx, by.Act("retention.rule", by.Platform).For(c.Rule), func(tx *store.Tx) error {
		today, err := todayIn(&tx.View, by.Platform)
		if err != nil {
			return err
		}
		if c, err = c.accept(today); err != nil {
			return err
		}
		return tx.Exec(`INSERT INTO retention_rule (id, platform, rule, amount, source, verified_on, why, at, actor, name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			phare.NewID(), by.Platform, c.Rule, c.Amount, c.Source, c.VerifiedOn, c.Why, tx.Now, by.ID, by.Name)
	})
}
