// Package text holds every sentence a person reads: one catalogue per subject
// and language, and the ways in which dates, hours and numbers are written. It
// knows nothing of what the sentences are about. French is the first language;
// a message that the other language lacks is a failed test, not a blank.
package text

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed catalog/*.toml
var files embed.FS

// Langs are the languages of the interface, the first one first.
var Langs = [...]string{"fr", "en"}

// Catalog is all messages in all languages. It is safe for concurrent use.
type Catalog struct {
	bundle *i18n.Bundle
	plain  map[string]map[string]string // lang → key → message without placeholders or plural
	keys   map[string]map[string]bool   // lang → key
}

// Load reads the embedded catalogues: catalog/SUBJECT.LANG.toml, whose keys are
// dotted ("request.question.label").
func Load() (*Catalog, error) {
	c := &Catalog{bundle: i18n.NewBundle(language.French), plain: map[string]map[string]string{}, keys: map[string]map[string]bool{}}
	c.bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	names, err := fs.Glob(files, "catalog/*.toml")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		b, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		m, err := c.bundle.ParseMessageFileBytes(b, path.Base(name))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		lang := m.Tag.String()
		if c.keys[lang] == nil {
			c.keys[lang], c.plain[lang] = map[string]bool{}, map[string]string{}
		}
		for _, msg := range m.Messages {
			if c.keys[lang][msg.ID] {
				return nil, fmt.Errorf("%s: the message %s stands in two files", name, msg.ID)
			}
			c.keys[lang][msg.ID] = true
			if msg.One == "" && !strings.Contains(msg.Other, "{{") {
				c.plain[lang][msg.ID] = msg.Other
			}
		}
	}
	return c, nil
}

// Keys returns the keys of one language.
func (c *Catalog) Keys(lang string) map[string]bool { return c.keys[lang] }

// Has says whether key is a message.
func (c *Catalog) Has(key string) bool { return c.keys[Langs[0]][key] }

// Plain is the message named key if it is the same for every reader of lang:
// no placeholder, no plural.
func (c *Catalog) Plain(lang, key string) (string, bool) {
	m, ok := c.plain[lang][key]
	return m, ok
}

// Get is the message named key. args is nil or holds its placeholders; an
// argument named Count (an int) chooses between singular and plural. A key that
// no catalogue has comes back in brackets, so that nobody overlooks it.
func (c *Catalog) Get(lang, key string, args map[string]any) string {
	if m, ok := c.plain[lang][key]; ok {
		return m
	}
	conf := &i18n.LocalizeConfig{MessageID: key, TemplateData: args}
	if n, ok := args["Count"]; ok {
		conf.PluralCount = n
	}
	m, err := i18n.NewLocalizer(c.bundle, lang, Langs[0]).Localize(conf)
	if err != nil {
		return "[" + key + "]"
	}
	return m
}

// spoken matches what a reader asks for with Langs; it never changes.
var spoken = language.NewMatcher([]language.Tag{language.French, language.English})

// Choose picks the interface language for a reader who asked for some (an
// Accept-Language header or the name of one language).
func Choose(asked string) string {
	if asked == "fr" || asked == "en" {
		return asked
	}
	tag, _ := language.MatchStrings(spoken, asked)
	if base, _ := tag.Base(); base.String() == "en" {
		return "en"
	}
	return "fr"
}
