package eml

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// walk goes through the parts of one message.
type walk struct {
	keep         Keep
	parts, files int
	left         []Left
}

// words are what the parts say: as text, and as what was taken out of HTML.
type words struct{ plain, html prose }

type prose string

func (p prose) blank() bool { return strings.TrimSpace(string(p)) == "" }

// best is the text, or the HTML's where there is none.
func (w words) best() string {
	if w.plain.blank() {
		return string(w.html)
	}
	return string(w.plain)
}

// mostText bounds what is read of one text part, in bytes.
const mostText = 4 * maxWords

// part reads one part, whatever it is.
func (w *walk) part(h header, body io.Reader, depth int) (said words, err error) {
	if w.parts++; w.parts > maxParts {
		w.leave("", Many)
		return said, nil
	}
	kind, args, err := mime.ParseMediaType(h.get("Content-Type"))
	if err != nil && kind == "" {
		kind, args = "text/plain", nil
	}
	name := nameOf(h, args)
	disposition, _, _ := mime.ParseMediaType(h.get("Content-Disposition"))
	switch {
	case depth > maxDepth:
		w.leave(name, Deep)
		return said, nil
	case kind == "multipart/encrypted":
		w.leave(name, Locked)
		return said, nil
	case strings.HasPrefix(kind, "multipart/") && args["boundary"] != "":
		return w.parted(kind, args["boundary"], body, depth)
	case strings.HasPrefix(kind, "multipart/"):
		w.leave(name, Broken)
		return said, nil
	case kind == "message/rfc822":
		return w.forwarded(uncoded(h, body), depth)
	case (kind == "text/plain" || kind == "text/html") && (disposition != "attachment" || name == ""):
		return w.text(kind, args["charset"], uncoded(h, body))
	}
	return said, w.file(File{Name: name, MediaType: kind, Body: uncoded(h, body)}, h.get("Content-Id") != "" && disposition != "attachment")
}

// parted reads the parts of a part. Of alternatives the one that is text is kept.
func (w *walk) parted(kind, boundary string, body io.Reader, depth int) (said words, err error) {
	parts := multipart.NewReader(body, boundary)
	for w.parts <= maxParts {
		p, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return said, nil
		}
		if errors.Is(err, ErrBig) {
			return said, err
		}
		if err != nil {
			w.leave("", Broken)
			return said, nil
		}
		one, err := w.part(header(p.Header), p, depth+1)
		if err != nil {
			return said, err
		}
		said.add(one, kind == "multipart/alternative")
	}
	return said, nil
}

// add puts what a part says behind what others said. Where parts say the same in
// several ways both are kept, for best to choose; else each says its best.
func (w *words) add(one words, same bool) {
	if same {
		w.plain, w.html = join(w.plain, one.plain), join(w.html, one.html)
		return
	}
	if one.plain.blank() && w.plain.blank() {
		w.html = join(w.html, one.html)
		return
	}
	w.plain = join(prose(w.best()), prose(one.best()))
}

func join(a, b prose) prose {
	switch {
	case b.blank():
		return a
	case a.blank():
		return b
	}
	return a + "\n\n" + b
}

// forwarded reads a message in a message: its words follow under their head.
func (w *walk) forwarded(body io.Reader, depth int) (said words, err error) {
	in := bufio.NewReader(body)
	head, err := headOf(in)
	if errors.Is(err, ErrBig) {
		return said, err
	}
	inner, bad := mail.ReadMessage(bytes.NewReader(append(head, "\r\n"...)))
	if err != nil || bad != nil {
		w.leave("", Broken)
		return said, nil
	}
	m := messageOf(inner.Header)
	said, err = w.part(header(inner.Header), in, depth+1)
	who := m.From
	if m.Address != "" {
		who = strings.TrimSpace(who + " <" + m.Address + ">")
	}
	said = words{plain: join(prose("----------\n"+who+"\n"+m.Subject), prose(said.best()))}
	return said, err
}

// text reads words.
func (w *walk) text(kind, charset string, body io.Reader) (said words, err error) {
	raw, err := io.ReadAll(io.LimitReader(body, mostText))
	if errors.Is(err, ErrBig) {
		return said, err
	}
	if err != nil {
		w.leave("", Broken) // and what was read is shown
	}
	if len(raw) == mostText {
		w.leave("", Words)
	}
	if kind == "text/html" {
		said.html = prose(shown(stripped(clear(charset, raw))))
	} else {
		said.plain = prose(shown(clear(charset, raw)))
	}
	return said, nil
}

// tiny is how large a picture inside the text must be to be more than an ornament
// of a signature, in bytes.
const tiny = 6 << 10

