//go:build js && wasm

package main

import "strconv"

// The lights of tokens.css, and what is between dark and light.
var (
	warm  = [3]float64{0xf2, 0x92, 0x34}
	cool  = [3]float64{0x4a, 0xa8, 0xe8}
	white = [3]float64{0xff, 0xfa, 0xf1}
	dark  = [3]float64{0x1b, 0x15, 0x10}
	grey  = [3]float64{0x8b, 0x85, 0x7c}
)

// rampBetween runs over 256 colours from low over middle to high.
func rampBetween(low, middle, high [3]float64) (ramp [256][4]byte) {
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

// teamColours tell choices of experts apart, for colour-blind eyes too (P. Tol's
// muted scheme), and are none of the two lights. The last one is for all further
// choices.
var teamColours = [][4]byte{
	{0xdd, 0xcc, 0x77, 255}, {0x33, 0x22, 0x88, 255}, {0x44, 0xaa, 0x99, 255}, {0x88, 0x22, 0x55, 255},
	{0xcc, 0x66, 0x77, 255}, {0x11, 0x77, 0x33, 255}, {0xaa, 0x44, 0x99, 255}, {0xbb, 0xbb, 0xbb, 255},
}

func teamColour(rank int) [4]byte { return teamColours[min(rank, len(teamColours)-1)] }

// css is a colour as style sheets have it.
func css(c [4]byte) string {
	return "rgb(" + strconv.Itoa(int(c[0])) + " " + strconv.Itoa(int(c[1])) + " " + strconv.Itoa(int(c[2])) + ")"
}
