package course

import (
	"maps"
	"testing"
	"time"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func at(days int) time.Time { return noon.AddDate(0, 0, days) }

func question(need, state string, sent, ended int) Orientation {
	o := Orientation{Need: need, State: state, SentAt: at(sent), ExpiresAt: at(sent + 20)}
	if ended != 0 {
		o.EndedAt = at(ended)
	}
	return o
}

// Lesson 1: the state of a request and of its needs follows from what is below
// them, and from nothing else. The rows are numbered by what a desk would say.
func TestOf(t *testing.T) {
	tests := []struct {
		name  string
		facts Facts
		want  string
		needs map[string]string
	}{
		{"just came", Facts{}, Received, nil},
		{"came with a need", Facts{Needs: []Need{{ID: "a"}}}, Received, map[string]string{"a": Todo}},
		{"taken", Facts{Begun: true}, Open, nil},
		{"two needs, nobody has them", Facts{Begun: true, Needs: []Need{{ID: "a"}, {ID: "b"}}}, Open, map[string]string{"a": Todo, "b": Todo}},
		{"the desk does something", Facts{Begun: true, Needs: []Need{{ID: "a"}}, Tasks: []Task{{Need: "a"}}}, Open, map[string]string{"a": Doing}},
		{"done, and not concluded", Facts{Begun: true, Needs: []Need{{ID: "a"}}, Tasks: []Task{{Need: "a", Ended: true}}}, Open, map[string]string{"a": Doing}},
		{"the request waits", Facts{Begun: true, Needs: []Need{{ID: "a"}}, Tasks: []Task{{Outside: true}}}, Awaiting, map[string]string{"a": Todo}},
		{"it came", Facts{Begun: true, Tasks: []Task{{Outside: true, Ended: true}}}, Open, nil},
		{"one of two needs waits", Facts{Begun: true, Needs: []Need{{ID: "a"}, {ID: "b"}}, Tasks: []Task{{Need: "a", Outside: true}}}, Open, map[string]string{"a": Awaiting, "b": Todo}},
		{"the only open need waits", Facts{Begun: true, Needs: []Need{{ID: "a"}, {ID: "b", Outcome: "met"}}, Tasks: []Task{{Need: "a", Outside: true}}}, Awaiting, map[string]string{"a": Awaiting, "b": Closed}},
		{"a need waits, an expert of no need is asked", Facts{Begun: true, Needs: []Need{{ID: "a"}}, Tasks: []Task{{Need: "a", Outside: true}}, Orientations: []Orientation{question("", "sent", -1, 0)}}, Asked, map[string]string{"a": Awaiting}},
		{"an expert is asked", Facts{Begun: true, Needs: []Need{{ID: "a"}}, Orientations: []Orientation{question("a", "sent", -1, 0)}}, Asked, map[string]string{"a": Asked}},
		{"for one of two", Facts{Begun: true, Needs: []Need{{ID: "a"}, {ID: "b"}}, Orientations: []Orientation{question("a", "opened", -1, 0)}}, Asked, map[string]string{"a": Asked, "b": Todo}},
		{"two asked, one back", Facts{Begun: true, Needs: []Need{{ID: "a"}}, Orientations: []Orientation{question("a", "answered", -5, -1), question("a", "sent", -5, 0)}}, Answered, map[string]string{"a": Answered}},
		{"another asked since", Facts{Begun: true, Orientations: []Orientation{question("", "answered", -5, -3), question("", "sent", -1, 0)}}, Asked, nil},
		{"the second will not answer", Facts{Begun: true, Orientations: []Orientation{question("", "answered", -5, -3), question("", "refused", -1, -1)}}, Answered, nil},
		{"all refuse", Facts{Begun: true, Needs: []Need{{ID: "a"}}, Orientations: []Orientation{question("a", "refused", -2, -1)}}, Open, map[string]string{"a": Todo}},
		{"the link's life is over", Facts{Begun: true, Orientations: []Orientation{question("", "sent", -30, 0)}}, Open, nil},
		{"one need answered, the other waits", Facts{Begun: true, Needs: []Need{{ID: "a"}, {ID: "b"}}, Orientations: []Orientation{question("a", "answered", -5, -1)}, Tasks: []Task{{Need: "b", Outside: true}}}, Answered, map[string]string{"a": Answered, "b": Awaiting}},
		{"a need waits for what the expert wants to see", Facts{Begun: true, Needs: []Need{{ID: "a"}}, Orientations: []Orientation{question("a", "answered", -5, -1)}, Tasks: []Task{{Need: "a", Outside: true}}}, Awaiting, map[string]string{"a": Awaiting}},
		{"signed, while another need goes on", Facts{Begun: true, Signed: true, Needs: []Need{{ID: "a"}}, Tasks: []Task{{Need: "a"}}}, Signed, map[string]string{"a": Doing}},
		{"every need concluded", Facts{Begun: true, Needs: []Need{{ID: "a", Outcome: "not"}}}, Open, map[string]string{"a": Closed}},
		{"an answer left, a need is open", Facts{Begun: true, Given: at(-1), Needs: []Need{{ID: "a"}}}, Open, map[string]string{"a": Todo}},
		{"an answer left, the opinion is in it", Facts{Begun: true, Given: at(-1), Needs: []Need{{ID: "a"}}, Orientations: []Orientation{question("", "answered", -5, -2)}}, Open, map[string]string{"a": Todo}},
		{"an opinion came after the answer", Facts{Begun: true, Given: at(-2), Needs: []Need{{ID: "a"}}, Orientations: []Orientation{question("a", "answered", -5, -1)}}, Answered, map[string]string{"a": Answered}},
		{"an answer left, the open need waits", Facts{Begun: true, Given: at(-1), Needs: []Need{{ID: "a"}}, Tasks: []Task{{Need: "a", Outside: true}}, Orientations: []Orientation{question("", "answered", -5, -2)}}, Awaiting, map[string]string{"a": Awaiting}},
		{"an answer left, the last need ended", Facts{Begun: true, Given: at(-1), Needs: []Need{{ID: "a", Outcome: "met"}}}, Closed, map[string]string{"a": Closed}},
		{"the last need ended, an expert can answer", Facts{Begun: true, Given: at(-1), Needs: []Need{{ID: "a", Outcome: "met"}}, Orientations: []Orientation{question("", "sent", -1, 0)}}, Asked, map[string]string{"a": Closed}},
		{"the last need ended, a task of the request is open", Facts{Begun: true, Given: at(-1), Needs: []Need{{ID: "a", Outcome: "met"}}, Tasks: []Task{{}}}, Open, map[string]string{"a": Closed}},
		{"the last need ended, another answer is begun", Facts{Begun: true, Given: at(-1), Writing: true, Needs: []Need{{ID: "a", Outcome: "met"}}}, Open, map[string]string{"a": Closed}},
		{"the last need ended, another answer is signed", Facts{Begun: true, Given: at(-1), Signed: true, Writing: true, Needs: []Need{{ID: "a", Outcome: "met"}}}, Signed, map[string]string{"a": Closed}},
		{"closed", Facts{Begun: true, Closed: true, Signed: true, Tasks: []Task{{Outside: true}}}, Closed, nil},
		{"closed before anybody took it", Facts{Closed: true}, Closed, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Of(tt.facts, noon)
			if got.Request != tt.want {
				t.Errorf("the request is %s, want %s", got.Request, tt.want)
			}
			if want := tt.needs; len(want) != len(got.Needs) || !maps.Equal(want, got.Needs) && len(want) > 0 {
				t.Errorf("needs %v, want %v", got.Needs, want)
			}
		})
	}
}
