package torture

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"phare"
)

// Line says how a bad network is tried.
type Line struct {
	Bin   string
	DSN   string // an empty PostgreSQL database; empty: an SQLite file
	Forms int    // submitted; each is two posts, the draft and its sending
	Seed  uint64
}

// LineResult is what was found.
type LineResult struct {
	Acked, Posts int            // forms that were acknowledged: whose sending was answered by the way to its receipt
	Codes        int            // forms whose requester came to see the code of the receipt
	Refused      map[int]int    // status of a refusal → how often: none is expected, also where a retry cured it
	Cuts         map[string]int // what befell a request → how often
	Tries        []int          // times each form was sent again, sorted
	Wrong        []string
}

// What befalls a post between a browser and the program.
const (
	cutBefore = "before" // the line is cut before a byte of it arrives
	cutBody   = "body"   // it arrives without its end: half of it, 256 bytes at most
	cutReply  = "reply"  // the program has answered, nothing of the answer arrives
	cutAnswer = "answer" // half of the answer arrives
	twice     = "twice"  // it arrives twice at once
	late      = "late"   // the browser gives up; it arrives later, after others
)

// cuts are all of these, in the order they are tried.
var cuts = []string{cutBefore, cutBody, cutReply, cutAnswer, twice, late}

// patient is how often a browser sends a form again before it counts as refused.
const patient = 12

// fate tells the proxy what is to befall a post. The program never reads it.
const fate = "X-Torture-Fate"

// Run lets eight clients submit forms over a proxy that cuts, doubles or delays one
// post of each, and one in four of those that are sent again. A client sends a form
// again until it is acknowledged, as who sits before a page that did not load.
func (l Line) Run(ctx context.Context) (res LineResult, err error) {
	dir, remove, err := folder(false)
	if err != nil {
		return res, err
	}
	defer remove()
	dsn := l.DSN
	if dsn == "" {
		dsn = filepath.Join(dir, "phare.db")
	}
	s, err := NewSite(l.Bin, dir, dsn)
	if err != nil {
		return res, err
	}
	if err := s.addDesk(ctx); err != nil {
		return res, err
	}
	v, err := s.Start(ctx)
	if err != nil {
		return res, err
	}
	p, err := newProxy(s.addr)
	if err != nil {
		v.Kill()
		return res, err
	}
	res.Refused = map[int]int{}
	res.Wrong = l.load(ctx, s, p, &res)
	p.close()
	time.Sleep(2 * time.Second) // what waits in the queue leaves
	v.Stop()
	s.Told.texts = filepath.Join(dir, "sms")
	res.Acked, res.Cuts, res.Posts = s.Told.count(Acked), p.met, p.posts
	slices.Sort(res.Tries)
	wrong, err := Check(ctx, dsn, dir, s.Told, func(message string) bool { return lettered(dir, message) })
	res.Wrong = append(res.Wrong, wrong...)
	return res, err
}

// load submits all forms and returns what was never acknowledged.
func (l Line) load(ctx context.Context, s *Site, p *proxy, res *LineResult) (wrong []string) {
	next := make(chan int)
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for n := range next {
				o := l.one(ctx, s, p, n)
				mu.Lock()
				res.Tries = append(res.Tries, o.again)
				for _, status := range o.refused {
					res.Refused[status]++
					wrong = append(wrong, fmt.Sprintf("form %d was refused with %d", n, status))
				}
				if o.code != "" {
					res.Codes++
				}
				if o.err != nil {
					wrong = append(wrong, o.err.Error())
				}
				mu.Unlock()
			}
		})
	}
	for n := 0; n < l.Forms && ctx.Err() == nil; n++ {
		next <- n
	}
	close(next)
	wg.Wait()
	return wrong
}

// sent is what became of one form.
type sent struct {
	again   int    // times it was sent again
	refused []int  // by which statuses
	code    string // of its receipt, as it was read
	err     error
}

// one submits the n-th form until it is acknowledged, then opens its receipt until its
// code was read, as a person does who wants to follow the request.
func (l Line) one(ctx context.Context, s *Site, p *proxy, n int) (o sent) {
	chance := rand.New(rand.NewPCG(l.Seed, uint64(n)))
	hit := n / len(cuts) % 3 // its first post, its second, or its receipt
	posts := 0
	mine := *s
	jar, err := cookiejar.New(nil)
	if err != nil {
		return sent{err: err}
	}
	browser := *s.http
	browser.Jar, mine.http = jar, &browser
	mine.through = func(req *http.Request) {
		req.URL.Host, req.Close = p.addr(), true
		switch {
		case posts == hit:
			req.Header.Set(fate, cuts[n%len(cuts)])
		case posts > hit && chance.IntN(4) == 0:
			req.Header.Set(fate, cuts[chance.IntN(len(cuts))])
		}
		posts++
	}
	form := phare.NewForm()
	for ; o.again <= patient; o.again++ {
		got, status, _ := mine.Submit(ctx, form)
		if got == Acked {
			o.code, o.err = mine.readCode(ctx, form)
			return o
		}
		if got == Refused {
			o.refused = append(o.refused, status)
		}
		time.Sleep(20 * time.Millisecond)
	}
	o.err = fmt.Errorf("form %d has no receipt after %d tries", n, o.again)
	return o
}

