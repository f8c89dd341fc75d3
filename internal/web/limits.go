package web

import (
	"log"
	"net"
	"net/http"
	"strings"
	"time"

	"golang.org/x/net/netutil"

	"phare/internal/audit"
	"phare/internal/request"
)

// class is what one request of a kind of route may cost.
type class struct {
	body        int64         // bytes of a posted form
	read, write time.Duration // for the body to come, for the answer to leave
}

// The classes. Headers come fast, a form over a village's link does not: the
// longest form at 16 kbit/s takes two minutes; the largest letter at the same
// speed takes ten.
var (
	shortForm = class{16 << 10, 30 * time.Second, 60 * time.Second} // a name, a reference, a code
	longForm  = class{maxBody, 120 * time.Second, 120 * time.Second}
	fileOut   = class{16 << 10, 30 * time.Second, 10 * time.Minute}
)

// classOf sorts a route. Doors that anyone can knock at take little; files may
// take long to leave; the rest are forms that hold letters and stories.
func classOf(r Route) class {
	method, path, _ := strings.Cut(r.Pattern, " ")
	switch {
	case strings.HasSuffix(path, "/morceau"):
		return partIn
	case r.Policy.Files && r.Policy.Right != "":
		return scanIn
	case r.Policy.Files:
		return filesIn
	case strings.HasSuffix(path, "/{piece}"), strings.HasSuffix(path, ".pdf"), strings.HasSuffix(path, ".odt"), strings.HasSuffix(path, "/{file}"), strings.HasPrefix(path, "/reponse/"):
		return fileOut
	case method != http.MethodPost:
		return class{shortForm.body, shortForm.read, longForm.write}
	case path == "/connexion", path == "/deconnexion", path == "/suivi", path == request.ResumePath, path == "/bureau/recherche",
		path == "/secours", path == "/suivi/acces", path == "/connexion/cle", path == audit.WitnessPath, path == SMSPath, strings.HasPrefix(path, "/invitation/"):
		return shortForm
	}
	return longForm
}

// bound holds a request to its class, or to the server's own limit if that is
// tighter; files have longer, and must go on coming (paced). Recorders of tests have no deadlines, which is no fault.
func bound(w http.ResponseWriter, r *http.Request, c class) {
	r.Body = http.MaxBytesReader(w, r.Body, c.body)
	read := c.read
	if server, ok := r.Context().Value(http.ServerContextKey).(*http.Server); ok && server.ReadTimeout > 0 && c.read < uploadWithin {
		read = min(read, server.ReadTimeout)
	}
	rc, now := http.NewResponseController(w), time.Now()
	if r.Method == http.MethodPost {
		rc.SetReadDeadline(now.Add(read))
	}
	rc.SetWriteDeadline(now.Add(c.read + c.write))
}

// arrived gives a request whose form is here time to be worked on: a deadline
// for reading that passes meanwhile would end it. It is never lifted, because
// what was not read of a body is read when the answer has left.
func arrived(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		http.NewResponseController(w).SetReadDeadline(time.Now().Add(lanePatience + time.Minute))
	}
}

// Limits of a connection, for what comes before a route is known. A route's own
// class may allow longer.
const (
	HeaderTimeout = 10 * time.Second
	BodyTimeout   = 120 * time.Second
	IdleTimeout   = 120 * time.Second
	maxHeader     = 64 << 10
	maxConns      = 1000 // at once; the next ones wait in the system's own queue
)

// HTTPServer is the server for h with those limits; faults of connections go to
// faults. A visitor who sends headers one byte at a time is cut off after
// HeaderTimeout and holds a connection, never a handler, until then.
func HTTPServer(h http.Handler, faults *log.Logger) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: HeaderTimeout, ReadTimeout: BodyTimeout, WriteTimeout: fileOut.read + fileOut.write,
		IdleTimeout: IdleTimeout, MaxHeaderBytes: maxHeader, ErrorLog: faults}
}

// Crowd is l, for as many connections at once as a small machine can hold.
func Crowd(l net.Listener) net.Listener { return netutil.LimitListener(l, maxConns) }
