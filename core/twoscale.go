package core

// Two-scale blending (HeadTwoScale): the sources' local means and their detail are
// weighed apart, as in guided-filter fusion (S. Li, X. Kang, J. Hu: Image fusion with
// guided filtering. IEEE Transactions on Image Processing 22(7), 2013). One weight
// for a whole pixel must choose: where it changes quickly it draws edges of its own
// between sources of different brightness, and where it changes slowly it mixes a
// sharp source with a blurred one.
//
// The head gives every token a logit z, gains g₀ to g₆ and a colour c; the prompts'
// dominance is added to z. Each of these maps is averaged over a square of radius
// TokenRadius around a token (of the tokens inside the tile) and enlarged bilinearly,
// so that neither patches nor windows leave a border in the picture: the square is as
// wide as the borders of plain and shifted windows are apart, and over that distance
// a step at each of them becomes an even slope. With a, b the normalised sources and ā, b̄
// their means over a square of radius DetailRadius (of the pixels inside the tile):
//
//	ρ_r = (E_a - E_b)/(E_a + E_b + DetailFloor),  E = mean over radius r of |Δ grey|
//	δ   = grey_a - grey_b
//	w   = sigmoid(z + g₀·ρ_R + g₁·δ)                         of the local means
//	v   = sigmoid(z + g₂ + g₃·ρ_F + g₄·ρ_R + g₅·δ)           of the detail
//	out = w·ā + (1-w)·b̄ + 2·sigmoid(g₆)·(v·(a-ā) + (1-v)·(b-b̄)) + c
//
// where grey is the mean of the three normalised channels, Δ the Laplacian of the four
// neighbours (a pixel outside the tile takes its nearest inside), R is DetailRadius and
// F DetailFineRadius. ρ says which source has more detail at a place, from -1 (only
// the second) to 1; what that is worth is the network's to say, token by token.
const (
	// TwoScaleOutputs is how many numbers the head gives a token: z, g₀ to g₆, and
	// c in red, green and blue.
	TwoScaleOutputs = 1 + TwoScaleGains + 3
	// TwoScaleGains is how many of them are gains.
	TwoScaleGains = 7
	// TokenRadius is in tokens.
	TokenRadius = 3
	// DetailRadius and DetailFineRadius are in pixels.
	DetailRadius     = 15
	DetailFineRadius = 2
	// DetailFloor is the activity E, in normalised pixels, below which a
	// difference is noise.
	DetailFloor = 0.05
)
