package inspect

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"
)

// dicom walks a DICOM file (PS3.10) element by element and passes it on with an
// empty preamble: those 128 bytes are free for anything, a program's head
// included (CVE-2019-11687). It reads files of little-endian transfer syntaxes
// that are not deflated, which is what hospitals give out.
func (v *Verdict) dicom(in io.Reader, out io.Writer) error {
	w := bufio.NewWriterSize(out, 64<<10)
	d := &dicomFile{in: bufio.NewReaderSize(in, 64<<10), out: w, v: v, explicit: true}
	err := d.file()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = refused(Unreadable)
	}
	if err == nil {
		err = w.Flush()
	}
	slices.Sort(v.Tags)
	return err
}

// dicomFile is a file on its way through.
type dicomFile struct {
	in       *bufio.Reader
	out      *bufio.Writer
	v        *Verdict
	explicit bool
	at       int64 // bytes read
}

const (
	undefined = 0xffffffff
	itemTag   = 0xfffee000
	itemEnd   = 0xfffee00d
	seqEnd    = 0xfffee0dd
	pixelData = 0x7fe00010
	syntaxTag = 0x00020010

	classTag    = 0x00020002 // what kind of object the file holds, said twice
	setClassTag = 0x00080016
	enclosedTag = 0x00420011 // a document in another format
	longestUID  = 64

	implicitLE = "1.2.840.10008.1.2"
	explicitBE = "1.2.840.10008.1.2.2"
	deflatedLE = "1.2.840.10008.1.2.1.99"
	maxNested  = 16
)

// Value representations: those whose length takes four bytes after two empty
// ones, and those whose length takes two.
var (
	longVR  = strings.Fields("OB OD OF OL OV OW SQ SV UC UN UR UT UV")
	shortVR = strings.Fields("AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US")
)

// identifying are the elements that name a person, or from which one is found.
var identifying = map[uint32]string{
	0x00080050: "AccessionNumber", 0x00080080: "InstitutionName", 0x00080081: "InstitutionAddress", 0x00080090: "ReferringPhysicianName",
	0x00081048: "PhysiciansOfRecord", 0x00081050: "PerformingPhysicianName", 0x00081070: "OperatorsName",
	0x00100010: "PatientName", 0x00100020: "PatientID", 0x00100021: "IssuerOfPatientID", 0x00100030: "PatientBirthDate", 0x00100032: "PatientBirthTime",
	0x00101000: "OtherPatientIDs", 0x00101001: "OtherPatientNames", 0x00101002: "OtherPatientIDsSequence", 0x00101005: "PatientBirthName",
	0x00101040: "PatientAddress", 0x00101060: "PatientMotherBirthName", 0x00102154: "PatientTelephoneNumbers", 0x00102180: "Occupation",
	0x001021b0: "AdditionalPatientHistory", 0x001021f0: "PatientReligiousPreference", 0x00104000: "PatientComments",
	0x00200010: "StudyID", 0x00280301: "BurnedInAnnotation", 0x00321032: "RequestingPhysician", 0x00380010: "AdmissionID", 0x00380300: "CurrentPatientLocation",
}

func (d *dicomFile) file() error {
	var head [132]byte
	if _, err := io.ReadFull(d.in, head[:]); err != nil {
		return err
	}
	if string(head[128:]) != "DICM" {
		return refused(Unreadable)
	}
	clear(head[:128])
	d.at = int64(len(head))
	d.out.Write(head[:])
	syntax, err := d.meta()
	if err != nil {
		return err
	}
	switch syntax {
	case "", explicitBE, deflatedLE:
		return refused(Unreadable)
	case implicitLE:
		d.explicit = false
	}
	elements := 0
	for {
		if _, err := d.in.Peek(1); err == io.EOF {
			if elements == 0 {
				return refused(Unreadable)
			}
			return nil
		}
		if err := d.element(0); err != nil {
			return err
		}
		elements++
	}
}

// meta reads group 2, which is explicit in every file.
func (d *dicomFile) meta() (syntax string, err error) {
	for {
		next, err := d.in.Peek(2)
		if err != nil || binary.LittleEndian.Uint16(next) != 2 {
			return syntax, err
		}
		e, err := d.header()
		if err != nil {
			return "", err
		}
		if e.length > 1<<20 {
			return "", refused(Unreadable)
		}
		b, err := d.take(int(e.length))
		if err != nil {
			return "", err
		}
		if e.tag == classTag && isEnclosing(b) {
			return "", refused(Enclosed)
		}
		if e.tag == syntaxTag {
			syntax = strings.TrimRight(string(b), "\x00 ")
		}
	}
}

// dicomElement is what stands before a value.
type dicomElement struct {
	tag    uint32
	vr     string
	length uint32
}