// shownCode is how a receipt shows its code.
var shownCode = regexp.MustCompile(`<span class="ref big">(\d{3} \d{3} \d{4})</span>`)

// readCode opens a receipt until it was read whole with its code. One that came whole
// without it was cut before, after its head: then the button of the page sends the form
// once more, and the next view shows the code again.
func (s *Site) readCode(ctx context.Context, form string) (string, error) {
	for range patient {
		o, status, page := s.send(ctx, http.MethodGet, "/demande/"+form+"/recu", nil)
		switch code := shownCode.FindStringSubmatch(page); {
		case o == Unknown:
		case status != http.StatusOK:
			return "", fmt.Errorf("the receipt of %s: %d", form, status)
		case code != nil:
			return code[1], nil
		case !strings.Contains(page, `action="/demande/`+form+`/envoyer"`):
			return "", fmt.Errorf("the receipt of %s has no code and no button to show it again", form)
		default:
			s.post(ctx, "/demande/"+form+"/envoyer", url.Values{})
		}
		time.Sleep(20 * time.Millisecond)
	}
	return "", fmt.Errorf("the code of %s was never read", form)
}

// proxy stands between the clients and the program.
type proxy struct {
	l     net.Listener
	to    string
	under sync.WaitGroup

	mu    sync.Mutex
	met   map[string]int
	posts int
}

func newProxy(to string) (*proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &proxy{l: l, to: to, met: map[string]int{}}
	p.under.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			p.under.Go(func() { p.carry(c.(*net.TCPConn)) })
		}
	})
	return p, nil
}

func (p *proxy) addr() string { return p.l.Addr().String() }

// close waits for what is still on the line.
func (p *proxy) close() {
	p.l.Close()
	p.under.Wait()
}

// carry takes one post over.
func (p *proxy) carry(c *net.TCPConn) {
	defer c.Close()
	req, err := http.ReadRequest(bufio.NewReader(c))
	if err != nil {
		return
	}
	what := req.Header.Get(fate)
	req.Header.Del(fate)
	var b bytes.Buffer
	if req.Write(&b) != nil {
		return
	}
	p.mu.Lock()
	p.posts++
	if what != "" {
		p.met[what]++
	}
	p.mu.Unlock()
	c.SetLinger(0) // an end of ours is a cut, no goodbye
	switch what {
	case cutBefore:
	case cutBody:
		p.part(b.Bytes()[:b.Len()-held(b.Len())])
	case cutReply:
		p.deliver(b.Bytes())
	case cutAnswer:
		answer := p.deliver(b.Bytes())
		c.Write(answer[:len(answer)/2])
	case twice:
		var second sync.WaitGroup
		second.Go(func() { p.deliver(b.Bytes()) })
		answer := p.deliver(b.Bytes())
		second.Wait()
		p.say(c, answer)
	case late:
		c.Close()
		time.Sleep(rand.N(2 * time.Second))
		p.deliver(b.Bytes())
	default:
		p.say(c, p.deliver(b.Bytes()))
	}
}

// held is how much of a post is kept back: half, 256 bytes at most, which is less than
// the fields of either form and so in its body; a sending has an empty body, and loses
// the end of its head.
func held(n int) int { return min(n/2, 256) }

func (p *proxy) say(c *net.TCPConn, answer []byte) {
	c.SetLinger(-1)
	c.Write(answer)
}

// part gives the program the beginning of a post, and then an end.
func (p *proxy) part(b []byte) {
	if c, err := net.Dial("tcp", p.to); err == nil {
		c.Write(b)
		c.Close()
	}
}

// deliver gives the program a post and returns its answer, as far as one came.
func (p *proxy) deliver(b []byte) (answer []byte) {
	c, err := net.Dial("tcp", p.to)
	if err != nil {
		return nil
	}
	defer c.Close()
	if _, err := c.Write(b); err != nil {
		return nil
	}
	c.SetReadDeadline(time.Now().Add(time.Minute))
	answer, _ = io.ReadAll(c)
	return answer
}
