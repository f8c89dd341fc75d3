package erasure

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/png"
	"os"
	"strings"
	"testing"

	"phare"
	"phare/internal/arrival"
	"phare/internal/attachment"
	"phare/internal/inspect"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

func TestMain(m *testing.M) {
	inspect.IfChild()
	os.Exit(m.Run())
}

// The documents of an erased request are gone, their names and their bytes; that
// there was one stays.
func TestFilesGo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		ctx := t.Context()
		runner, err := inspect.NewRunner()
		must(t, err)
		id := d.open(t, "Documentée")
		var b bytes.Buffer
		must(t, png.Encode(&b, image.NewGray(image.Rect(0, 0, 9, 9))))
		picture := base64.StdEncoding.EncodeToString(b.Bytes())
		f, err := attachment.Taker{Inspect: runner}.Take(ctx, attachment.Given{Name: "lettre.png", Bytes: &b, By: inspect.Sender{Staff: true}})
		must(t, err)
		defer f.Close()
		must(t, request.Attach(ctx, db, d.nurse, id, f))
		// One that is still on its way goes too.
		_, err = request.BeginUpload(ctx, db, d.nurse, request.Goal{Request: id}, attachment.Announced{Name: "b.pdf", Size: 9, Digest: strings.Repeat("0", 64)})
		must(t, err)
		// What was matched lately, and a file of it that was there already, go too.
		before, err := request.OpenFile(ctx, db, d.nurse, id)
		must(t, err)
		came, _, err := arrival.Receive(ctx, db, d.nurse, attachment.Taker{Inspect: runner}, arrival.Message{Channel: arrival.Mail, By: inspect.Sender{Staff: true},
			Bytes: strings.NewReader("Subject: Suite\r\nContent-Type: image/png; name=b.png\r\nContent-Transfer-Encoding: base64\r\n\r\n" + picture + "\r\n")})
		must(t, err)
		_, err = arrival.Match(ctx, db, d.nurse, arrival.Ref{ID: came, Version: 1}, before.Reference)
		must(t, err)
		before, err = request.OpenFile(ctx, db, d.nurse, id)
		must(t, err)
		piece := before.Files[0].ID
		must(t, request.Close(ctx, db, d.nurse, request.Ref{ID: id, Version: before.Version}, request.Ending{Reason: request.Withdrawn}))
		must(t, Ask(ctx, db, d.asker, id, Person))
		must(t, Confirm(ctx, db, d.second, d.waiting(t)[0].ID))
		must(t, db.Read(ctx, func(v *store.View) error {
			n, err := store.One(v, store.Value[int], `SELECT (SELECT count(*) FROM attachment_chunk) + (SELECT count(*) FROM upload) + (SELECT count(*) FROM arrival WHERE about <> '' OR alike <> '') + (SELECT count(*) FROM seal_key WHERE subject LIKE 'arrival/%' AND wrapped <> '')`)
			if n != 0 {
				t.Errorf("%d pieces are left", n)
			}
			return err
		}))
		if _, _, err := request.OpenAttachment(ctx, db, d.nurse, id, piece); phare.KindOf(err) != phare.NotFound {
			t.Errorf("opened: %v", err)
		}
	})
}
