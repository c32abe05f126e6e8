//go:build js && wasm

package main

import "strconv"

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
