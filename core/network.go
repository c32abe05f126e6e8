package core

import (
	"fmt"
	"slices"
	"sync"
)

// Network is a variant with its parameters on a backend.
type Network struct {
	Config  Config
	Backend Backend

	embed        PatchEmbed
	encoder      stage
	norm         Norm
	decoderEmbed Linear
	decoder      stage
	decoderNorm  Norm
	blend        BlendHead
	pixels       Linear

	mu     sync.Mutex
	tables map[[3]int]*Table // position tables by grid and width
}

// stage is the encoder or the decoder.
type stage struct {
	name   string
	blocks []block
}

type block struct {
	attention Attention
	mlp       MLP
	local     *LocalConv // nil: the variant has none
	mixture   *Mixture   // nil: no mixture of adapters follows
	fusion    *Fusion
}

// Loader builds a Network from tensors that arrive in any order, one at a
// time, so that a streamed file never has to be in memory whole.
type Loader struct {
	net     *Network
	params  map[string]Param
	order   []string
	seen    map[string]bool
	accepts map[string]func(Param, Tensor) error
}

// NewLoader starts a network of a valid configuration on a backend.
func NewLoader(c Config, b Backend) (*Loader, error) {
	if err := c.Validate(); err != nil {
		return nil, fmt.Errorf("configuration of model %q: %w", c.Name, err)
	}
	l := &Loader{
		net:     &Network{Config: c, Backend: b},
		params:  map[string]Param{},
		seen:    map[string]bool{},
		accepts: map[string]func(Param, Tensor) error{},
	}
	for _, p := range c.Params() {
		l.params[p.Name] = p
		l.order = append(l.order, p.Name)
	}
	l.wire()
	return l, nil
}

// Add gives the loader a tensor. One that inference does not need is let go;
// an unknown one, a second one of a name, or one of a wrong shape is an error.
func (l *Loader) Add(name string, t Tensor) error {
	p, ok := l.params[name]
	switch {
	case !ok && Unused(name):
		return nil
	case !ok:
		return fmt.Errorf("tensor %s is not part of a %q network", name, l.net.Config.Name)
	case l.seen[name]:
		return fmt.Errorf("tensor %s came twice", name)
	case !slices.Equal(t.Shape, p.Shape):
		return fmt.Errorf("tensor %s has shape %v, want %v", name, t.Shape, p.Shape)
	}
	if n, err := Elements(t.Shape); err != nil {
		return fmt.Errorf("tensor %s: %w", name, err)
	} else if len(t.F32)+len(t.I8) != n || (t.I8 != nil && len(t.Scale) != t.Shape[0]) {
		return fmt.Errorf("tensor %s of shape %v holds %d float32, %d int8 and %d scales", name, t.Shape, len(t.F32), len(t.I8), len(t.Scale))
	}
	if err := l.accepts[name](p, t); err != nil {
		return fmt.Errorf("tensor %s: %w", name, err)
	}
	l.seen[name] = true
	return nil
}

// Sketch returns the network as it is so far. A backend may run Forward on it
// to learn which operations will come; its missing weights are nil.
func (l *Loader) Sketch() *Network { return l.net }

// Network returns the finished network, or an error that names the first
// missing tensors.
func (l *Loader) Network() (*Network, error) {
	var missing []string
	for _, name := range l.order {
		if !l.seen[name] && !l.params[name].Optional {
			missing = append(missing, name)
		}
	}
	if n := len(missing); n > 3 {
		return nil, fmt.Errorf("%d tensors are missing, %s first", n, missing[0])
	} else if n > 0 {
		return nil, fmt.Errorf("tensors are missing: %v", missing)
	}
	return l.net, nil
}

// wire builds the network's parts and says where each tensor goes.
func (l *Loader) wire() {
	c, n := l.net.Config, l.net
	n.embed = PatchEmbed{Width: c.Dim, Patch: c.Patch, Upsample: c.Upsample}
	l.weight("patch_embed.proj.weight", &n.embed.Weight)
	l.weight("patch_embed.proj.bias", &n.embed.Bias)
	n.encoder = stage{name: "encoder", blocks: l.stage(encoderNames, c.Depth, c.Dim, c.Heads)}
	l.norm("norm", &n.norm, c.Dim, epsViT)
	l.linear("decoder_embed", &n.decoderEmbed, c.Dim, c.DecoderDim)
	n.decoder = stage{name: "decoder", blocks: l.stage(decoderNames, c.DecoderDepth, c.DecoderDim, c.DecoderHeads)}
	l.norm("decoder_norm", &n.decoderNorm, c.DecoderDim, epsViT)
	switch c.Head {
	case HeadPixels:
		l.linear("decoder_pred", &n.pixels, c.DecoderDim, c.HeadOutputs())
	case HeadBlend, HeadTwoScale:
		n.blend.Patch = c.Patch
		l.linear("head", &n.blend.Linear, 2*c.DecoderDim, c.HeadOutputs())
		l.scalars("head.prompt_gain", &n.blend.PromptGain)
	}
}

