package web

import (
	"net/http"
	"strings"

	"phare"
)

// nowhere answers what no route takes: a known address asked in another way
// says which ways there are, any other does not exist.
func (s *Server) nowhere(mux *http.ServeMux) func(*visit) error {
	return func(v *visit) error {
		ways := waysTo(mux, v.Request)
		if len(ways) == 0 {
			return phare.Fault(phare.NotFound, "error.notfound")
		}
		v.w.Header().Set("Allow", strings.Join(ways, ", "))
		if v.isProgram() {
			return errMethod
		}
		return s.sorry(v, http.StatusMethodNotAllowed, "error.method", nil)
	}
}

func plain(w http.ResponseWriter, status int, s string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	w.Write([]byte(s + "\n"))
}

// waysTo are the methods that the address of a request has routes for.
func waysTo(mux *http.ServeMux, r *http.Request) (ways []string) {
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} { // all that Routes uses
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := mux.Handler(other); pattern != "/" {
			ways = append(ways, method)
		}
	}
	return ways
}
