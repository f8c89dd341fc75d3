package storetest

import (
	"fmt"
	"slices"
	"strings"
)

// source is one table as one part of a statement names it.
type source struct {
	table, alias string
	platform     bool // it has a column of the platform
	must         bool // it must be bound
	bound        bool
}

// rule says that a source is bound when another is: their platforms are the same.
type rule struct{ when, then *source }

// checker reads one statement. It knows no more SQL than Phare's statements use;
// what it does not know it refuses.
type checker struct {
	tables  []string // those with a platform
	sources []*source
	rules   []rule
}

// scope is the tables that a part of a statement sees: its own, then those around it.
type scope struct {
	own   []*source
	outer *scope
}

// unbound names the tables of a statement of which it may read or change rows of
// any platform: neither a condition that must hold compares the table's platform
// with a value, nor with that of a table that is bound.
func unbound(statement string, tables []string) ([]string, error) {
	all, err := words(statement)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	c := &checker{tables: tables}
	switch all[0].text {
	case "select":
		_, err = c.query(all, nil)
	case "insert":
		err = c.insert(all)
	case "update":
		err = c.update(all)
	case "delete":
		err = c.remove(all)
	case "pragma", "begin", "commit", "rollback", "savepoint", "release", "set", "lock", "vacuum", "analyze", "create", "drop", "alter":
		return nil, nil // of no row
	default:
		err = fmt.Errorf("unknown verb %q", all[0].text)
	}
	if err != nil {
		return nil, err
	}
	c.settle()
	var open []string
	for _, s := range c.sources {
		if s.must && !s.bound {
			open = append(open, strings.TrimSpace(s.table+" "+s.alias))
		}
	}
	return open, nil
}

func (c *checker) settle() {
	for changed := true; changed; {
		changed = false
		for _, r := range c.rules {
			if r.when.bound && !r.then.bound {
				r.then.bound, changed = true, true
			}
		}
	}
}

func (c *checker) add(table, alias string) *source {
	has := slices.Contains(c.tables, table)
	s := &source{table: table, alias: alias, platform: has, must: has}
	c.sources = append(c.sources, s)
	return s
}

// query reads SELECT and what UNION and its like join. It gives, of each part, the
// source of the column platform among its results, if there is one.
func (c *checker) query(all []word, outer *scope) (out []*source, err error) {
	for _, part := range split(all, setWords...) {
		if len(part) > 0 && part[0].text == "all" {
			part = part[1:]
		}
		switch {
		case len(part) == 1 && isQuery(part[0]):
			some, err := c.query(part[0].in, outer)
			if err != nil {
				return nil, err
			}
			out = append(out, some...)
		case len(part) > 0 && part[0].text == "select":
			s, err := c.selection(part, outer)
			if err != nil {
				return nil, err
			}
			out = append(out, s)
		case len(part) > 0 && part[0].text == "values":
			out = append(out, nil)
			if err := c.within(part, outer); err != nil {
				return nil, err
			}
		default:
			return nil, fmt.Errorf("a query begins with %q", part)
		}
	}
	return out, nil
}

var clauses = []string{"where", "group", "having", "window", "order", "limit", "offset", "fetch", "for", "returning"}

// selection reads one SELECT.
func (c *checker) selection(all []word, outer *scope) (*source, error) {
	in := &scope{outer: outer}
	from := fromOf(all)
	if from < 0 {
		return nil, c.within(all, in)
	}
	end := find(all, from, clauses...)
	if end < 0 {
		end = len(all)
	}
	if err := c.from(all[from+1:end], in, outer); err != nil {
		return nil, err
	}
	if err := c.rest(all[end:], in); err != nil {
		return nil, err
	}
	if err := c.within(all[:from], in); err != nil {
		return nil, err
	}
	return c.result(all[1:from], in), nil
}

// fromOf finds FROM, not that of IS DISTINCT FROM.
func fromOf(all []word) int {
	for at := find(all, 0, "from"); at >= 0; at = find(all, at+1, "from") {
		if at == 0 || all[at-1].text != "distinct" {
			return at
		}
	}
	return -1
}

