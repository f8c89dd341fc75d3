package web

import (
	"net/http"

	"phare/internal/answer"
)

// answerDoorPage asks for the secret of the receipt. It is the same whether the
// link leads somewhere or not.
type answerDoorPage struct {
	Form form
	Path string
}

// answerDoor changes nothing: programs that look at mail open every link.
func (s *Server) answerDoor(v *visit) error { return s.showDoor(v, http.StatusOK, form{}) }

func (s *Server) showDoor(v *visit, status int, f form) error {
	f.Values.Del("secret")
	return s.render(v, status, "answer/door", answerDoorPage{f, answer.Path + v.PathValue("token")})
}

// answerRead shows the letter in the answer to the post: the secret is in no
// address.
func (s *Server) answerRead(v *visit) error {
	sheet, ok, err := s.answerOpen(v)
	if err != nil || !ok {
		return err
	}
	voice := voiceFor(v, sheet)
	return s.render(v, http.StatusOK, "answer/read", letterView{Letter: answer.Letter(s.Text, sheet, voice), Voice: voice,
		Token: answer.Path + v.PathValue("token"), Secret: v.line("secret"), Both: sheet.Voice() == answer.Professional && sheet.Answer.Family != ""})
}

// answerTake gives the letter as a file, for the same proof.
func (s *Server) answerTake(v *visit) error {
	sheet, ok, err := s.answerOpen(v)
	if err != nil || !ok {
		return err
	}
	voice := voiceFor(v, sheet)
	return v.take(answer.Letter(s.Text, sheet, voice), letterName(sheet, voice), v.line("do"))
}

// voiceFor is the voice of the reader: a family reads its own, a professional
// can also take the one to hand over.
func voiceFor(v *visit, s answer.Sheet) answer.Voice {
	if s.Voice() == answer.Family {
		return answer.Family
	}
	if s.Answer.Family == "" { // what was said of relatives since took it out
		return answer.Professional
	}
	return v.voice()
}

// answerOpen checks link and secret; ok is false if the door was shown again.
func (s *Server) answerOpen(v *visit) (answer.Sheet, bool, error) {
	f := posted(v)
	if !s.tries.allow(callerOf(v.Request)) {
		f.Faults = []fault{{Message: s.Text.Get(v.lang, "track.toomany", nil)}}
		return answer.Sheet{}, false, s.showDoor(v, http.StatusTooManyRequests, f)
	}
	sheet, err := answer.Open(v.Context(), v.db, s.Key, v.PathValue("token"), v.line("secret"))
	if err == nil {
		return sheet, true, nil
	}
	if !s.wrong(v, &f, err) {
		return sheet, false, err
	}
	return sheet, false, s.showDoor(v, statusOf(err), f)
}