func (d *dicomFile) header() (e dicomElement, err error) {
	b, err := d.take(4)
	if err != nil {
		return e, err
	}
	e.tag = uint32(binary.LittleEndian.Uint16(b))<<16 | uint32(binary.LittleEndian.Uint16(b[2:]))
	if !d.explicit || e.tag>>16 == 0xfffe {
		b, err = d.take(4)
		if err == nil {
			e.length = binary.LittleEndian.Uint32(b)
		}
		return e, err
	}
	if b, err = d.take(4); err != nil {
		return e, err
	}
	e.vr = string(b[:2])
	switch {
	case slices.Contains(shortVR, e.vr):
		e.length = uint32(binary.LittleEndian.Uint16(b[2:]))
	case slices.Contains(longVR, e.vr) && b[2] == 0 && b[3] == 0:
		if b, err = d.take(4); err == nil {
			e.length = binary.LittleEndian.Uint32(b)
		}
	default:
		return e, refused(Unreadable)
	}
	return e, err
}

// element reads one element of a data set with its value.
func (d *dicomFile) element(depth int) error {
	e, err := d.header()
	if err != nil {
		return err
	}
	if e.tag>>16 == 0xfffe || e.tag>>16 < 8 || depth > maxNested {
		return refused(Unreadable)
	}
	if e.length > 0 {
		d.note(e)
	}
	switch {
	case e.tag == enclosedTag:
		return refused(Enclosed)
	case e.tag == setClassTag && e.length <= longestUID:
		b, err := d.take(int(e.length))
		if err == nil && isEnclosing(b) {
			err = refused(Enclosed)
		}
		return err
	case e.tag == pixelData && e.length == undefined:
		return d.fragments()
	case e.vr == "SQ":
		return d.sequence(e.length, depth+1)
	case e.length == undefined && e.vr == "UN":
		was := d.explicit
		d.explicit = false // PS3.5 6.2.2: a sequence in the implicit form
		err := d.sequence(e.length, depth+1)
		d.explicit = was
		return err
	case e.length == undefined && e.vr == "":
		return d.sequence(e.length, depth+1)
	case e.length == undefined:
		return refused(Unreadable)
	}
	return d.pass(int64(e.length))
}

// isEnclosing says whether a kind of object is another document put into DICOM, a
// PDF for one: its inside would reach people unread.
func isEnclosing(class []byte) bool {
	return strings.HasPrefix(string(class), "1.2.840.10008.5.1.4.1.1.104.")
}

// note lists an element that can tell who the patient is.
func (d *dicomFile) note(e dicomElement) {
	name := identifying[e.tag]
	if e.tag>>16&1 == 1 {
		name = "Private"
	}
	if name != "" && !slices.Contains(d.v.Tags, name) {
		d.v.Tags = append(d.v.Tags, name)
	}
}

// sequence reads the items of a sequence, of a length in bytes or up to its mark.
func (d *dicomFile) sequence(length uint32, depth int) error {
	end := d.at + int64(length)
	for length == undefined || d.at < end {
		e, err := d.header()
		if err != nil {
			return err
		}
		if e.tag == seqEnd && length == undefined {
			return nil
		}
		if e.tag != itemTag {
			return refused(Unreadable)
		}
		if err := d.item(e.length, depth); err != nil {
			return err
		}
	}
	if d.at != end {
		return refused(Unreadable)
	}
	return nil
}

func (d *dicomFile) item(length uint32, depth int) error {
	end := d.at + int64(length)
	for length == undefined || d.at < end {
		if length == undefined {
			next, err := d.in.Peek(4)
			if err != nil {
				return err
			}
			if binary.LittleEndian.Uint16(next) == 0xfffe && binary.LittleEndian.Uint16(next[2:]) == itemEnd&0xffff {
				_, err = d.take(8)
				return err
			}
		}
		if err := d.element(depth); err != nil {
			return err
		}
	}
	if d.at != end {
		return refused(Unreadable)
	}
	return nil
}

// fragments reads compressed pixels.
func (d *dicomFile) fragments() error {
	for {
		e, err := d.header()
		if err != nil {
			return err
		}
		if e.tag == seqEnd {
			return nil
		}
		if e.tag != itemTag || e.length == undefined {
			return refused(Unreadable)
		}
		if err := d.pass(int64(e.length)); err != nil {
			return err
		}
	}
}

// take reads n bytes and passes them on.
func (d *dicomFile) take(n int) ([]byte, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(d.in, b); err != nil {
		return nil, err
	}
	d.at += int64(n)
	_, err := d.out.Write(b)
	return b, err
}

// pass lets n bytes through unread.
func (d *dicomFile) pass(n int64) error {
	done, err := io.CopyN(d.out, d.in, n)
	d.at += done
	return err
}
