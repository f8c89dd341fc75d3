package diff

import (
	"fmt"
	"slices"
	"strings"

	"phare/internal/term"
)

// sources compares what went in. A source is known by its file, or by its title
// where a release has its version in the name of the file.
func (c *comparison) sources() {
	old, rest := c.a.Meta.Sources, slices.Clone(c.b.Meta.Sources)
	var gone []term.Source
	for _, s := range old {
		i := slices.IndexFunc(rest, func(x term.Source) bool { return x.File == s.File })
		if i < 0 {
			gone = append(gone, s)
			continue
		}
		c.source(s, rest[i])
		rest = slices.Delete(rest, i, i+1)
	}
	for _, s := range gone {
		i := slices.IndexFunc(rest, func(x term.Source) bool { return x.Title == s.Title })
		if i < 0 {
			c.add(Change{Kind: "source.removed", ID: s.File, Name: s.Title, Was: s.Version})
			continue
		}
		c.source(s, rest[i])
		rest = slices.Delete(rest, i, i+1)
	}
	for _, s := range rest {
		c.add(Change{Kind: "source.added", ID: s.File, Name: s.Title, Is: strings.Trim(s.Version+", "+s.Licence, ", ")})
	}
}

func (c *comparison) source(a, b term.Source) {
	c.one("source.version", b.File, b.Title, a.Version, b.Version)
	c.one("source.licence", b.File, b.Title, a.Licence, b.Licence)
	c.one("source.licence", b.File, b.Title, a.Attribution, b.Attribution)
	c.one("source.content", b.File, b.Title, content(a), content(b))
}

// content is what else tells a source from its namesake.
func content(s term.Source) string {
	return fmt.Sprintf("%s, %s, %d rows, SHA-256 %s", s.File, s.Title, s.Rows, s.Digest)
}

func (c *comparison) signs() {
	ta, tb := c.a.Terms, c.b.Terms
	both(len(ta), len(tb), func(i, j int) (string, string) { return ta[i].ID, tb[j].ID }, func(i, j int) {
		switch {
		case j < 0:
			c.signGone(&ta[i])
		case i < 0:
			x := Change{Kind: "sign.added", ID: tb[j].ID, Name: tb[j].EN}
			if t, status := c.a.TermByID(x.ID); status == term.IDReplaced {
				x.Was = "another id of " + ta[t].ID
			}
			c.add(x)
		default:
			c.sign(&ta[i], &tb[j])
		}
	})
}

func (c *comparison) signGone(t *term.Term) {
	if now, status := c.b.TermByID(t.ID); status == term.IDReplaced {
		c.add(Change{Kind: "sign.replaced", ID: t.ID, Name: t.EN, Is: c.b.Terms[now].ID + " " + c.b.Terms[now].EN})
		return
	}
	c.add(Change{Kind: "sign.removed", ID: t.ID, Name: t.EN})
}

func (c *comparison) sign(a, b *term.Term) {
	c.one("sign.name.en", b.ID, b.EN, a.EN, b.EN)
	c.one("sign.name.fr", b.ID, b.EN, a.FR, b.FR)
	was, is := make([]string, len(a.Parents)), make([]string, len(b.Parents))
	for i, p := range a.Parents {
		was[i] = c.now(p)
	}
	for i, p := range b.Parents {
		is[i] = c.b.Terms[p].ID
	}
	c.set("sign.parents", b.ID, b.EN, was, is)
	c.one("sign.usable", b.ID, b.EN, usable(a), usable(b))
	c.set("sign.ids", b.ID, b.EN, a.AltIDs, slices.DeleteFunc(slices.Clone(b.AltIDs), c.justReplaced))
	c.list("sign.words", b.ID, b.EN, labels(a.Synonyms), labels(b.Synonyms))
	c.one("sign.words", b.ID, b.EN, a.Definition, b.Definition)
}

// justReplaced says whether id was a sign of its own in a: that it is now an
// alternative id is told as "sign.replaced".
func (c *comparison) justReplaced(id string) bool {
	_, status := c.a.TermByID(id)
	return status == term.IDLive
}

func usable(t *term.Term) string {
	if t.Phenotype {
		return "a sign"
	}
	return "no sign"
}

// now is the id that b has for term t of a.
func (c *comparison) now(t int32) string {
	id := c.a.Terms[t].ID
	if n, status := c.b.TermByID(id); status == term.IDReplaced {
		return c.b.Terms[n].ID
	}
	return id
}

// set adds a change if two lists differ in what they hold, whatever the order.
func (c *comparison) set(k Kind, id, name string, was, is []string) {
	was, is = sorted(was), sorted(is)
	if !slices.Equal(was, is) {
		c.add(Change{Kind: k, ID: id, Name: name, Was: strings.Join(was, ", "), Is: strings.Join(is, ", ")})
	}
}

// list is set where the order counts too.
func (c *comparison) list(k Kind, id, name string, was, is []string) {
	if !slices.Equal(was, is) {
		c.add(Change{Kind: k, ID: id, Name: name, Was: strings.Join(was, "; "), Is: strings.Join(is, "; ")})
	}
}

func sorted(list []string) []string { return slices.Compact(slices.Sorted(slices.Values(list))) }

func labels(list []term.Label) []string {
	out := make([]string, len(list))
	for i, l := range list {
		out[i] = l.Text + " (" + l.Lang
		if l.Plain {
			out[i] += ", plain"
		}
		out[i] += ")"
	}
	return out
}
