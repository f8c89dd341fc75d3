package web_test

import (
	"strings"
	"testing"
	"time"

	"phare/internal/request"
	"phare/internal/store/storetest"
)

// Whoever asks, the receipt says what to do if it gets worse: whom to call in danger,
// whom to see without it, and the desk's number. For ten minutes a view that was cut
// after its head is healed by a button, which shows the same code of the same request.
func TestReceiptOfEachKind(t *testing.T) {
	s := oneSite(t)
	kinds := 1
	for who, slug := range slugs {
		kinds++
		b := newBrowser(t, s)
		receiptHolds(t, who, b, b.send(b.send(b.get("/demande/"+slug), proAnswers(who)), nil))
	}
	b := newBrowser(t, s)
	p := b.get("/demande/famille")
	for _, step := range familyAnswers() {
		p = b.send(p, step.good)
	}
	p = b.send(p, nil)
	path := p.Path
	receiptHolds(t, request.Family, b, p)
	if kinds != len(request.Kinds()) {
		t.Errorf("%d of %d kinds of requester were tried", kinds, len(request.Kinds()))
	}
	s.db.Now = func() time.Time { return storetest.Noon.AddDate(5, 0, 0) }
	if late := b.get(path); strings.Contains(late.Body, "Montrer encore le code") || !strings.Contains(late.text(), "appelez la plateforme") {
		t.Errorf("years later: %s", late.text())
	}
}

func receiptHolds(t *testing.T, who string, b *browser, p page) {
	t.Helper()
	reference, secret := readReceipt(t, p)
	for _, want := range []string{"Si l’état s’aggrave", "appelez le 15 ou le 112", "voyez un médecin et prévenez la plateforme", "0594 00 00 01"} {
		if !strings.Contains(p.text(), want) {
			t.Errorf("the receipt of %s lacks %q: %s", who, want, p.text())
		}
	}
	again := b.get(p.Path) // as after a page that came half
	again.check()
	if secretShape.MatchString(again.text()) {
		t.Errorf("%s: a reload shows the code", who)
	}
	if r, code := readReceipt(t, b.send(again, nil)); r != reference || code != secret {
		t.Errorf("%s: the button shows %s %s, want %s %s", who, r, code, reference, secret)
	}
}
