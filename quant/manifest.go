package quant

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json/jsontext"
	"encoding/json/v2"
	"errors"
	"fmt"
	"strings"

	"tcmoa/core"
	"tcmoa/quant/safetensors"
)

// ManifestFile is the name of the manifest in a model folder.
const ManifestFile = "model.json"

// MaxManifest is how many bytes a manifest may have.
const MaxManifest = 1 << 20

// maxFrame is how many bytes of content a frame may have.
const maxFrame = 4 << 20

// maxText bounds the texts of a manifest, in bytes.
const maxText = 4096

// Manifest describes a weight file.
type Manifest struct {
	Name    string      `json:"name"`
	Variant core.Config `json:"variant"`
	File    string      `json:"file"`   // the weight file's name, beside the manifest
	Size    int64       `json:"size"`   // of the file, bytes
	SHA256  Hash        `json:"sha256"` // of the file
	Licence string      `json:"licence"`
	Origin  string      `json:"origin"` // where the weights come from
	Frames  []Frame     `json:"frames"`
}

// Frame is the place of a zstd frame in the weight file, in bytes, the size of
// what it holds, and its hash.
type Frame struct {
	Offset  int64 `json:"offset"`
	Length  int64 `json:"length"`
	Content int64 `json:"content"`
	SHA256  Hash  `json:"sha256"`
}

// Hash is a SHA-256 sum; in JSON it is 64 hexadecimal digits.
type Hash [sha256.Size]byte

func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText implements encoding.TextMarshaler.
func (h Hash) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h[:]), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (h *Hash) UnmarshalText(text []byte) error {
	if len(text) != 2*len(h) {
		return fmt.Errorf("a SHA-256 sum has %d digits, found %d", 2*len(h), len(text))
	}
	_, err := hex.Decode(h[:], text)
	return err
}

// ParseManifest reads and validates a manifest.
func ParseManifest(text []byte) (Manifest, error) {
	if len(text) > MaxManifest {
		return Manifest{}, fmt.Errorf("manifest has %d bytes, more than %d", len(text), MaxManifest)
	}
	var m Manifest
	if err := json.Unmarshal(text, &m, json.RejectUnknownMembers(true)); err != nil {
		return Manifest{}, fmt.Errorf("manifest: %w", err)
	}
	if err := m.Validate(); err != nil {
		return Manifest{}, err
	}
	return m, nil
}

// Encode is m as JSON. The same manifest always gives the same bytes.
func (m Manifest) Encode() ([]byte, error) {
	text, err := json.Marshal(m, jsontext.WithIndent(" "))
	if err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	text = append(text, '\n')
	if len(text) > MaxManifest {
		return nil, fmt.Errorf("manifest has %d bytes, more than %d", len(text), MaxManifest)
	}
	return text, nil
}

// Content is the size of the decompressed weight file in bytes.
func (m Manifest) Content() int64 {
	n := int64(0)
	for _, f := range m.Frames {
		n += f.Content
	}
	return n
}

// Validate reports a manifest that cannot be true: its frames must cover the
// file without holes, be small, and hold no more than the variant's parameters
// can need.
func (m Manifest) Validate() error {
	if err := m.validate(); err != nil {
		return fmt.Errorf("manifest: %w", err)
	}
	return nil
}

func (m Manifest) validate() error {
	if err := m.Variant.Validate(); err != nil {
		return fmt.Errorf("variant: %w", err)
	}
	if !plainName(m.File) {
		return fmt.Errorf("file is %q, want a plain file name", m.File)
	}
	if max(len(m.Name), len(m.Licence), len(m.Origin)) > maxText {
		return fmt.Errorf("name, licence or origin has more than %d bytes", maxText)
	}
	if len(m.Frames) == 0 {
		return errors.New("no frames")
	}
	end := int64(0)
	for i, f := range m.Frames {
		switch {
		case f.Offset != end:
			return fmt.Errorf("frame %d is at %d, but the one before it ends at %d", i, f.Offset, end)
		case f.Content <= 0 || f.Content > maxFrame:
			return fmt.Errorf("frame %d holds %d bytes, want 1 to %d", i, f.Content, maxFrame)
		case f.Length <= 0 || f.Length > compressBound(f.Content):
			return fmt.Errorf("frame %d has %d bytes for a content of %d", i, f.Length, f.Content)
		}
		end += f.Length
	}
	if end != m.Size {
		return fmt.Errorf("size is %d, but the frames end at %d", m.Size, end)
	}
	if most, content := maxContent(m.Variant), m.Content(); content > most {
		return fmt.Errorf("the frames hold %d bytes, more than the %d that the variant can need", content, most)
	}
	return nil
}

// plainName reports whether a file name stays in its folder on every system and
// needs no escaping in a URL.
func plainName(s string) bool {
	const allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"
	return s != "" && len(s) <= 255 && s[0] != '.' && strings.Trim(s, allowed) == ""
}

// compressBound is the largest zstd frame that content of n bytes can need: a
// frame header, a checksum and blocks stored as they are.
func compressBound(n int64) int64 { return n + n>>8 + 64 }

// maxContent is the size of a safetensors file with all parameters in float32,
// the header taken generously.
func maxContent(cfg core.Config) int64 {
	n := int64(safetensors.MaxHeader)
	for _, p := range cfg.Params() {
		elements := int64(1)
		for _, s := range p.Shape {
			elements *= int64(s)
		}
		n += 4 * elements
	}
	return n
}
