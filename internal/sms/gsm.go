// Package sms is the gateway of short messages: a folder in the demo and while
// developing, or a provider spoken to over HTTP, described by a file of the
// operator. It promises that a message is one SMS of 160 characters of the GSM
// alphabet or is not sent, that a message whose fate is unknown is not doubled
// where the gateway could not tell a repeat, and that only the host of the
// configuration is asked. It knows no request: package mail keeps the outbox.
package sms

import "strings"

// basic and extended are the GSM 7-bit default alphabet (3GPP TS 23.038, 6.2.1);
// a letter of the extended table takes two places.
const (
	basic    = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	extended = "^{}\\[~]|€\f"
)

// Most is how many places one SMS has.
const Most = 160

// Plain is words with the signs of typography that GSM lacks written as those it
// has: curly apostrophes, no-break spaces, quotation marks, œ.
func Plain(words string) string { return plainer.Replace(words) }

var plainer = strings.NewReplacer("’", "'", "\u202f", " ", "\u00a0", " ", "«", "\"", "»", "\"", "œ", "oe", "Œ", "Oe", "…", "...", "–", "-", "—", "-")

// Places is how many places words take in the GSM alphabet, and the first letter
// that it lacks, with which the message would be cut to 70 characters.
func Places(words string) (n int, lacks rune) {
	for _, r := range words {
		switch {
		case strings.ContainsRune(basic, r):
			n++
		case strings.ContainsRune(extended, r):
			n += 2
		default:
			return n, r
		}
	}
	return n, 0
}
