package knowledge

import (
	"encoding/json"
	"errors"
	"io"
	"strings"

	"phare/internal/term"
)

// obograph is the part of an obographs document that we use.
type obograph struct {
	Graphs []struct {
		ID   string `json:"id"`
		Meta struct {
			Version string `json:"version"`
		} `json:"meta"`
		Nodes []oboNode `json:"nodes"`
		Edges []struct {
			Sub  string `json:"sub"`
			Pred string `json:"pred"`
			Obj  string `json:"obj"`
		} `json:"edges"`
	} `json:"graphs"`
}

type oboNode struct {
	ID   string `json:"id"`
	Lbl  string `json:"lbl"`
	Type string `json:"type"`
	Meta struct {
		Definition struct {
			Val string `json:"val"`
		} `json:"definition"`
		Synonyms []struct {
			Val  string `json:"val"`
			Type string `json:"synonymType"`
		} `json:"synonyms"`
		Values []struct {
			Pred string `json:"pred"`
			Val  string `json:"val"`
		} `json:"basicPropertyValues"`
		Deprecated bool `json:"deprecated"`
	} `json:"meta"`
}

// readOBOGraph reads hp.json.
func readOBOGraph(f *file) (nodes []node, version, digest string, err error) {
	in, err := open(f)
	if err != nil {
		return nil, "", "", err
	}
	defer in.close()
	var g obograph
	if err := json.NewDecoder(in.r).Decode(&g); err != nil {
		return nil, "", "", jsonError(f, err)
	}
	if len(g.Graphs) != 1 {
		return nil, "", "", bad(f, 1, wrongFile, "%s in it, not one", plural(len(g.Graphs), "graph"))
	}
	parents := map[string][]string{}
	for _, e := range g.Graphs[0].Edges {
		sub, obj := hpoID(e.Sub), hpoID(e.Obj)
		if e.Pred == "is_a" && sub != "" && obj != "" {
			parents[sub] = append(parents[sub], obj)
		}
	}
	for i := range g.Graphs[0].Nodes {
		n := &g.Graphs[0].Nodes[i]
		if id := hpoID(n.ID); id != "" && n.Type == "CLASS" {
			made := n.node(id)
			made.parents = parents[id]
			nodes = append(nodes, made)
		}
	}
	digest, err = in.digest(f)
	return nodes, releaseDate(g.Graphs[0].Meta.Version), digest, err
}

// node converts an obographs node.
func (n *oboNode) node(id string) node {
	out := node{
		term:     term.Term{ID: id, EN: n.Lbl, Definition: n.Meta.Definition.Val},
		obsolete: n.Meta.Deprecated,
	}
	for _, s := range n.Meta.Synonyms {
		kind := s.Type[strings.LastIndexAny(s.Type, "#/")+1:]
		out.addSynonym(s.Val, kind)
	}
	for _, v := range n.Meta.Values {
		switch {
		case strings.HasSuffix(v.Pred, "#hasAlternativeId"):
			out.term.AltIDs = append(out.term.AltIDs, v.Val)
		case strings.HasSuffix(v.Pred, "IAO_0100001"): // term replaced by
			out.replacedBy = strings.Replace(v.Val[strings.LastIndexByte(v.Val, '/')+1:], "_", ":", 1)
		}
	}
	return out
}

// addSynonym keeps a synonym unless it repeats a name or is withdrawn.
func (n *node) addSynonym(text, kind string) {
	if text == "" || kind == "obsolete_synonym" || strings.EqualFold(text, n.term.EN) {
		return
	}
	for i, s := range n.term.Synonyms {
		if strings.EqualFold(s.Text, text) {
			n.term.Synonyms[i].Plain = s.Plain || kind == "layperson"
			return
		}
	}
	n.term.Synonyms = append(n.term.Synonyms, term.Label{Text: text, Lang: "en", Plain: kind == "layperson"})
}

// jsonError turns a decoder's error into one with a line.
func jsonError(f *file, err error) error {
	line := 0
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		line = lineAt(f, e.Offset)
	}
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		line = lineAt(f, e.Offset)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		err = errors.New("the file ends in the middle")
		line = lineAt(f, 1<<62)
	}
	return &FileError{File: f.name, Line: line, Problem: err, Advice: fetchAgain}
}

// releaseDate takes "2025-05-06" out of a release's address or name.
func releaseDate(s string) string {
	for i := 0; i+10 <= len(s); i++ {
		if isDate(s[i : i+10]) {
			return s[i : i+10]
		}
	}
	return ""
}

// isDate reports the shape 2006-01-02.
func isDate(s string) bool {
	for i, c := range []byte(s) {
		if i == 4 || i == 7 {
			if c != '-' {
				return false
			}
		} else if c < '0' || c > '9' {
			return false
		}
	}
	return len(s) == 10
}
