package knowledge

import (
	"strings"
)

// readOBO reads hp.obo.
func readOBO(f *file) (nodes []node, version, digest string, err error) {
	var cur *node
	digest, err = eachLine(f, func(n int, line string) error {
		switch {
		case line == "[Term]":
			nodes = append(nodes, node{})
			cur = &nodes[len(nodes)-1]
			return nil
		case strings.HasPrefix(line, "["):
			cur = nil
			return nil
		case line == "" || strings.HasPrefix(line, "!"):
			return nil
		}
		key, value, ok := strings.Cut(line, ": ")
		if !ok {
			if strings.HasSuffix(line, ":") { // a tag without a value
				return nil
			}
			return bad(f, n, fetchAgain, "a line that is not \"tag: value\"")
		}
		if cur == nil {
			if key == "data-version" {
				version = releaseDate(value)
			}
			return nil
		}
		return cur.tag(f, n, key, value)
	})
	if err != nil {
		return nil, "", "", err
	}
	live := nodes[:0]
	for _, n := range nodes {
		if hpoID(n.term.ID) != "" {
			live = append(live, n)
		}
	}
	return live, version, digest, nil
}

// tag takes one line of a [Term] stanza.
func (n *node) tag(f *file, line int, key, value string) error {
	switch key {
	case "id":
		n.term.ID = value
	case "name":
		n.term.EN = value
	case "def":
		text, _, ok := quoted(value)
		if !ok {
			return bad(f, line, fetchAgain, "a definition without its closing quote")
		}
		n.term.Definition = text
	case "synonym":
		text, rest, ok := quoted(value)
		if !ok {
			return bad(f, line, fetchAgain, "a synonym without its closing quote")
		}
		kind := ""
		if words := strings.Fields(rest); len(words) > 1 && !strings.HasPrefix(words[1], "[") {
			kind = words[1]
		}
		n.addSynonym(text, kind)
	case "alt_id":
		n.term.AltIDs = append(n.term.AltIDs, value)
	case "is_a":
		id, _, _ := strings.Cut(value, " ")
		n.parents = append(n.parents, id)
	case "is_obsolete":
		n.obsolete = value == "true"
	case "replaced_by":
		n.replacedBy = value
	}
	return nil
}

// quoted takes the text between the first quotes of an OBO value and what
// follows them. Backslashes escape.
func quoted(s string) (text, rest string, ok bool) {
	if !strings.HasPrefix(s, `"`) {
		return "", "", false
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		case s[i] == '"':
			return b.String(), s[i+1:], true
		default:
			b.WriteByte(s[i])
		}
	}
	return "", "", false
}
