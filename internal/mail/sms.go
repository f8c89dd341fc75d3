package mail

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"phare"
	"phare/internal/store"
	"phare/internal/text"
)

// TextJob is the kind of job that Queue leaves behind for an SMS.
const TextJob = "sms.send"

// Text is a short message in words, ready to leave.
type Text struct {
	ID        phare.ID // the same for every attempt, so that a gateway can drop a repeat
	To, Words string
	At        time.Time
}

// Texter carries short messages away. The name that it gives is the gateway's
// own, by which it reports later what became of the message.
type Texter interface {
	Text(ctx context.Context, t Text) (provider string, err error)
}

// Final is a failure after which nothing must be tried again.
type Final struct {
	Why string // WhyRefused or WhyUnsure
	Err error
}

// Error is the cause's.
func (e *Final) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *Final) Unwrap() error { return e.Err }

// Texting is how short messages leave.
type Texting struct {
	Out     Texter
	Answers bool // the gateway brings answers: each message says how to be called back
}

// SendText makes the handler of TextJob. A message already taken by the gateway
// is not given to it again.
func SendText(db *store.DB, words *text.Catalog, t Texting) func(context.Context, store.Job) error {
	return func(ctx context.Context, j store.Job) error {
		var id phare.ID
		if err := json.Unmarshal(j.Payload, &id); err != nil {
			return err
		}
		m, err := stored(ctx, db, id)
		if err != nil || m.state != Waiting {
			return err
		}
		said := words.Get(m.lang, "sms."+m.kind, m.args(""))
		if t.Answers && m.reference != "" { // an answer about no request would be matched with none
			said += " " + words.Get(m.lang, "sms.callback", nil)
		}
		provider, err := t.Out.Text(ctx, Text{ID: m.ID, To: Number(m.to), At: m.at, Words: said})
		if final, ok := errors.AsType[*Final](err); ok {
			return ended(ctx, db, m, outcome{state: Failed, why: final.Why})
		}
		if err != nil {
			err = fmt.Errorf("message %s: %s", id, unnumbered(err))
			if j.Attempt >= store.MaxAttempts {
				return errors.Join(err, ended(ctx, db, m, outcome{state: Failed, why: WhyTries}))
			}
			return err
		}
		return ended(ctx, db, m, outcome{state: Sent, provider: provider})
	}
}

// unnumbered is an error for the log and the queue, without the telephone
// numbers that gateways repeat.
func unnumbered(err error) string {
	var b strings.Builder
	digits := 0
	flush := func() {
		if digits >= 6 {
			s := strings.TrimRight(b.String(), "0123456789 .+-")
			b.Reset()
			b.WriteString(s + " …")
		}
		digits = 0
	}
	for _, r := range err.Error() {
		if r >= '0' && r <= '9' {
			digits++
		} else if !strings.ContainsRune(" .+-", r) {
			flush()
		}
		b.WriteRune(r)
	}
	flush()
	return b.String()
}

// overseas are the first digits of French numbers by the country code they are
// reached with from outside; all others are the mainland's.
var overseas = map[string]string{
	"0590": "590", "0690": "590", "0691": "590", "0594": "594", "0694": "594", "0596": "596", "0696": "596", "0697": "596",
	"0262": "262", "0263": "262", "0269": "262", "0639": "262", "0692": "262", "0693": "262",
}

// Number is a telephone number as networks write it: +262692123456. One that
// cannot be read so is kept as its digits.
func Number(typed string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, typed)
	switch {
	case strings.HasPrefix(strings.TrimSpace(typed), "+"):
		digits = strings.TrimPrefix(digits, "00")
		// "+262 (0) 692 …": the zero in brackets is not dialled.
		if strings.Contains(typed, "(0)") {
			digits = strings.Replace(digits, "0", "", 1)
		}
		return "+" + digits
	case strings.HasPrefix(digits, "00"):
		return "+" + digits[2:]
	case len(digits) == 10 && digits[0] == '0':
		if code, ok := overseas[digits[:4]]; ok {
			return "+" + code + digits[1:]
		}
		return "+33" + digits[1:]
	}
	return digits
}

// mobiles are how French numbers of mobile telephones begin, as networks write them.
var mobiles = []string{"+336", "+337", "+262692", "+262693", "+262639", "+590690", "+590691", "+594694", "+596696", "+596697"}

// IsMobile says whether a number as typed is a French one that takes SMS. Others are
// not written to unasked: an SMS abroad can cost much, and anyone can type a number.
func IsMobile(typed string) bool {
	n := Number(typed)
	return slices.ContainsFunc(mobiles, func(begin string) bool {
		length := len("+262692123456")
		if strings.HasPrefix(begin, "+33") {
			length = len("+33612345678")
		}
		return strings.HasPrefix(n, begin) && len(n) == length
	})
}

// NumberIndex is what a telephone number, as networks write it, is found by.
func NumberIndex(platform, number string) any {
	return store.Blind(platform, "message.number", number)
}
