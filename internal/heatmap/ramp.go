// Package heatmap is how a map of numbers is shown: by colours, and by what sums
// its values up.
package heatmap

// Ramp is the colours of a scale from its low to its high end, each as red,
// green, blue and alpha.
type Ramp [256][4]byte

// The ramps of what counts for one source, in the lights of the page's
// tokens.css: a value above the middle is for the source whose light it has.
var (
	First  = between(cool, white, warm)
	Second = between(warm, white, cool)
	// Plain is the ramp of what is for none.
	Plain = between(dark, grey, white)
)

var (
	warm  = [3]float64{0xf2, 0x92, 0x34}
	cool  = [3]float64{0x4a, 0xa8, 0xe8}
	white = [3]float64{0xff, 0xfa, 0xf1}
	dark  = [3]float64{0x1b, 0x15, 0x10}
	grey  = [3]float64{0x8b, 0x85, 0x7c}
)

// between runs from low over middle to high.
func between(low, middle, high [3]float64) *Ramp {
	ramp := new(Ramp)
	for i := range ramp {
		from, to, t := low, middle, float64(i)/127.5
		if t > 1 {
			from, to, t = middle, high, t-1
		}
		for c := range from {
			ramp[i][c] = byte(from[c] + t*(to[c]-from[c]) + 0.5)
		}
		ramp[i][3] = 255
	}
	return ramp
}

// At is the colour at a share of the way; what is beyond the ends has theirs.
func (r *Ramp) At(share float64) [4]byte { return r[int(min(max(255*share, 0), 255)+0.5)] }
