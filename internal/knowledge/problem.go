package knowledge

import "fmt"

// FileError says which file stopped the build, where in it, why, and what a
// person can do about it.
type FileError struct {
	File    string // path as found; "archive: member" inside an archive
	Line    int    // first line is 1; 0 when no line is to blame
	Problem error
	Advice  string // what to do, as an imperative sentence
}

// Error gives one line: file, line, problem, advice.
func (e *FileError) Error() string {
	where := e.File
	if e.Line > 0 {
		where = fmt.Sprintf("%s:%d", e.File, e.Line)
	}
	if e.Advice == "" {
		return fmt.Sprintf("%s: %v", where, e.Problem)
	}
	return fmt.Sprintf("%s: %v; %s", where, e.Problem, e.Advice)
}

// Unwrap returns the cause.
func (e *FileError) Unwrap() error { return e.Problem }

// Advice that several readers give.
const (
	fetchAgain = "the file is damaged or cut short: download it again"
	wrongFile  = "this is not the file its name promises: remove it or download the right one"
	keepOne    = "keep one of the two in the folder"
)

// bad makes a FileError about a line of f.
func bad(f *file, line int, advice, format string, args ...any) error {
	return &FileError{File: f.name, Line: line, Problem: fmt.Errorf(format, args...), Advice: advice}
}
