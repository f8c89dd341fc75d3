package orientation

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// maxLine is the length of the longest line of a file of cases, in bytes.
const maxLine = 16 << 20

// Case is one line of a file of cases. Only ID and Observed are needed to
// rank; the last fields are the truth of a benchmark and what it says of it.
type Case struct {
	ID       string   `json:"id"`
	Observed []string `json:"obs"`
	Excluded []string `json:"exc"`
	Sex      string   `json:"sex"`
	Onset    string   `json:"onset"` // HPO onset id or ISO 8601 age
	Last     string   `json:"last"`  // ISO 8601 age
	Truth    string   `json:"d"`     // id of the disease
	Rankable *bool    `json:"ann"`   // false: the truth has no signs in the sources; nil: not said
	Novel    bool     `json:"novel"` // the sources do not cite the paper of the case
}

// Query is what the case asks.
func (c *Case) Query() Query {
	return Query{Observed: c.Observed, Excluded: c.Excluded, Sex: c.Sex, Onset: c.Onset, AgeLast: c.Last}
}

// Answer is one line of a file of results.
type Answer struct {
	ID       string            `json:"id"`
	Diseases []Ranked          `json:"diseases"`
	Networks []RankedNetwork   `json:"networks"`
	Micros   int64             `json:"micros"` // time that the ranking took
	Unknown  []string          `json:"unknown,omitempty"`
	NotSigns []string          `json:"not_signs,omitempty"`
	Replaced map[string]string `json:"replaced,omitempty"`
	Ignored  []string          `json:"ignored,omitempty"`
	Abstain  string            `json:"abstain,omitempty"`
	Error    string            `json:"error,omitempty"` // the line could not be read; nothing was ranked
}

// Ranked is one disease of an Answer.
type Ranked struct {
	ID      string   `json:"id"`
	Aliases []string `json:"aliases"`
	Score   int64    `json:"score"` // 1/65536 nat
}

// RankedNetwork is one network of an Answer.
type RankedNetwork struct {
	ID    string `json:"id"`
	Score int64  `json:"score"` // share of the list's weight, 1/65536
}

// Stats counts what RankFile did.
type Stats struct {
	Cases    int   // lines ranked
	Bad      int   // lines that could not be read; each has its Error in the output
	Reported int   // lines with unknown, replaced or unsuitable ids
	Abstains int   // lines whose answer abstains
	Micros   int64 // time of all rankings
}

// answerLimit is the number of diseases in a line of a file of results.
const answerLimit = 100

// RankFile ranks each case of in, JSON lines, plain or gzip, and writes one
// Answer per line to out, in the same order. candidates is that of Query. A
// line that is not a case gets an Answer with an Error; only a failure to read
// or write stops the run.
func RankFile(ctx context.Context, e *Engine, in io.Reader, out io.Writer, candidates string) (Stats, error) {
	var st Stats
	w := bufio.NewWriter(out)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	err := EachCase(ctx, in, func(c *Case, bad error) error {
		if bad != nil {
			st.Bad++
			return enc.Encode(Answer{ID: c.ID, Diseases: []Ranked{}, Networks: []RankedNetwork{}, Error: bad.Error()})
		}
		q := c.Query()
		q.Candidates, q.Limit = candidates, answerLimit
		start := time.Now()
		res := e.Rank(q)
		a := answer(c.ID, &res)
		a.Micros = time.Since(start).Microseconds()
		st.Cases++
		st.Micros += a.Micros
		if len(a.Unknown)+len(a.NotSigns)+len(a.Replaced)+len(a.Ignored) > 0 {
			st.Reported++
		}
		if a.Abstain != "" {
			st.Abstains++
		}
		return enc.Encode(a)
	})
	return st, errors.Join(err, w.Flush())
}

// answer puts a result into the form of a line.
func answer(id string, res *Result) Answer {
	a := Answer{
		ID: id, Diseases: make([]Ranked, len(res.Entries)), Networks: make([]RankedNetwork, len(res.Networks)),
		Unknown: res.Unknown, NotSigns: res.NotSigns, Replaced: res.Replaced, Ignored: res.Ignored, Abstain: res.Abstain,
	}
	for i, x := range res.Entries {
		a.Diseases[i] = Ranked{x.Family, append([]string{}, x.Aliases...), x.Score}
	}
	for i, n := range res.Networks {
		a.Networks[i] = RankedNetwork{n.Slug, n.Score}
	}
	return a
}

// EachCase calls f with each line of in that is not blank; bad says why the
// line is not a case.
func EachCase(ctx context.Context, in io.Reader, f func(c *Case, bad error) error) error {
	in, err := plain(in)
	if err != nil {
		return err
	}
	sc := bufio.NewScanner(in)
	sc.Buffer(make([]byte, 0, 64<<10), maxLine)
	n := 0
	for sc.Scan() {
		n++
		if err := ctx.Err(); err != nil {
			return err
		}
		line := bytes.TrimSpace(sc.Bytes())
		if len(line) == 0 {
			continue
		}
		var c Case
		bad := json.Unmarshal(line, &c)
		if bad != nil {
			bad = fmt.Errorf("line %d: %w", n, bad)
		}
		if err := f(&c, bad); err != nil {
			return err
		}
	}
	if err := sc.Err(); err != nil {
		return fmt.Errorf("cases, after line %d: %w", n, err)
	}
	return nil
}

// plain undoes gzip, if any.
func plain(in io.Reader) (io.Reader, error) {
	b := bufio.NewReader(in)
	if head, _ := b.Peek(2); !bytes.Equal(head, []byte{0x1f, 0x8b}) {
		return b, nil
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return nil, fmt.Errorf("cases: %w", err)
	}
	return z, nil
}
