package casefile

import (
	"phare/internal/history"
	"phare/internal/request"
	"phare/internal/text"
)

// ClockWords tells in words how long a diagnosis has been looked for: "premiers
// signes il y a 6 ans et 2 mois ; sans diagnostic". Empty: nobody knows since when.
func ClockWords(words *text.Catalog, lang string, c Case) string {
	diagnosis := history.Known(c.Request.Fields, c.Facts)
	e := history.Clock(c.Facts, diagnosis, c.Now.In(text.Zone(c.Desk.Zone)))
	if !e.Known {
		return ""
	}
	get := func(key string, args map[string]any) string { return words.Get(lang, "history.clock."+key, args) }
	span := spanOf(get, e)
	if e.Found {
		return get("found", map[string]any{"Span": span})
	}
	switch diagnosis {
	case request.NoDiagnosis, request.Suspected, request.Confirmed:
	default:
		diagnosis = request.NotKnown
	}
	return get("since", map[string]any{"Span": span, "Diagnosis": get("diagnosis."+diagnosis, nil)})
}

// spanOf is a span in years and months, "environ" where only years are known.
func spanOf(get func(string, map[string]any) string, e history.Errance) string {
	part := func(n int, one, many string) string {
		if n == 1 {
			return get(one, nil)
		}
		return get(many, map[string]any{"N": n})
	}
	var span string
	switch {
	case e.Years == 0 && e.Months == 0 && e.About:
		return get("underyear", nil)
	case e.Years == 0 && e.Months == 0:
		return get("undermonth", nil)
	case e.Years == 0:
		span = part(e.Months, "month", "months")
	case e.Months == 0:
		span = part(e.Years, "year", "years")
	default:
		span = get("both", map[string]any{"Years": part(e.Years, "year", "years"), "Months": part(e.Months, "month", "months")})
	}
	if e.About {
		return get("about", map[string]any{"Span": span})
	}
	return span
}
