package storetest

import (
	"fmt"
	"slices"
)

// from reads the tables of a query. Those of a query in brackets see only what is
// around, not what stands beside them.
func (c *checker) from(all []word, in, outer *scope) error {
	left := false
	for len(all) > 0 {
		end := find(all, 0, ",", "join")
		part, more := all, []word(nil)
		if end >= 0 {
			part, more = all[:end], all[end+1:]
		}
		nextLeft := false
		for len(part) > 0 && slices.Contains([]string{"left", "inner", "cross", "outer"}, part[len(part)-1].text) && end >= 0 && all[end].text == "join" {
			nextLeft = nextLeft || part[len(part)-1].text == "left"
			part = part[:len(part)-1]
		}
		if len(part) == 0 || find(part, 0, "right", "full", "natural", "using", "lateral") >= 0 {
			return fmt.Errorf("a list of tables that is not read: %v", all)
		}
		if err := c.joined(part, left, in, outer); err != nil {
			return err
		}
		all, left = more, nextLeft
	}
	return nil
}

// joined reads one table or query, and the condition on which it is joined. That
// of LEFT JOIN chooses rows of the joined table alone.
func (c *checker) joined(part []word, left bool, in, outer *scope) error {
	var on []word
	if at := find(part, 0, "on"); at >= 0 {
		part, on = part[:at], part[at+1:]
	}
	s, err := c.named(part, outer)
	if err != nil {
		return err
	}
	in.own = append(in.own, s)
	only := (*source)(nil)
	if left {
		only = s
	}
	c.learn(conditions(on, in), only)
	return c.within(on, in)
}

// named reads a table, or a query in its place, with the name it is given.
func (c *checker) named(part []word, outer *scope) (*source, error) {
	alias := ""
	if n := len(part); n > 1 && part[n-1].text != "(" {
		alias = part[n-1].text
	}
	if isQuery(part[0]) {
		out, err := c.query(part[0].in, outer)
		s := &source{alias: alias}
		c.sources = append(c.sources, s)
		if len(out) == 1 && out[0] != nil { // of a union nothing is passed on
			s.platform = true
			c.rules = append(c.rules, rule{s, out[0]}, rule{out[0], s})
		}
		return s, err
	}
	if part[0].text == "(" {
		return nil, fmt.Errorf("tables in brackets are not read")
	}
	return c.add(part[0].text, alias), nil
}

// learn makes rules of conditions; where only is given, of those that bind it alone.
func (c *checker) learn(all []fact, only *source) {
	for _, f := range all {
		if only != nil && f.what != only {
			continue
		}
		if f.with == nil {
			f.what.bound = true
			continue
		}
		c.rules = append(c.rules, rule{f.with, f.what})
	}
}

// fact is what a condition says of a table: that its platform is a value, or the
// same as that of another.
type fact struct{ what, with *source }

// conditions reads what must hold: each part of AND, and of OR what every part says.
func conditions(all []word, in *scope) (facts []fact) {
	if parts := split(all, "or"); len(parts) > 1 {
		facts = conditions(parts[0], in)
		for _, p := range parts[1:] {
			also := conditions(p, in)
			facts = slices.DeleteFunc(facts, func(f fact) bool { return !slices.Contains(also, f) })
		}
		return facts
	}
	if parts := split(all, "and"); len(parts) > 1 {
		for _, p := range parts {
			facts = append(facts, conditions(p, in)...)
		}
		return facts
	}
	if len(all) == 1 && all[0].text == "(" && !isQuery(all[0]) {
		return conditions(all[0].in, in)
	}
	if at := find(all, 0, "="); at >= 0 {
		return equal(all[:at], all[at+1:], in)
	}
	if at := find(all, 0, "in"); at > 0 && at == len(all)-2 && all[at+1].text == "(" && all[at-1].text != "not" {
		if s := column(all[:at], in); s != nil && (isQuery(all[at+1]) || values(all[at+1].in)) {
			return own([]fact{{what: s}}, in)
		}
	}
	return nil
}

// equal reads a = b.
func equal(a, b []word, in *scope) (facts []fact) {
	x, y := column(a, in), column(b, in)
	switch {
	case x != nil && y != nil && x != y:
		facts = []fact{{x, y}, {y, x}}
	case x != nil && y == nil && (value(b) || len(b) == 1 && isQuery(b[0])):
		facts = []fact{{what: x}}
	case y != nil && x == nil && value(a):
		facts = []fact{{what: y}}
	}
	return own(facts, in)
}

// own keeps what is said of the tables of this part: a query within another
// chooses among its own rows.
func own(facts []fact, in *scope) []fact {
	return slices.DeleteFunc(facts, func(f fact) bool { return !slices.Contains(in.own, f.what) })
}

// value says whether this is one value from outside, perhaps as some type.
func value(all []word) bool {
	switch {
	case len(all) == 1:
		return all[0].constant()
	case len(all) == 2 && all[0].text == "cast" && all[1].text == "(":
		return len(all[1].in) == 3 && all[1].in[0].constant()
	}
	return false
}

// values says whether this is a list of such values.
func values(all []word) bool {
	for _, item := range split(all, ",") {
		if !value(item) {
			return false
		}
	}
	return true
}

// column is the table whose platform this names: platform, t.platform, or either
// with nothing appended, which keeps the planner from an index.
func column(all []word, in *scope) *source {
	if len(all) == 1 && all[0].text == "(" && !isQuery(all[0]) {
		return column(all[0].in, in)
	}
	if n := len(all); n > 2 && all[n-1].text == "''" && all[n-2].text == "||" {
		all = all[:n-2]
	}
	switch {
	case len(all) == 1 && all[0].text == "platform":
		return seen(in, func(s *source) bool { return s.platform })
	case len(all) == 3 && all[1].text == "." && all[2].text == "platform":
		return seen(in, func(s *source) bool { return s.alias == all[0].text || s.alias == "" && s.table == all[0].text })
	}
	return nil
}

// seen is the nearest table that is meant.
func seen(in *scope, meant func(*source) bool) *source {
	for ; in != nil; in = in.outer {
		if i := slices.IndexFunc(in.own, meant); i >= 0 {
			return in.own[i]
		}
	}
	return nil
}
