package baseline

// Average is the mean of the sources.
var Average = Method{
	Name: "average", Title: "Average",
	fuse: func(a, b *layers) {
		for c, plane := range a.planes {
			for i, v := range b.planes[c] {
				plane[i] = (plane[i] + v) / 2
			}
		}
	},
}
