package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tcmoa/cmd/internal/imagefile"
	mapfile "tcmoa/cmd/internal/maps"
)

// pair is two files to fuse and where the results go.
type pair struct {
	name     string // of the pair, for a reader
	a, b     string
	out      string
	maps     string // folder, "" for none
	problems error  // what already speaks against it
}

// findPairs lists the pairs that two arguments name, two files or two folders,
// and the files that have no partner. In a batch, out and mapsDir are folders that
// get an entry a pair, and format is that of the results.
func findPairs(a, b, out, mapsDir string, format imagefile.Format) (pairs []pair, unmatched []string, batch bool, err error) {
	aDir, err := isDir(a)
	if err != nil {
		return nil, nil, false, err
	}
	bDir, err := isDir(b)
	switch {
	case err != nil:
		return nil, nil, false, err
	case aDir != bDir:
		return nil, nil, false, usagef("%s and %s are a file and a folder: give two files or two folders", a, b)
	case !aDir:
		return []pair{{name: filepath.Base(out), a: a, b: b, out: out, maps: mapsDir}}, nil, false, nil
	}
	pairs, unmatched, err = matchFolders(a, b)
	for i, p := range pairs {
		pairs[i].out = filepath.Join(out, p.name+"."+string(format))
		if mapsDir != "" {
			pairs[i].maps = filepath.Join(mapsDir, p.name)
		}
	}
	return pairs, unmatched, true, err
}

func isDir(path string) (bool, error) {
	stat, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return false, fmt.Errorf("there is no file or folder %s", path)
	}
	return err == nil && stat.IsDir(), err
}

// matchFolders pairs the pictures of two folders by their names without
// extension.
func matchFolders(a, b string) (pairs []pair, unmatched []string, err error) {
	as, err := pictures(a)
	if err != nil {
		return nil, nil, err
	}
	bs, err := pictures(b)
	if err != nil {
		return nil, nil, err
	}
	for _, stem := range slices.Sorted(maps.Keys(as)) {
		if len(bs[stem]) == 0 {
			unmatched = append(unmatched, as[stem]...)
			continue
		}
		p := pair{name: stem, a: as[stem][0], b: bs[stem][0]}
		for _, files := range [][]string{as[stem], bs[stem]} {
			if len(files) > 1 {
				p.problems = fmt.Errorf("%s could be meant alike: keep one of them", strings.Join(files, " and "))
			}
		}
		pairs = append(pairs, p)
	}
	for _, stem := range slices.Sorted(maps.Keys(bs)) {
		if len(as[stem]) == 0 {
			unmatched = append(unmatched, bs[stem]...)
		}
	}
	if len(pairs) == 0 {
		return nil, nil, fmt.Errorf("no picture of %s has a partner of the same name in %s", a, b)
	}
	return pairs, unmatched, nil
}

// pictures lists a folder's pictures by their names without extension.
func pictures(dir string) (map[string][]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	byStem := map[string][]string{}
	for _, e := range entries {
		if e.IsDir() || strings.HasPrefix(e.Name(), ".") || !imagefile.Readable(e.Name()) {
			continue
		}
		stem := strings.TrimSuffix(e.Name(), filepath.Ext(e.Name()))
		byStem[stem] = append(byStem[stem], filepath.Join(dir, e.Name()))
	}
	return byStem, nil
}

// keepResults is an error where maps would overwrite a result.
func keepResults(pairs []pair) error {
	folders := map[string]bool{}
	for _, p := range pairs {
		if p.maps != "" {
			folders[whole(p.maps)] = true
		}
	}
	for _, p := range pairs {
		if mapfile.Named(filepath.Base(p.out)) && folders[whole(filepath.Dir(p.out))] {
			return usagef("%s is the name of a map in the same folder: write the result or the maps elsewhere", p.out)
		}
	}
	return nil
}

// whole is a folder's path without links and from the root, as far as that can
// be known.
func whole(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	if absolute, err := filepath.Abs(path); err == nil {
		path = absolute
	}
	return path
}

// keepSources is an error if path is a file that sources name, by whatever
// way.
func keepSources(path string, sources ...string) error {
	stat, err := os.Stat(path)
	if err != nil { // what is not there cannot be overwritten
		return nil
	}
	for _, s := range sources {
		if other, err := os.Stat(s); err == nil && os.SameFile(stat, other) {
			return fmt.Errorf("%s is the source %s: write the result elsewhere", path, s)
		}
	}
	return nil
}
