package core

// Numbers of the network that no weight file holds.
const (
	// GateFloor is the gate at and below which an expert counts as not chosen.
	GateFloor = 1e-4
	// EmptySum stands for a sum of experts that is exactly zero, before its
	// logarithm: float64's epsilon, as in the published code.
	EmptySum = 2.220446049250313e-16
	// PromptClamp is how close to 0 and 1 a prompt may come where a head takes its
	// logit.
	PromptClamp = 1e-4
	// ActivationLimit is the largest magnitude of an activation that was quantised for
	// an int8 product: seven bits with its sign. Raised by 64 it is positive and still
	// seven bits, which is what processors multiply fastest by int8 (core/cpu/kernel).
	// The eighth bit would bring a fused picture 4 to 5 dB nearer to float32's.
	//
	// In an attention whose matrices are int8, queries and keys are such activations,
	// token by token, and so are values, channel by channel.
	ActivationLimit = 63
	// CertainShare is what stands for the largest share of a query's attention where
	// shares are integers, all of which have seven bits then: round(CertainShare·e^(x -
	// max x)). Their exact sum makes probabilities of them.
	CertainShare = 127
	// RenormaliseEps is added to the deviation that Pass.Renormalise divides by.
	RenormaliseEps = 1e-12
)

// The channels' mean and deviation in the pictures that backbones of this kind are
// trained on (ImageNet).
var (
	PixelMean = [3]float32{0.485, 0.456, 0.406}
	PixelStd  = [3]float32{0.229, 0.224, 0.225}
)
