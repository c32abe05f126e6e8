package metrics

// NMI is mutual information, normalised so that a source of high entropy does
// not count for more,
//
//	NMI = 2 · ( I(F;A) / (H(F) + H(A)) + I(F;B) / (H(F) + H(B)) ),
//
// in [0, 2], the higher the better.
//
// M. Hossny, S. Nahavandi, D. Creighton: Comments on "Information measure for
// performance of image fusion". Electronics Letters 44(18), 2008.
var NMI = Metric{
	Name: "NMI", Title: "normalised mutual information",
	Tasks: []string{vif, mef, mff}, Least: 1,
	of: func(f *Plane, s *Sources) float64 { return s.both(f, normalisedInformation) },
}

func normalisedInformation(p, q *Plane) float64 {
	i := newInformation(p, q)
	if i.x+i.y <= 0 {
		return 1
	}
	return 2 * i.mutual() / (i.x + i.y)
}
