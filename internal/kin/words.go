package kin

import (
	"fmt"
	"strings"
	"time"

	"phare/internal/text"
)

// In is a rule as it is read: its number, hours, days, who picks up and what was
// noted.
func (r Rule) In(words *text.Catalog, lang string) string {
	said := r.hours(words, lang)
	if r.Answers != "" {
		said = append(said, words.Get(lang, "kin.rule.answers", map[string]any{"Who": r.Answers}))
	}
	if r.Note != "" {
		said = append(said, r.Note)
	}
	all := strings.Join(said, " · ")
	if r.Number != "" {
		all = r.Number + words.Get(lang, "layout.colon", nil) + all
	}
	return all
}

// Hours is what a rule that holds for every number says of hours and days, and
// nothing of anybody: no number, no name, no note. Empty: it says nothing of them.
func (r Rule) Hours(words *text.Catalog, lang string) string {
	if r.Number != "" {
		return ""
	}
	return strings.Join(r.hours(words, lang), " · ")
}

// hours are the sentences of a rule on when to call.
func (r Rule) hours(words *text.Catalog, lang string) (parts []string) {
	var days []string
	r.Answers = ""
	for _, x := range r.Sentences() {
		for name, value := range x.Args {
			if at, err := time.Parse("15:04", fmt.Sprint(value)); err == nil {
				x.Args[name] = text.Hour(lang, "UTC", at)
			}
		}
		said := words.Get(lang, "kin."+x.Key, x.Args)
		if strings.HasPrefix(x.Key, "day.") {
			days = append(days, said)
		} else {
			parts = append(parts, said)
		}
	}
	if len(days) > 0 {
		parts = append(parts, words.Get(lang, "kin.rule.days.only", map[string]any{"Days": strings.Join(days, ", ")}))
	}
	return parts
}