// result is the source of the column platform in the list of a SELECT.
func (c *checker) result(list []word, in *scope) *source {
	for _, item := range split(list, ",") {
		n := len(item)
		if n > 2 && item[n-2].text == "as" {
			item = item[:n-2]
		}
		if len(item) > 0 && (item[0].text == "distinct" || item[0].text == "all") {
			item = item[1:]
		}
		if len(item) > 0 && item[len(item)-1].text == "*" && (len(item) == 1 || len(item) == 3) {
			item = append(slices.Clone(item[:len(item)-1]), word{text: "platform"})
		}
		if s := column(item, in); s != nil {
			return s
		}
	}
	return nil
}

// rest reads what follows the tables: WHERE binds, everything may hold queries.
func (c *checker) rest(all []word, in *scope) error {
	if where := find(all, 0, "where"); where >= 0 {
		end := find(all, where+1, clauses...)
		if end < 0 {
			end = len(all)
		}
		c.learn(conditions(all[where+1:end], in), nil)
	}
	return c.within(all, in)
}

// within reads the queries inside a part of a statement.
func (c *checker) within(all []word, in *scope) error {
	for _, w := range all {
		if !w.group() {
			continue
		}
		var err error
		if isQuery(w) {
			_, err = c.query(w.in, in)
		} else {
			err = c.within(w.in, in)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// insert reads INSERT: who writes a row names its platform; who changes the one
// that is there already must bind it.
func (c *checker) insert(all []word) error {
	if len(all) < 5 || all[1].text != "into" {
		return fmt.Errorf("INSERT without INTO")
	}
	table, i := c.add(all[2].text, ""), 3
	if all[i].text == "as" {
		table.alias, i = all[i+1].text, i+2
	}
	if all[i].text != "(" {
		return fmt.Errorf("INSERT without its columns")
	}
	named := find(all[i].in, 0, "platform") >= 0
	table.bound = named
	body, conflict := all[i+1:], []word(nil)
	if on := find(body, 0, "conflict"); on > 0 {
		body, conflict = body[:on-1], body[on+1:]
	}
	if body[0].text == "overriding" {
		body = body[3:]
	}
	if _, err := c.query(body, nil); err != nil {
		return err
	}
	do := find(conflict, 0, "update")
	if do < 0 {
		return nil
	}
	again := c.add(table.table, table.alias)
	again.bound = conflict[0].text == "(" && find(conflict[0].in, 0, "platform") >= 0
	in := &scope{own: []*source{again, {alias: "excluded", platform: again.platform, bound: named}}}
	c.sources = append(c.sources, in.own[1])
	return c.rest(conflict[do:], in)
}

// update reads UPDATE t SET … FROM … WHERE ….
func (c *checker) update(all []word) error {
	set := find(all, 0, "set")
	if set < 2 {
		return fmt.Errorf("UPDATE without SET")
	}
	in := &scope{own: []*source{c.add(all[1].text, "")}}
	if set > 2 {
		in.own[0].alias = all[set-1].text
	}
	return c.change(all[set:], "from", in)
}

// remove reads DELETE FROM t USING … WHERE ….
func (c *checker) remove(all []word) error {
	if len(all) < 3 || all[1].text != "from" {
		return fmt.Errorf("DELETE without FROM")
	}
	in := &scope{own: []*source{c.add(all[2].text, "")}}
	rest := all[3:]
	if len(rest) > 0 && rest[0].text == "as" {
		rest = rest[1:]
	}
	if len(rest) > 0 && rest[0].text != "using" && !slices.Contains(clauses, rest[0].text) {
		in.own[0].alias, rest = rest[0].text, rest[1:]
	}
	return c.change(rest, "using", in)
}

// change reads the rest of UPDATE and DELETE, with the other tables that they name.
func (c *checker) change(all []word, others string, in *scope) error {
	at := find(all, 0, others)
	end := find(all, 0, clauses...)
	if end < 0 {
		end = len(all)
	}
	if at < 0 || at > end {
		at = end
	} else if err := c.from(all[at+1:end], in, nil); err != nil {
		return err
	}
	if err := c.within(all[:at], in); err != nil {
		return err
	}
	return c.rest(all[end:], in)
}
