package web

import (
	"net/http"
	"testing"
	"time"

	"phare/internal/access"
)

// Readers of the desk give way when all places are taken; whoever sends does not.
func TestEnter(t *testing.T) {
	s := &Server{reading: make(chan struct{}, 2)}
	desk := Policy{Right: access.ReadRequest}
	list := Route{Pattern: "GET /bureau", Policy: desk}
	search := Route{Pattern: "POST /bureau/recherche", Policy: desk}
	leave, ok := s.enter(list, http.MethodGet, time.Millisecond)
	if !ok {
		t.Fatal("no place in an empty house")
	}
	if _, ok := s.enter(search, http.MethodPost, time.Millisecond); !ok {
		t.Fatal("no second place")
	}
	for _, tt := range []struct {
		route  Route
		method string
		ok     bool
	}{
		{list, http.MethodGet, false},
		{search, http.MethodPost, false},
		{Route{Pattern: "POST /bureau/demandes/{id}/reponse", Policy: desk}, http.MethodPost, true},
		{Route{Pattern: "GET /demande/medecin", Policy: Policy{Open: true}}, http.MethodGet, true},
		{Route{Pattern: "POST /demande/{form}/envoyer", Policy: Policy{Draft: true}}, http.MethodPost, true},
		{Route{Pattern: "GET /avis/{token}", Policy: Policy{Link: true}}, http.MethodGet, true},
	} {
		if _, ok := s.enter(tt.route, tt.method, time.Millisecond); ok != tt.ok {
			t.Errorf("%s: %v, want %v", tt.route.Pattern, ok, tt.ok)
		}
	}
	leave()
	if _, ok := s.enter(list, http.MethodGet, time.Millisecond); !ok {
		t.Error("a place that was left is not given again")
	}
}
