package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"tcmoa/cmd/internal/evaluation"
	"tcmoa/cmd/internal/imagefile"
	"tcmoa/core"
)

// evalPairs lists the pairs of a folder with a, b and perhaps gt, the files that
// have no partner, and whether there is a gt. Pictures are shrunk to longSide
// pixels unless that is 0.
func evalPairs(dir string, longSide int) (pairs []evaluation.Pair, unmatched []string, truth bool, err error) {
	if _, err := isDir(dir); err != nil {
		return nil, nil, false, err
	}
	a, b, gt := filepath.Join(dir, "a"), filepath.Join(dir, "b"), filepath.Join(dir, "gt")
	for _, sub := range []string{a, b} {
		if is, err := isDir(sub); err != nil || !is {
			return nil, nil, false, fmt.Errorf("%s has no folder %s: eval wants the sources in a and b", dir, filepath.Base(sub))
		}
	}
	matched, unmatched, err := matchFolders(a, b)
	if err != nil {
		return nil, nil, false, err
	}
	var truths map[string][]string
	if truth = exists(gt); truth {
		if truths, err = pictures(gt); err != nil {
			return nil, nil, false, err
		}
	}
	for _, p := range matched {
		pairs = append(pairs, evaluation.Pair{
			Name: p.name,
			Read: func() (*evaluation.Scene, error) { return readScene(p, truths[p.name], longSide) },
		})
	}
	return pairs, unmatched, truth, nil
}

// readScene reads a pair and its true result, of which truths names the file, if
// any.
func readScene(p pair, truths []string, longSide int) (*evaluation.Scene, error) {
	if p.problems != nil {
		return nil, p.problems
	}
	a, b, err := readPair(p)
	if err != nil {
		return nil, err
	}
	s := &evaluation.Scene{Name: p.name, A: shrink(a, longSide), B: shrink(b, longSide)}
	if len(truths) > 0 {
		s.Truth, err = readLike(s, truths, longSide)
	}
	return s, err
}

// readLike reads the one picture that files name, which must have a scene's
// size.
func readLike(s *evaluation.Scene, files []string, longSide int) (core.Picture, error) {
	if len(files) > 1 {
		return nil, fmt.Errorf("%s could be meant alike: keep one of them", strings.Join(files, " and "))
	}
	whole, err := imagefile.Read(files[0])
	if err != nil {
		return nil, err
	}
	p := shrink(whole, longSide)
	width, height := s.A.Size()
	if w, h := p.Size(); w != width || h != height {
		return nil, fmt.Errorf("%s is %s pixels, the sources are %s", files[0], sizeText(w, h), sizeText(width, height))
	}
	return p, nil
}

// shrink is imagefile.Shrink, with 0 for any size.
func shrink(p core.Picture, longSide int) core.Picture {
	if longSide == 0 {
		return p
	}
	return imagefile.Shrink(p, longSide)
}
