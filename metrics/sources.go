package metrics

import "sync"

// Sources are the two pictures of a fusion, with what metrics find out about
// them: that is worked out when first asked for and shared by all the fusions
// measured against them. It is safe for concurrent use.
type Sources struct {
	A, B *Plane

	edges      func() [2]*edges
	contrasts  func() [2]*Plane
	features   func() phaseFeatures
	structures func() []structure
}

// NewSources pairs two pictures of one size, which must not change any more.
func NewSources(a, b *Plane) (*Sources, error) {
	for _, p := range []*Plane{a, b} {
		if err := p.check(); err != nil {
			return nil, err
		}
	}
	if err := sameSize(a, b); err != nil {
		return nil, err
	}
	s := &Sources{A: a, B: b}
	s.edges = sync.OnceValue(func() [2]*edges { return [2]*edges{sobel(a), sobel(b)} })
	s.contrasts = sync.OnceValue(func() [2]*Plane { return perceivedContrasts(a, b) })
	s.features = sync.OnceValue(func() phaseFeatures { return newPhaseFeatures(a, b) })
	s.structures = sync.OnceValue(func() []structure { return desiredStructures(a, b) })
	return s, nil
}

// both is the sum of a comparison of the fusion with either source.
func (s *Sources) both(f *Plane, compare func(f, source *Plane) float64) float64 {
	return compare(f, s.A) + compare(f, s.B)
}