// file gives a file to the keeper, unless its kind is known not to be kept.
func (w *walk) file(f File, inside bool) error {
	ending := strings.ToLower(path.Ext(f.Name))
	switch {
	case f.MediaType == "application/ms-tnef" || strings.EqualFold(f.Name, "winmail.dat"):
		w.leave(f.Name, Outlook)
		return nil
	case slices.Contains([]string{".zip", ".7z", ".rar", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".cab", ".iso"}, ending), strings.Contains(f.MediaType, "zip"):
		w.leave(f.Name, Packed)
		return nil
	case ending == ".p7s" || f.MediaType == "application/pgp-signature" || strings.HasSuffix(f.MediaType, "pkcs7-signature"):
		return nil // a signature under the words
	case ending == ".p7m" || strings.HasSuffix(f.MediaType, "pkcs7-mime"):
		w.leave(f.Name, Locked)
		return nil
	}
	if w.files++; w.files > MaxFiles {
		w.leave(f.Name, Many)
		return nil
	}
	in := &watched{r: f.Body}
	f.Body = in
	if inside && strings.HasPrefix(f.MediaType, "image/") {
		first := make([]byte, tiny)
		n, err := io.ReadFull(in, first)
		if err != nil && !errors.Is(err, ErrBig) {
			w.files--
			return nil
		}
		f.Body = io.MultiReader(bytes.NewReader(first[:n]), in)
	}
	why, err := w.keep(f)
	switch {
	case in.err != nil && errors.Is(in.err, ErrBig):
		return in.err
	case in.err != nil:
		w.leave(f.Name, Broken)
		return nil
	case err != nil:
		return err
	case why != "":
		w.leave(f.Name, why)
	}
	return nil
}

// leave names a part that is not kept; the same nameless reason once.
func (w *walk) leave(name, why string) {
	l := Left{Name: line(name), Why: why}
	if len(w.left) < maxParts && (name != "" || !slices.Contains(w.left, l)) {
		w.left = append(w.left, l)
	}
}

// bounded is what is kept of the words.
func (w *walk) bounded(s string) string {
	s = strings.TrimSpace(s)
	if utf8.RuneCountInString(s) > maxWords {
		w.leave("", Words)
		s = short(s, maxWords)
	}
	return s
}

// watched remembers why a body could not be read.
type watched struct {
	r   io.Reader
	err error
}

// Read reads what has come.
func (w *watched) Read(p []byte) (n int, err error) {
	if n, err = w.r.Read(p); err != nil && !errors.Is(err, io.EOF) {
		w.err = err
	}
	return n, err
}

// uncoded is a body without its transfer encoding.
func uncoded(h header, body io.Reader) io.Reader {
	switch strings.ToLower(strings.TrimSpace(h.get("Content-Transfer-Encoding"))) {
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, &bare{body})
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	}
	return body
}

// bare drops blanks, which some programs leave in base64.
type bare struct{ r io.Reader }

// Read reads what is not blank.
func (b *bare) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	k := 0
	for _, c := range p[:n] {
		if c != ' ' && c != '\t' {
			p[k] = c
			k++
		}
	}
	return k, err
}

// nameOf is the name that a part gives its file.
func nameOf(h header, args map[string]string) string {
	_, more, _ := mime.ParseMediaType(h.get("Content-Disposition"))
	for _, name := range []string{more["filename"], args["name"]} {
		if name != "" {
			return line(decoded(name))
		}
	}
	return ""
}

// shown is text as a page can show it: nothing that cannot be seen or that turns
// the reading direction.
func shown(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	return strings.Map(func(c rune) rune {
		switch {
		case c == '\n' || c == '\t':
			return c
		case c == utf8.RuneError || unicode.IsControl(c) || unicode.Is(unicode.Cf, c):
			return -1
		}
		return c
	}, s)
}

// stripped is the words of HTML: no link, no picture, nothing that is fetched.
func stripped(s string) string {
	var b strings.Builder
	in := html.NewTokenizer(strings.NewReader(s))
	in.SetMaxBuf(1 << 20)
	quiet := 0 // inside what is not shown
	for {
		kind := in.Next()
		if kind == html.ErrorToken {
			return strings.TrimSpace(b.String())
		}
		tag, _ := in.TagName()
		name := string(tag)
		switch hidden := slices.Contains([]string{"script", "style", "head", "title", "template", "noscript"}, name); {
		case kind == html.StartTagToken && hidden:
			quiet++
		case kind == html.EndTagToken && hidden:
			quiet = max(0, quiet-1)
		case kind == html.TextToken && quiet == 0:
			b.WriteString(closed(string(in.Text())))
		case slices.Contains([]string{"p", "div", "br", "tr", "li", "h1", "h2", "h3", "table", "blockquote"}, name) && !strings.HasSuffix(b.String(), "\n\n"):
			b.WriteString("\n")
		}
	}
}

// closed is text of HTML with each run of blanks as one.
func closed(s string) string {
	blank := false
	return strings.Map(func(c rune) rune {
		was := blank
		blank = unicode.IsSpace(c)
		switch {
		case blank && was:
			return -1
		case blank:
			return ' '
		}
		return c
	}, s)
}
