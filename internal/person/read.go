package person

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"phare/internal/circle"
	"phare/internal/request"
	"phare/internal/store"
)

func limited(r request.Request) bool { return circle.IsLimited(r.Guard) }

// cell scans any stored value as words.
type cell struct{ to *string }

// Scan takes what the engines give: text, a number, a yes or no.
func (c cell) Scan(v any) error {
	switch x := v.(type) {
	case nil:
		*c.to = ""
	case []byte:
		*c.to = string(x)
	case bool:
		*c.to = ""
		if x {
			*c.to = "yes"
		}
	default:
		*c.to = fmt.Sprint(x)
	}
	return nil
}

// read gives the rows of one table that are about the person.
func read(v *store.View, p part, r request.Request) (Table, error) {
	columns := p.columns
	if columns[0] != p.row {
		columns = append([]string{p.row}, slices.DeleteFunc(slices.Clone(columns), func(c string) bool { return c == p.row })...)
	}
	t := Table{Name: p.table, part: p}
	var args []any // only those that the condition names: PostgreSQL takes no other
	where := p.where
	for i, value := range []any{r.ID, r.Platform, r.Patient} {
		if was := fmt.Sprintf("$%d", i+1); strings.Contains(where, was) {
			args = append(args, value)
			where = strings.ReplaceAll(where, was, fmt.Sprintf("#%d", len(args)))
		}
	}
	where = strings.ReplaceAll(where, "#", "$")
	rows, err := store.All(v, func(row store.Row) (Row, error) {
		values, dests := make([]string, len(columns)), make([]any, len(columns))
		for i, c := range columns {
			if store.IsSealed(p.table, c) {
				dests[i] = store.Sealed(&values[i], p.table+"."+c, &values[0])
			} else {
				dests[i] = cell{&values[i]}
			}
		}
		if err := row.Scan(dests...); err != nil {
			return nil, err
		}
		out := make(Row, len(columns))
		for i, c := range columns {
			out[i] = Cell{c, values[i]}
		}
		return out, nil
	}, `SELECT `+strings.Join(columns, ", ")+` FROM `+p.table+` WHERE `+where+` ORDER BY `+p.order(), args...)
	t.Rows = rows
	return t, err
}

// order is by when a row was written, where the table knows.
func (p part) order() string {
	for _, c := range []string{"at", "created_at", "sent_at", "added_at", "written_at"} {
		if p.gives(c) {
			return c + ", " + p.row
		}
	}
	return p.row
}

// ownFields are the answers of a request without what is held, and without the ways to
// reach a professional, or a relative whom a professional named.
func (h hold) ownFields(r request.Request, fields string) string {
	apart := r.Fields.Story != "" && slices.Contains(h.words, r.Fields.Story)
	if r.Fields.Who == request.Family && !apart {
		return fields
	}
	var f request.Fields
	if json.Unmarshal([]byte(fields), &f) != nil {
		return ""
	}
	if apart {
		f.Story = heldBack
	}
	if r.Fields.Who != request.Family {
		f.Phone, f.Mail, f.CloseName, f.ClosePhone, f.CloseMail = "", "", "", "", ""
	}
	b, err := json.Marshal(f)
	if err != nil {
		return ""
	}
	return string(b)
}
