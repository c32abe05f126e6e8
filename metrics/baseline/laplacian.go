package baseline

// laplacianDepth is the number of octaves of detail, the literature's usual one.
const laplacianDepth = 4

// Laplacian fuses Laplacian pyramids: every detail is that of the source in which
// its luminance is stronger, and the base that remains is the mean.
//
// P. J. Burt, R. J. Kolczynski: Enhanced image capture through fusion. International
// Conference on Computer Vision, 1993; selection by single coefficients as in A.
// Toet: Image fusion by a ratio of low-pass pyramid. Pattern Recognition Letters
// 9(4), 1989.
var Laplacian = Method{
	Name: "laplacian", Title: "Laplacian pyramid",
	fuse: func(a, b *layers) {
		p, q := newPyramid(a.width, a.height, laplacianDepth), newPyramid(a.width, a.height, laplacianDepth)
		p.detail(a.luminance())
		q.detail(b.luminance())
		stronger := p.stronger(q)
		for c, plane := range a.planes {
			p.detail(plane)
			q.detail(b.planes[c])
			p.choose(q, stronger)
			copy(plane, p.collapse())
		}
	},
}

// stronger tells for every detail whether it is stronger in q than in p.
func (p pyramid) stronger(q pyramid) [][]bool {
	maps := make([][]bool, len(p)-1)
	for i := range maps {
		maps[i] = make([]bool, len(p[i].pix))
		for j, v := range p[i].pix {
			w := q[i].pix[j]
			maps[i][j] = w*w > v*v
		}
	}
	return maps
}

// choose puts into p the details of q that are stronger, and the mean of the bases.
func (p pyramid) choose(q pyramid, stronger [][]bool) {
	for i, level := range stronger {
		for j, s := range level {
			if s {
				p[i].pix[j] = q[i].pix[j]
			}
		}
	}
	last := len(p) - 1
	for j, v := range q[last].pix {
		p[last].pix[j] = (p[last].pix[j] + v) / 2
	}
}
