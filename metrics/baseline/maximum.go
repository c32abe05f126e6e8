package baseline

// Maximum is the brighter of the sources, channel by channel.
var Maximum = Method{
	Name: "max", Title: "Maximum",
	fuse: func(a, b *layers) {
		for c, plane := range a.planes {
			for i, v := range b.planes[c] {
				plane[i] = max(plane[i], v)
			}
		}
	},
}
