package web

import (
	"net/http"

	"phare/internal/request"
)

// apiSchema is what can be sent, as a JSON schema made of the very table that the
// form and its acceptance are made of.
func (s *Server) apiSchema(v *visit) error {
	return v.json(http.StatusOK, "application/schema+json", schema(func(name string) string { return s.Text.Get(v.lang, "ask.label."+name, nil) }))
}

// schema describes each field by its label.
func schema(label func(name string) string) map[string]any {
	fields := map[string]any{
		"who":    map[string]any{"enum": request.Kinds(), "description": label("who")},
		"lang":   map[string]any{"enum": []string{"fr", "en"}},
		"unsure": map[string]any{"type": "array", "items": map[string]any{"type": "string"}, "description": "names of the fields answered « I do not know »"},
	}
	for _, name := range apiNames() {
		if fields[name] != nil {
			continue
		}
		fields[name] = map[string]any{"type": "string", "maxLength": request.Longest(name), "description": label(name)}
		if all := request.Answers(name); len(all) > 0 {
			fields[name] = map[string]any{"enum": append(all, ""), "description": label(name)}
		}
	}
	fields["consent"] = map[string]any{"const": "yes", "description": label("consent")}
	var kinds []any
	for _, who := range request.Kinds() {
		kinds = append(kinds, map[string]any{"if": map[string]any{"properties": map[string]any{"who": map[string]any{"const": who}}}, "then": mustOf(who)})
	}
	return map[string]any{"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Phare: a request", "type": "object",
		"properties": fields, "required": []string{"who"}, "additionalProperties": false, "allOf": kinds}
}

// mustOf is what one kind of requester must send.
func mustOf(who string) map[string]any {
	var required []string
	var all []any
	either := []any{}
	for _, x := range request.Form(who) {
		has := map[string]any{"required": []string{x.Name}}
		switch {
		case x.Name == "platform" || x.When != request.Always:
		case x.Name == "phone":
			ways := []any{has, map[string]any{"required": []string{"mail"}}}
			if who == request.Family {
				ways = append(ways, map[string]any{"required": []string{"place"}})
			}
			all = append(all, map[string]any{"anyOf": ways})
		case x.Name == "name" && who == request.Family: // it may be the patient's own
			all = append(all, map[string]any{"anyOf": []any{has, map[string]any{"properties": map[string]any{"relation": map[string]any{"const": "self"}}}}})
		case x.Need == request.Required:
			required = append(required, x.Name)
		case x.Need == request.UnlessUnsure:
			unsure := map[string]any{"required": []string{"unsure"}, "properties": map[string]any{"unsure": map[string]any{"contains": map[string]any{"const": x.Name}}}}
			all = append(all, map[string]any{"anyOf": []any{has, unsure}})
		case x.Need == request.Either:
			either = append(either, has)
		}
	}
	if len(either) > 0 {
		all = append(all, map[string]any{"anyOf": either})
	}
	must := map[string]any{"required": required}
	if len(all) > 0 {
		must["allOf"] = all
	}
	return must
}