func (l *Loader) stage(names stageNames, depth, dim, heads int) []block {
	c := l.net.Config
	blocks := make([]block, depth)
	alphas := make([]*float32, c.moas(depth))
	for i := range blocks {
		b := &blocks[i]
		p := fmt.Sprintf("%s.%d.", names.blocks, i)
		b.attention.Heads, b.attention.Window = heads, c.Window
		l.norm(p+"norm1", &b.attention.Norm, dim, epsViT)
		l.linear(p+"attn.qkv", &b.attention.QKV, dim, 3*dim)
		l.linear(p+"attn.proj", &b.attention.Proj, dim, dim)
		l.norm(p+"norm2", &b.mlp.Norm, dim, epsViT)
		l.linear(p+"mlp.fc1", &b.mlp.FC1, dim, c.MLPRatio*dim)
		l.linear(p+"mlp.fc2", &b.mlp.FC2, c.MLPRatio*dim, dim)
		if c.LocalConv {
			b.local = &LocalConv{Width: dim}
			l.weight(p+"local.weight", &b.local.Weight)
			l.weight(p+"local.bias", &b.local.Bias)
		}
		if j, ok := c.MoAAfter(i); ok {
			b.mixture, b.fusion = l.moa(names, j, dim)
			alphas[j] = &b.fusion.Alpha
		}
	}
	for m := range (depth + 1) / 2 {
		tables := []*Weight{&blocks[2*m].attention.Table}
		if 2*m+1 < depth {
			tables = append(tables, &blocks[2*m+1].attention.Table)
		}
		l.weight(fmt.Sprintf("%s.%d.relative_position_bias_table", names.position, m), tables...)
	}
	if len(alphas) > 0 {
		l.scalars(names.alpha, alphas...)
	}
	return blocks
}

func (l *Loader) moa(names stageNames, j, dim int) (*Mixture, *Fusion) {
	c := l.net.Config
	m := &Mixture{Width: dim, Hidden: dim / 32, Experts: c.Experts, TopK: c.TopK, Tasks: len(c.Tasks)}
	p := fmt.Sprintf("%s.%d.", names.moas, j)
	l.norm(p+"norm1", &m.Norm1, 2*dim, epsMoA)
	l.norm(p+"norm2", &m.Norm2, m.Reduced(), epsMoA)
	l.weight(p+"dimReduction.weight", &m.Reduce)
	l.weight(p+"MoA.w_gate", &m.Gate)
	e := p + "MoA.experts.%d."
	l.stack(e+"fc1.weight", c.Experts, &m.FC1)
	l.stack(e+"fc1.bias", c.Experts, &m.FC1Bias)
	l.stack(e+"fc2.weight", c.Experts, &m.FC2)
	l.stack(e+"fc2.bias", c.Experts, &m.FC2Bias)

	f := &Fusion{Width: dim, Tasks: len(c.Tasks)}
	l.weight(p+"modal_shifts", &f.Shifts)
	q := fmt.Sprintf("%s.%d.", names.fusion, j)
	l.weight(q+"conv1.weight", &f.Conv1)
	l.weight(q+"conv2.weight", &f.Conv2)
	l.weight(q+"conv3.weight", &f.Conv3)
	return m, f
}

func (l *Loader) norm(name string, n *Norm, width int, eps float32) {
	n.Width, n.Eps = width, eps
	l.weight(name+".weight", &n.Gain)
	l.weight(name+".bias", &n.Bias)
}

func (l *Loader) linear(name string, n *Linear, in, out int) {
	n.In, n.Out = in, out
	l.weight(name+".weight", &n.Weight)
	l.weight(name+".bias", &n.Bias)
}

// weight sends a tensor to the backend and its handle to every place that
// uses it.
func (l *Loader) weight(name string, to ...*Weight) {
	l.accepts[name] = func(p Param, t Tensor) error {
		w, err := l.net.Backend.Load(p, t)
		for _, slot := range to {
			*slot = w
		}
		return err
	}
}

// scalars keeps a tensor's numbers on the host.
func (l *Loader) scalars(name string, to ...*float32) {
	l.accepts[name] = func(_ Param, t Tensor) error {
		for i, v := range t.Float() {
			*to[i] = v
		}
		return nil
	}
}

// stack gathers the tensors of count experts into one, the expert as first
// axis, and loads that: a mixture then is a few matrices, however many
// experts it has.
func (l *Loader) stack(pattern string, count int, to *Weight) {
	var whole []float32
	arrived := 0
	for e := range count {
		l.accepts[fmt.Sprintf(pattern, e)] = func(p Param, t Tensor) error {
			v := t.Float()
			if whole == nil {
				whole = make([]float32, count*len(v))
			}
			copy(whole[e*len(v):], v)
			if arrived++; arrived < count {
				return nil
			}
			shape := append([]int{count}, p.Shape...)
			w, err := l.net.Backend.Load(Param{Name: p.Name, Shape: shape}, Tensor{Shape: shape, F32: whole})
			*to, whole = w, nil
			return err
		}
	}
}
